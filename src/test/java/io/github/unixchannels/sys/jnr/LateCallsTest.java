// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each function that a C library may be without, hidden from the library by one that is loaded before it, and each system call that a kernel
 * or a filter may be without, refused by seccomp(2): what there is another way for goes that way, and the others say which call is missing.
 */
class LateCallsTest {

    private static final Map<String, String> AS_WITHOUT = Map.of(
            "pair", "3", "selector", "opened", "pipe", "1", "batch", "1", "credentials", "true",
            "kind", "REGULAR_FILE", "memory", "REGULAR_FILE", "duplicate", "DATAGRAM_SOCKET");

    /** dlsym(3) of a C library that has no function of the name in $HIDDEN. */
    private static final String HIDING = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdlib.h>
            #include <string.h>
            void *dlsym(void *handle, const char *name) {
                static void *(*real)(void *, const char *);
                const char *versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
                for (int i = 0; !real && i < 3; i++) real = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
                const char *hidden = getenv("HIDDEN");
                return hidden && name && !strcmp(name, hidden) ? 0 : real(handle, name);
            }
            """;

    /** {@code refusing NUMBER ERRNO command...} */
    private static final String REFUSING = """
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <stddef.h>
            #include <stdlib.h>
            #include <sys/prctl.h>
            #include <unistd.h>
            int main(int count, char **arguments) {
                int number = atoi(arguments[1]), error = atoi(arguments[2]);
                struct sock_filter filter[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
                struct sock_fprog program = {4, filter};
                if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 1;
                execvp(arguments[3], arguments + 3);
                return 2;
            }
            """;

    @TempDir
    static Path folder;

    private static Path file;
    private static Path hiding;
    private static Path refusing;

    @BeforeAll
    static void compile() throws Exception {
        file = Files.writeString(folder.resolve("file"), "12345");
        hiding = compiled(HIDING, "hiding.so", "-shared", "-fPIC", "-ldl");
        refusing = compiled(REFUSING, "refusing");
        OtherProgram.assume(refusing.toString(), "400", "1", "true");
    }

    private static Path compiled(String text, String name, String... options) throws Exception {
        Path source = Files.writeString(folder.resolve(name + ".c"), text);
        Path result = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("cc", "-o", result.toString(), source.toString()));
        command.addAll(List.of(options));
        OtherProgram.assume(command.toArray(String[]::new));
        return result;
    }

    @Test
    void withAllFunctionsEverythingWorks() throws Exception {
        assertPrints(Map.of(), ChildJvm.run(Map.of(), LateCallsProcess.class, "-Dfile=" + file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"statx", "memfd_create"})
    void whatTheCLibraryCameToLateIsCalledByNumber(String function) throws Exception {
        assertPrints(Map.of(), without(function));
    }

    @ParameterizedTest
    @CsvSource({
        "pipe2, pipe, java.io.IOException: pipe2(O_CLOEXEC | O_NONBLOCK): Function not implemented (ENOSYS)",
        "sendmmsg, batch, java.net.SocketException: write(fd): Function not implemented (ENOSYS)",
        "getegid, credentials, true",
    })
    void aFunctionThatIsMissingIsMissedByItsOperationAlone(String function, String operation, String result) throws Exception {
        assertPrints(Map.of(operation, result), without(function));
    }

    private static ChildJvm without(String function) throws Exception {
        return ChildJvm.run(Map.of("LD_PRELOAD", hiding.toString(), "HIDDEN", function), LateCallsProcess.class,
                "-Dfile=" + file, "-D" + HostSyscalls.THROUGH_LIBC_PROPERTY + "=true");
    }

    @ParameterizedTest
    @CsvSource({"332, 1", "332, 38"})
    void whereStatxIsRefusedFstatSaysTheSame(int number, int errno) throws Exception {
        ChildJvm child = refused(number, errno);
        assumeFalse(child.errors().contains("ClassNotFoundException: com.kenai.jffi"), "the JDK itself opens no jar without statx");
        assertPrints(Map.of(), child);
    }

    @ParameterizedTest
    @CsvSource({
        "319, 1, memory, java.io.IOException: memfd_create(m): Operation not permitted (EPERM)",
        "319, 38, memory, java.io.IOException: memfd_create(m): Function not implemented (ENOSYS)",
        "293, 1, pipe, java.io.IOException: pipe2(O_CLOEXEC | O_NONBLOCK): Operation not permitted (EPERM)",
        "293, 38, pipe, java.io.IOException: pipe2(O_CLOEXEC | O_NONBLOCK): Function not implemented (ENOSYS)",
        "307, 1, batch, java.net.SocketException: write(fd): Operation not permitted (EPERM)",
        "307, 38, batch, java.net.SocketException: write(fd): Function not implemented (ENOSYS)",
    })
    void aCallThatIsRefusedIsMissedByItsOperationAlone(int number, int errno, String operation, String result) throws Exception {
        assertPrints(Map.of(operation, result), refused(number, errno));
    }

    private static ChildJvm refused(int number, int errno) throws Exception {
        assumeTrue(HostSyscallsTest.isDirectHere(), "the numbers are those of x86-64");
        return ChildJvm.runBy(List.of(refusing.toString(), String.valueOf(number), String.valueOf(errno)), Map.of(), LateCallsProcess.class,
                "-Dfile=" + file);
    }

    private static void assertPrints(Map<String, String> otherwise, ChildJvm child) throws Exception {
        Map<String, String> expected = new TreeMap<>(AS_WITHOUT);
        expected.put("stat", stat());
        expected.putAll(otherwise);
        Map<String, String> printed = child.output().lines().map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1].replaceAll("fd=\\d+", "fd")));
        assertEquals(expected, new TreeMap<>(printed), child.errors());
    }

    /** What statx(2) is to say of the file, as the JDK knows it. */
    private static String stat() throws Exception {
        long device = (long) Files.getAttribute(file, "unix:dev");
        return "0 " + Files.getAttribute(file, "unix:ino") + " " + Files.getAttribute(file, "unix:mode") + " " + Files.size(file) + " "
                + (device >>> 8 & 0xfff) + " " + (device & 0xff | device >>> 12 & 0xfff00);
    }
}
