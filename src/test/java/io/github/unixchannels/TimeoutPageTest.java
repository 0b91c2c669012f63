// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FullReceiver;
import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.Snippet;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What docs/timeouts.md shows is compiled and run. */
@ExtendWith(NothingLeaks.class)
@Timeout(120)
class TimeoutPageTest {

    private static final String PATH = "/run/example.sock";

    @TempDir
    private Path folder;

    private Path socket;
    private List<String> blocks;

    @BeforeEach
    void read() throws Exception {
        socket = folder.resolve("s");
        blocks = MarkdownPage.read("docs/timeouts.md").javaBlocks();
        assertEquals(7, blocks.size());
    }

    private String shown(int index) {
        return blocks.get(index).replace(PATH, socket.toString());
    }

    private static UnixServerSocketChannel listen(Path path) throws Exception {
        return (UnixServerSocketChannel) UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET).bind(UnixDomainSocketAddress.of(path));
    }

    @Test
    void anAnswerInTimeIsPrinted() throws Exception {
        try (UnixServerSocketChannel server = listen(socket)) {
            BackgroundCall<Object> answering = BackgroundCall.start(() -> {
                try (UnixSocketChannel client = server.accept()) {
                    ByteBuffer question = ByteBuffer.allocate(client.nextMessageLength());
                    client.read(question);
                    client.write(ByteBuffer.wrap((new String(question.array(), StandardCharsets.UTF_8) + " noon").getBytes()));
                    return client.read(ByteBuffer.allocate(1));
                }
            });
            assertEquals("what time is it? noon\n", Snippet.run(Snippet.compile(folder, "Client", "", shown(0))));
            assertEquals(-1, answering.result());
        }
    }

    @Test
    void withoutAnAnswerTheClientGoesOn() throws Exception {
        try (UnixServerSocketChannel server = listen(socket)) {
            String program = shown(0).replace("Duration.ofSeconds(2)", "Duration.ofMillis(60)");
            assertEquals("no answer\n", Snippet.run(Snippet.compile(folder, "Client", "", program)));
            assertTrue(server.isOpen());
        }
    }

    @Test
    void aDeadlineBoundsManyReadsAndAWriteTellsWhatWent() throws Exception {
        String program = """
                try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
                    pair.second().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                    System.out.println(readFully(pair.first(), 3, Duration.ofHours(1)).length);
                    pair.second().write(ByteBuffer.wrap(new byte[] {1, 2}));
                    try {
                        readFully(pair.first(), 3, Duration.ofMillis(60));
                    } catch (SocketTimeoutException e) {
                        System.out.println("late");
                    }
                    System.out.println(writeWithin(pair.first(), ByteBuffer.allocate(100), Duration.ofHours(1)));
                    System.out.println(writeWithin(pair.first(), ByteBuffer.allocate(8 << 20), Duration.ofMillis(60)));
                    try {
                        readWithin(pair.first(), ByteBuffer.allocate(1), 60);
                    } catch (SocketTimeoutException e) {
                        System.out.println(e.getMessage());
                    }
                    pair.second().write(ByteBuffer.allocate(2));
                    System.out.println(readWithin(pair.first(), ByteBuffer.allocate(9), 60_000));
                }
                """;
        String printed = Snippet.run(Snippet.compile(folder, "Both", shown(1) + shown(2) + shown(6), program));
        assertTrue(printed.matches(
                "3\nlate\ntrue\n[1-9][0-9]* bytes went, [1-9][0-9]* are left\nfalse\nnothing within 60 ms\n2\n"), printed);
    }

    @Test
    void aLogThatIsStuckCostsLinesThatAreCounted() throws Exception {
        Path log = folder.resolve("log");
        Class<?> program = Snippet.compile(
                folder, "Logger", shown(3), shown(4).replace("/dev/log", log.toString()).replace("ofMillis(100)", "ofMillis(2)"));
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(UnixDomainSocketAddress.of(log));
                FullReceiver other = FullReceiver.open()) {
            boolean fits = other.queued() > 30; // net.unix.max_dgram_qlen may be larger
            assertEquals((fits ? "all lines were sent" : "some lines were dropped") + "\n", Snippet.run(program));
            receiver.configureBlocking(false);
            ByteBuffer line = ByteBuffer.allocate(100);
            receiver.receive(line);
            assertEquals("line 0", StandardCharsets.UTF_8.decode(line.flip()).toString());
        }
    }

    @Test
    void aServerLooksAroundBetweenTwoClients() throws Exception {
        assertEquals("nobody came\n".repeat(3), Snippet.run(Snippet.compile(folder, "Server", "", shown(5))));
        Files.delete(socket);
    }

    @Test
    void theLinksOfThePageLeadSomewhere() throws Exception {
        MarkdownPage.read("docs/timeouts.md").requireLinks();
    }
}
