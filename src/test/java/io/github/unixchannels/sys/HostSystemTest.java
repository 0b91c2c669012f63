// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostSystemTest {

    @ParameterizedTest
    @ValueSource(strings = {"amd64", "x86_64", "aarch64"})
    void linuxOnTheseArchitecturesIsSupported(String arch) {
        HostSystem.require("Linux", arch);
    }

    @ParameterizedTest
    @CsvSource({
        "Mac OS X, aarch64", "Windows 11, amd64", "FreeBSD, amd64", "linux, amd64", "Linux, x86", "Linux, i386", "Linux, arm",
        "Linux, riscv64", "Linux, ppc64le", "Linux, s390x", "'', ''"
    })
    void anythingElseIsRefusedByItsName(String os, String arch) {
        UnsupportedOperationException thrown =
                assertThrows(UnsupportedOperationException.class, () -> HostSystem.require(os, arch));
        assertEquals(
                "unix-channels runs on Linux on x86-64 and aarch64; this is " + os + " on " + arch, thrown.getMessage());
    }
}
