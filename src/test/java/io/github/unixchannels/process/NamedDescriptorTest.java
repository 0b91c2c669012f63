// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.ErrnoException;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors under names, which a shell between this process and the program makes possible, and what the shell must not change. */
@ExtendWith(NothingLeaks.class)
class NamedDescriptorTest {

    private static final String NAMES = "echo $LISTEN_FDS $LISTEN_FDNAMES; " + ChildProcessTest.LIST;

    private static ChildProcessBuilder shell(String script) {
        return new ChildProcessBuilder("/bin/sh", "-c", script);
    }

    private static String output(ChildProcessBuilder builder) throws Exception {
        ChildProcess child = builder.start();
        String text = new String(child.getInputStream().readAllBytes(), UTF_8);
        assertEquals("", new String(child.getErrorStream().readAllBytes(), UTF_8));
        assertEquals(0, child.waitFor());
        return text;
    }

    @Test
    void theEndOfANamedPairIsForTheNextChildAloneAndTheOthersMoveUp() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            ChildProcessBuilder builder = shell(NAMES).namedDescriptor("first", memory);
            try (UnixSocketChannel channel = builder.pair(UnixProtocolFamily.SEQPACKET, "rpc")) {
                builder.namedDescriptor("last", memory).descriptor(7, memory);

                assertEquals("3 first:rpc:last\n0\n1\n2\n3\n4\n5\n7\n", output(builder));
                assertEquals("2 first:last\n0\n1\n2\n3\n4\n7\n", output(builder));
                assertTrue(channel.isConnected());
            }
        }
    }

    @Test
    void severalMayHaveOneNameAndAChannelStaysTheCallers() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            ChildProcessBuilder builder = shell(NAMES);
            builder.namedDescriptor("a", pair.first()).namedDescriptor("a", pair.second());

            assertEquals("2 a:a\n0\n1\n2\n3\n4\n", output(builder));
            assertTrue(pair.first().isOpen() && pair.second().isOpen());
        }
    }

    @Test
    void twoDescriptorsCannotHaveOneNumber() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            ChildProcessBuilder builder = shell("exit 0").descriptor(4, memory).namedDescriptor("at 3", memory);

            assertThrows(IllegalStateException.class, () -> builder.namedDescriptor("at 4", memory));
            assertThrows(IllegalStateException.class, () -> builder.pair(UnixProtocolFamily.STREAM, "at 4"));
            assertThrows(IllegalStateException.class, () -> builder.descriptor(3, memory));
            assertThrows(IllegalArgumentException.class, () -> builder.pair(UnixProtocolFamily.STREAM, "a:b"));
            assertThrows(UnsupportedOperationException.class, () -> builder.pair(UnixProtocolFamily.DGRAM, "x"));
            assertEquals("", output(builder));
        }
    }

    @Test
    void theEnvironmentIsWhatWasGivenAndTheVariables() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            ChildProcessBuilder builder = new ChildProcessBuilder("/usr/bin/env").namedDescriptor("a", memory);
            builder.environment().clear();
            builder.environment().putAll(Map.of("ONE", "1 'and' \"more\"", "LISTEN_PIDFDID", "5"));
            ChildProcess child = builder.start();
            List<String> variables = new String(child.getInputStream().readAllBytes(), UTF_8).lines().sorted().toList();

            assertEquals(
                    List.of("LISTEN_FDNAMES=a", "LISTEN_FDS=1", "LISTEN_PID=" + child.pid(), "ONE=1 'and' \"more\""),
                    variables.stream().filter(each -> !each.startsWith("SHLVL=") && !each.startsWith("_=")).toList());
        }
    }

    @Test
    void theProgramIsLookedForAlongThePathOfThisProcess(@TempDir Path folder) throws Exception {
        Path other = program(folder.resolve("cat"), "echo another cat");
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            for (String path : List.of(folder.toString(), "/no/such/folder")) {
                ChildProcessBuilder builder = new ChildProcessBuilder("cat", other.toString()).namedDescriptor("a", memory);
                builder.environment().put("PATH", path);

                assertEquals(Files.readString(other), output(builder));
            }
        }
    }

    @Test
    void aRelativeNameIsOneInTheChildsDirectory(@TempDir Path folder) throws Exception {
        program(folder.resolve("program"), "echo here");
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            assertEquals("here\n", output(new ChildProcessBuilder("./program").directory(folder)));
            assertEquals("here\n", output(new ChildProcessBuilder("./program").directory(folder).namedDescriptor("a", memory)));
        }
    }

    private static Path program(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theErrorIsTheCauseOfTheException(@TempDir Path folder) throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            for (ChildProcessBuilder builder : List.of(
                    new ChildProcessBuilder("/no/such/program"), new ChildProcessBuilder("/no/such/program").namedDescriptor("a", memory))) {
                IOException e = assertThrows(IOException.class, builder::start);
                assertEquals("posix_spawn(/no/such/program): No such file or directory (ENOENT)", e.getMessage());
                assertEquals("ENOENT", ErrnoException.nameOf(e));
            }
            ChildProcessBuilder noProgram = new ChildProcessBuilder(folder.toString()).namedDescriptor("a", memory);
            assertEquals("EACCES", ErrnoException.nameOf(assertThrows(IOException.class, noProgram::start)));
        }
    }
}
