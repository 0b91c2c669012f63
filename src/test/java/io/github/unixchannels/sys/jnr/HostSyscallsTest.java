// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the calls are made directly, and when through the C library. */
class HostSyscallsTest {

    private static final String HOST = System.getProperty("os.arch");

    /** Real calls, but for the memory. */
    private static final class Memory extends JffiSyscalls {

        final List<Long> mapped = new ArrayList<>();
        final List<Long> executable = new ArrayList<>();
        final List<Long> unmapped = new ArrayList<>();
        private final int mapErrno;
        private final int protectErrno;

        Memory(int mapErrno, int protectErrno) {
            this.mapErrno = mapErrno;
            this.protectErrno = protectErrno;
        }

        @Override
        public long mapAnonymous(long lengthBytes) {
            long address = mapErrno == 0 ? super.mapAnonymous(lengthBytes) : -mapErrno;
            mapped.add(address);
            return address;
        }

        @Override
        int makeExecutable(long address, long lengthBytes) {
            executable.add(address);
            return protectErrno == 0 ? super.makeExecutable(address, lengthBytes) : -protectErrno;
        }

        @Override
        public int munmap(long address, long lengthBytes) {
            unmapped.add(address);
            return super.munmap(address, lengthBytes);
        }
    }

    static boolean isDirectHere() {
        return HOST.equals("amd64") || HOST.equals("x86_64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"amd64", "x86_64"})
    void onX86TheCallsAreDirect(String arch) {
        assumeTrue(isDirectHere(), "the code is for another processor");
        assertInstanceOf(DirectSyscalls.class, HostSyscalls.choose(new Memory(0, 0), arch, false));
    }

    @Test
    void elsewhereTheCallsGoThroughTheCLibraryAndNoCodeIsMade() {
        Memory libc = new Memory(0, 0);
        assertSame(libc, HostSyscalls.choose(libc, "aarch64", false));
        assertEquals(List.of(), libc.mapped);
    }

    @Test
    void whereItIsAskedForTheCallsGoThroughTheCLibraryAndNoCodeIsMade() {
        Memory libc = new Memory(0, 0);
        assertSame(libc, HostSyscalls.choose(libc, "amd64", true));
        assertEquals(List.of(), libc.mapped);
    }

    @Test
    void withoutAPageTheCallsGoThroughTheCLibrary() {
        Memory libc = new Memory(Errno.ENOMEM, 0);
        assertSame(libc, HostSyscalls.choose(libc, "amd64", false));
        assertEquals(List.of(), libc.executable);
    }

    @Test
    void whereNoPageMayBeExecutedTheCallsGoThroughTheCLibraryAndThePageIsGivenBack() {
        Memory libc = new Memory(0, Errno.EACCES);
        assertSame(libc, HostSyscalls.choose(libc, "amd64", false));
        assertEquals(1, libc.mapped.size());
        assertEquals(libc.mapped, libc.unmapped);
    }

    @Test
    void theCodeIsExecutableAndNotWritable() throws IOException {
        assumeTrue(isDirectHere(), "the code is for another processor");
        Memory libc = new Memory(0, 0);
        HostSyscalls.choose(libc, HOST, false);
        String start = Long.toHexString(libc.mapped.get(0)) + "-";
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            String mapping = mappings.filter(line -> line.startsWith(start)).findFirst().orElse("none at " + start);
            assertTrue(mapping.matches("\\w+-\\w+ r-xp .*"), mapping);
        }
        assertEquals(List.of(), libc.unmapped);
    }

    static final class WhichCalls {
        public static void main(String[] arguments) {
            Syscalls calls = HostSyscalls.get();
            System.out.println(calls.getClass().getSimpleName());
        }
    }

    @Test
    void theSystemPropertyIsReadWhenTheCallsAreFirstAskedFor() throws Exception {
        String direct = isDirectHere() ? "DirectSyscalls" : "JffiSyscalls";
        assertEquals(direct, which("-Dio.github.unixchannels.throughLibc=false").output());
        assertEquals("JffiSyscalls", which("-Dio.github.unixchannels.throughLibc=true").output());
    }

    @Test
    void noWarningIsPrinted() throws Exception {
        assertEquals("", which("-Xcheck:jni").errors());
    }

    private static ChildJvm which(String jvmArgument) throws IOException, InterruptedException {
        return ChildJvm.run(Map.of(), WhichCalls.class, jvmArgument);
    }
}
