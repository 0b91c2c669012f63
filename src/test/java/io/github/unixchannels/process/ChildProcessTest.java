// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a child has and what its process tells: the rules in the javadoc of {@link ChildProcessBuilder} and {@link ChildProcess}. */
class ChildProcessTest {

    /** Prints the numbers of what is open, once the shell has closed the folder that it looked into. */
    static final String LIST = "for f in /proc/$$/fd/*; do if [ -e $f ]; then echo ${f##*/}; fi; done";

    private static ChildProcessBuilder shell(String script) {
        return new ChildProcessBuilder("/bin/sh", "-c", script);
    }

    private static String output(ChildProcess child) throws Exception {
        String text = new String(child.getInputStream().readAllBytes(), UTF_8);
        String errors = new String(child.getErrorStream().readAllBytes(), UTF_8);
        assertEquals("", errors);
        assertEquals(0, child.waitFor());
        return text;
    }

    @Test
    void theChildHasTheStandardStreamsAndNothingElse() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            assertEquals("0\n1\n2\n", output(shell(LIST).start()));
            assertTrue(pair.first().isOpen());
        }
    }

    @Test
    void theChildHasDescriptorsAtTheirNumbers(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "content");
        try (OwnedFd first = OwnedFd.open(file); OwnedFd second = OwnedFd.memory("memory", 10)) {
            ChildProcess child = shell(LIST + "; cat <&7").descriptor(7, first).descriptor(3, second).start();

            assertEquals("0\n1\n2\n3\n7\ncontent", output(child));
        }
    }

    @Test
    void aNumberThatIsAnotherDescriptorsHereIsRightInTheChild(@TempDir Path folder) throws Exception {
        try (OwnedFd one = OwnedFd.open(Files.writeString(folder.resolve("one"), "1"));
                OwnedFd two = OwnedFd.open(Files.writeString(folder.resolve("two"), "2"))) {
            ChildProcess child = shell("cat <&3; cat <&4").descriptor(3, two).descriptor(4, one).start();

            assertEquals("21", output(child));
        }
    }

    @Test
    void oneEndOfAPairIsTheChilds() throws Exception {
        ChildProcessBuilder builder = shell("cat <&3 >&3");
        try (UnixSocketChannel channel = builder.pair(UnixProtocolFamily.STREAM, 3)) {
            ChildProcess child = builder.start();
            channel.write(ByteBuffer.wrap("there and back".getBytes(UTF_8)));
            channel.shutdownOutput();
            ByteBuffer reply = ByteBuffer.allocate(100);
            while (channel.read(reply) >= 0) { }

            assertEquals("there and back", new String(reply.array(), 0, reply.position(), UTF_8));
            assertEquals(0, child.waitFor());
        }
    }

    @Test
    void theEndOfAPairIsForTheNextChildAlone() throws Exception {
        ChildProcessBuilder builder = shell(LIST);
        try (UnixSocketChannel channel = builder.pair(UnixProtocolFamily.SEQPACKET, 5)) {
            assertEquals("0\n1\n2\n5\n", output(builder.start()));
            assertEquals("0\n1\n2\n", output(builder.start()));
            assertTrue(channel.isConnected());
        }
    }

    @Test
    void theChildFindsDescriptorsByTheirNames() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            ChildProcess child = shell("[ $LISTEN_PID = $$ ] && echo $LISTEN_FDS $LISTEN_FDNAMES; " + LIST)
                    .namedDescriptor("http", memory).namedDescriptor("control", memory).start();

            assertEquals("2 http:control\n0\n1\n2\n3\n4\n", output(child));
        }
    }

    @Test
    void theStatusIsThatOfTheExit() throws Exception {
        ChildProcess child = shell("exit 7").start();

        assertEquals(7, child.waitFor());
        assertEquals(7, child.exitValue());
        assertFalse(child.isAlive());
        assertEquals(child, child.onExit().get());
        assertEquals("Process[pid=" + child.pid() + ", exitValue=7]", child.toString());
    }

    @Test
    void theStatusOfASignalIs128More() throws Exception {
        ChildProcess child = shell("exec sleep 1000").start();
        assertTrue(child.isAlive());
        assertThrows(IllegalThreadStateException.class, child::exitValue);
        assertFalse(child.waitFor(0, TimeUnit.SECONDS));

        child.destroy();

        assertEquals(128 + 15, child.waitFor());
        assertEquals(child, child.destroyForcibly());
    }

    @Test
    void theChildIsReapedThoughNobodyWaits() throws Exception {
        ChildProcess child = shell("exit 0").start();

        await().until(() -> !Files.exists(Path.of("/proc/" + child.pid())));
    }

    @Test
    void theEndCanBeSelected() throws Exception {
        ChildProcess child = shell("read line").start();
        try (OwnedFd pidfd = child.pidfd();
                SelectableChannel channel = pidfd.toSelectableChannel();
                Selector selector = UnixSelectorProvider.provider().openSelector()) {
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            assertEquals(0, selector.selectNow());

            child.getOutputStream().close();

            assertEquals(1, selector.select());
        }
    }

    @Test
    void theHandleIsTheProcesss() throws Exception {
        ChildProcess child = shell("read line").start();

        assertEquals(child.pid(), child.toHandle().pid());
        assertEquals(ProcessHandle.current(), child.toHandle().parent().orElseThrow());
        child.getOutputStream().close();
        child.onExit().get();
    }

    @Test
    void whatAnEndedChildWroteIsStillToBeRead() throws Exception {
        ChildProcess child = shell("echo out; echo err >&2").start();
        child.waitFor();
        await().until(() -> child.getInputStream().available() == 4 && child.getErrorStream().available() == 4);

        assertEquals("out\n", new String(child.getInputStream().readAllBytes(), UTF_8));
        assertEquals("err\n", new String(child.getErrorStream().readAllBytes(), UTF_8));
    }

    @Test
    void whatIsWrittenToTheInputComes() throws Exception {
        ChildProcess child = new ChildProcessBuilder("cat").start();
        try (OutputStream input = child.getOutputStream()) {
            input.write("through\n".getBytes(UTF_8));
        }

        assertEquals("through\n", output(child));
    }

    @Test
    void filesStandForTheStreams(@TempDir Path folder) throws Exception {
        Path in = Files.writeString(folder.resolve("in"), "text");
        Path out = folder.resolve("out");
        ChildProcess child = shell("cat; echo err >&2").redirectInput(Redirect.from(in.toFile())).redirectOutput(Redirect.to(out.toFile()))
                .redirectErrorToOutput().start();

        assertEquals(0, child.waitFor());
        assertEquals("texterr\n", Files.readString(out));
    }

    @Test
    void theEnvironmentMayBeEmpty() throws Exception {
        ChildProcessBuilder builder = new ChildProcessBuilder("env");
        builder.environment().clear();
        assertEquals("", output(builder.start()));

        builder.environment().putAll(Map.of("ONE", "1", "TWO", "ü"));
        assertEquals("ONE=1\nTWO=ü\n", output(builder.start()));
    }

    @Test
    void theDirectoryIsTheChilds(@TempDir Path folder) throws Exception {
        assertEquals(folder.toRealPath() + "\n", output(new ChildProcessBuilder("pwd").directory(folder).start()));
    }

    @Test
    void noSignalIsIgnoredOrBlocked() throws Exception {
        String status = output(new ChildProcessBuilder("cat", "/proc/self/status").start());

        for (String field : List.of("SigBlk", "SigIgn")) {
            assertTrue(status.contains(field + ":\t0000000000000000"), status);
        }
    }

    @Test
    void aProgramThatIsMissingIsAnException() {
        IOException e = assertThrows(IOException.class, new ChildProcessBuilder("/no/such/program")::start);
        assertEquals("posix_spawn(/no/such/program): No such file or directory (ENOENT)", e.getMessage());

        IOException byName = assertThrows(IOException.class, new ChildProcessBuilder("no-such-program")::start);
        // exec(3): EACCES if a folder of PATH may not be searched, and no other has the program.
        assertTrue(byName.getMessage().matches("posix_spawn\\(no-such-program\\): .* \\((ENOENT|EACCES)\\)"), byName.getMessage());
    }

    @Test
    void aFileThatIsNoProgramIsAnException(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "text");
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            ChildProcessBuilder builder = new ChildProcessBuilder(file.toString());
            IOException e = assertThrows(IOException.class, builder::start);
            assertEquals("posix_spawn(" + file + "): Permission denied (EACCES)", e.getMessage());

            IOException named = assertThrows(IOException.class, builder.namedDescriptor("name", memory)::start);
            assertEquals(e.getMessage(), named.getMessage());
        }
    }

    @Test
    void badInputIsRefused() throws Exception {
        assertThrows(IllegalArgumentException.class, ChildProcessBuilder::new);
        assertThrows(IllegalArgumentException.class, () -> new ChildProcessBuilder("a\0b"));
        assertThrows(NullPointerException.class, () -> new ChildProcessBuilder("a", null));
        ChildProcessBuilder builder = shell("exit 0");
        assertThrows(IllegalArgumentException.class, () -> builder.redirectInput(Redirect.to(new java.io.File("x"))));
        assertThrows(IllegalArgumentException.class, () -> builder.redirectOutput(Redirect.from(new java.io.File("x"))));
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            assertThrows(IllegalArgumentException.class, () -> builder.descriptor(2, memory));
            assertThrows(IllegalArgumentException.class, () -> builder.descriptor(1024, memory));
            assertThrows(IllegalArgumentException.class, () -> builder.namedDescriptor("a:b", memory));
            builder.descriptor(3, memory);
            assertThrows(IllegalStateException.class, () -> builder.descriptor(3, memory));
        }
        assertThrows(IOException.class, builder::start);
        ChildProcessBuilder variables = shell("exit 0");
        variables.environment().put("A", "b\0c");
        assertThrows(IllegalArgumentException.class, variables::start);
    }
}
