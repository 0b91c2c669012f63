// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

/** The platforms this library runs on: 64-bit little-endian Linux on x86-64 and aarch64. */
public final class HostSystem {

    private HostSystem() {}

    /**
     * Returns if the platform is supported.
     *
     * @param os as the system property {@code os.name}
     * @param arch as the system property {@code os.arch}
     * @throws UnsupportedOperationException if it is not, naming it
     */
    public static void require(String os, String arch) {
        boolean knownArch = switch (arch) {
            case "amd64", "x86_64", "aarch64" -> true;
            default -> false;
        };
        if (!os.equals("Linux") || !knownArch) {
            throw new UnsupportedOperationException(
                    "unix-channels runs on Linux on x86-64 and aarch64; this is " + os + " on " + arch);
        }
    }
}
