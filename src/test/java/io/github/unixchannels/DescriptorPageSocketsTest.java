// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.Snippet;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What docs/descriptors.md shows of connections and processes, run with a client and with another process. */
@ExtendWith(NothingLeaks.class)
class DescriptorPageSocketsTest {

    /** Connects, sends a message, waits for an answer, and ends. */
    private static final String SENDER = """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.connect('\\0' + sys.argv[1])
            print(os.getpid(), flush=True)
            s.send(b'x')
            s.recv(1)
            """;

    @TempDir
    private Path folder;

    private String methods;
    private List<String> blocks;

    /** The first non-blocking channel has a selector opened, which is kept. */
    @BeforeAll
    static void openWhatIsKept() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            OwnedFd.duplicateOf(channel).close();
        }
    }

    @BeforeEach
    void read() throws Exception {
        blocks = MarkdownPage.read("docs/descriptors.md").javaBlocks();
        methods = blocks.get(0);
    }

    @Test
    void aClientIsServedByWhoeverItsConnectionWasPassedTo() throws Exception {
        String printed = Snippet.run(Snippet.compile(folder, "Service", methods, """
                try (UnixSocketChannel.Pair ends = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
                        ServerSocketChannel listener = ServerSocketChannel.open();
                        SocketChannel client = SocketChannel.open()) {
                    UnixSocketChannel to = ends.first();
                    UnixSocketChannel from = ends.second();
                    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    client.connect(listener.getLocalAddress());
                """ + blocks.get(5) + served() + """
                    System.out.print(new String(client.socket().getInputStream().readAllBytes()));
                }
                """));

        assertEquals("served by another process", printed);
    }

    @Test
    void aConnectionThatASelectorKnowsIsPassedToo() throws Exception {
        String printed = Snippet.run(Snippet.compile(folder, "Loop", methods, """
                try (UnixSocketChannel.Pair ends = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
                        ServerSocketChannel listener = ServerSocketChannel.open();
                        SocketChannel client = SocketChannel.open();
                        Selector selector = Selector.open()) {
                    UnixSocketChannel to = ends.first();
                    UnixSocketChannel from = ends.second();
                    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    client.connect(listener.getLocalAddress());
                    SocketChannel registered = listener.accept();
                    registered.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                """ + blocks.get(6) + served() + """
                    selector.selectNow(); // the last to have the connection was the key
                    System.out.print(new String(client.socket().getInputStream().readAllBytes()));
                }
                """));

        assertEquals("served by another process", printed);
    }

    /** What the page calls the client is the connection to it here. */
    private String served() {
        String block = blocks.get(7);
        assertTrue(block.contains("SocketChannel client = connection.toSocketChannel()"));
        return block.replace("client", "served");
    }

    @Test
    void itIsToldWhoSentAndWhenThatProcessHasEnded() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket");
        String name = AbstractNames.uniqueText();
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET)) {
            Snippet.run(with(UnixServerSocketChannel.class, "listener", listener, blocks.get(8)));
            listener.bind(AbstractSocketAddress.of(name));
            try (OtherProgram sender = OtherProgram.start("python3", "-c", SENDER, name); UnixSocketChannel from = listener.accept()) {
                String pid = sender.hear();

                String printed = Snippet.run(with(UnixSocketChannel.class, "from", from, answering(blocks.get(9))));

                assertTrue(printed.matches("PeerCredentials\\[pid=" + pid + ", uid=\\d+, gid=\\d+]\n0\nhas ended\n"), printed);
            }
        }
    }

    /** The sender ends once it is answered, and it is answered when it was found not to have ended. */
    private static String answering(String block) {
        String selecting = "selector.select();";
        assertTrue(block.contains(selecting));
        return block.replace(selecting, "System.out.println(selector.selectNow()); from.write(ByteBuffer.allocate(1)); " + selecting);
    }

    /** A program with a variable that is set. */
    private <C> Class<?> with(Class<C> type, String variable, C value, String statements) throws Exception {
        String declared = "public static " + type.getSimpleName() + " " + variable + ";";
        Class<?> program = Snippet.compile(folder, "With_" + variable, declared, statements);
        program.getField(variable).set(null, value);
        return program;
    }
}
