// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.service.ListenFds;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Children in three languages serve over their end of a pair, which they find by its number or its name: one reply for each message. */
@ExtendWith(NothingLeaks.class)
class InheritingChildTest {

    private static final String PYTHON = """
            import socket
            parent = socket.socket(fileno=5)
            assert parent.type == socket.SOCK_SEQPACKET
            while message := parent.recv(100):
                parent.send(b"python " + message)
            """;

    private static final String C = """
            #include <string.h>
            #include <sys/socket.h>

            int main(void) {
                char message[100] = "c ";
                for (ssize_t n; (n = recv(5, message + 2, sizeof message - 2, 0)) > 0;) {
                    if (send(5, message, n + 2, 0) != n + 2) {
                        return 1;
                    }
                }
                return 0;
            }
            """;

    /** The child in Java. */
    static final class Echo {
        public static void main(String[] arguments) throws IOException {
            if (arguments[0].equals("5")) {
                serve(OwnedFd.adopt(5));
            } else {
                try (ListenFds passed = ListenFds.take()) {
                    serve(passed.fd(arguments[0]));
                }
            }
        }

        private static void serve(OwnedFd end) throws IOException {
            ByteBuffer message = ByteBuffer.allocate(100);
            try (SocketChannel parent = end.toSocketChannel()) {
                while (parent.read(message.clear().put("java ".getBytes(UTF_8))) >= 0) {
                    parent.write(message.flip());
                }
            }
        }
    }

    private static List<String> java(String home, String argument) {
        List<String> command = new ArrayList<>(ChildJvm.command(Echo.class));
        command.set(0, Path.of(home, "bin", "java").toString());
        if (!home.equals(System.getProperty("java.home"))) {
            command.remove("--enable-native-access=ALL-UNNAMED"); // an older one does not know it, a newer one warns
        }
        command.add(argument);
        return command;
    }

    private static void assertServesAtNumber5(List<String> command, String name) throws Exception {
        ChildProcessBuilder builder = new ChildProcessBuilder(command).redirectError(Redirect.INHERIT).redirectOutput(Redirect.DISCARD);
        try (UnixSocketChannel channel = builder.pair(UnixProtocolFamily.SEQPACKET, 5)) {
            assertServes(builder, channel, name);
        }
    }

    private static void assertServes(ChildProcessBuilder builder, UnixSocketChannel channel, String name) throws Exception {
        ChildProcess child = builder.start();
        for (String text : List.of("one", "two and a half")) {
            channel.write(UTF_8.encode(text));
            ByteBuffer reply = ByteBuffer.allocate(100);
            channel.read(reply);
            assertEquals(name + " " + text, UTF_8.decode(reply.flip()).toString());
        }
        channel.shutdownOutput();
        assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
        assertEquals(0, child.waitFor());
    }

    @Test
    void aChildInPythonServes() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket");

        assertServesAtNumber5(List.of("python3", "-c", PYTHON), "python");
    }

    @Test
    void aChildInCServes(@TempDir Path folder) throws Exception {
        OtherProgram.assume("cc", "--version");
        Path source = Files.writeString(folder.resolve("child.c"), C);
        Path program = folder.resolve("child");
        assertEquals(0, new ProcessBuilder("cc", "-o", program.toString(), source.toString()).inheritIO().start().waitFor());

        assertServesAtNumber5(List.of(program.toString()), "c");
    }

    @Test
    void aChildInJavaServes() throws Exception {
        assertServesAtNumber5(java(System.getProperty("java.home"), "5"), "java");
    }

    @Test
    void aChildInJavaFindsItsEndByTheName() throws Exception {
        assertServesByName(System.getProperty("java.home"));
    }

    @Test
    void aChildOnAnotherJdkFindsItsEndByTheName() throws Exception {
        assertServesByName(anotherJdk());
    }

    private static void assertServesByName(String home) throws Exception {
        ChildProcessBuilder builder =
                new ChildProcessBuilder(java(home, "parent")).redirectError(Redirect.DISCARD).redirectOutput(Redirect.DISCARD);
        try (OwnedFd memory = OwnedFd.memory("memory", 1);
                UnixSocketChannel channel = builder.namedDescriptor("memory", memory).pair(UnixProtocolFamily.SEQPACKET, "parent")) {
            assertServes(builder, channel, "java");
        }
    }

    /** One that is installed next to this one, from 17 up. */
    private static String anotherJdk() throws IOException {
        int own = Runtime.version().feature();
        try (Stream<Path> homes = Files.list(Path.of(System.getProperty("java.home")).toRealPath().resolveSibling("."))) {
            List<Path> others = homes.filter(home -> feature(home) >= 17 && feature(home) != own).toList();
            Assumptions.assumeFalse(others.isEmpty(), "no JDK is installed next to " + System.getProperty("java.home"));
            return others.get(0).toString();
        }
    }

    private static int feature(Path home) {
        try (Stream<String> lines = Files.lines(home.resolve("release"))) {
            String version = lines.filter(line -> line.startsWith("JAVA_VERSION=")).findFirst().orElse("0").replaceAll("[^0-9.]", "");
            return Files.isExecutable(home.resolve("bin/java")) ? Integer.parseInt(version.split("\\.")[0]) : 0;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
