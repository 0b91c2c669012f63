// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.process.ChildProcess;
import io.github.unixchannels.process.ChildProcessBuilder;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.Snippet;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What docs/activation.md shows is compiled and run, each as a service in a JVM of its own. */
@ExtendWith(NothingLeaks.class)
class ActivationPageTest {

    @TempDir
    private Path folder;

    private List<String> blocks;
    private UnixDatagramChannel manager;

    @BeforeEach
    void open() throws Exception {
        blocks = MarkdownPage.read("docs/activation.md").javaBlocks();
        assertEquals(8, blocks.size());
        manager = UnixDatagramChannel.open();
        manager.bind(AbstractSocketAddress.AUTOBIND);
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    private List<String> command(String name, String methods, String statements) throws Exception {
        return ChildJvm.command(Snippet.compile(folder, name, methods, statements));
    }

    private ChildProcessBuilder service(String name, String methods, String statements) throws Exception {
        ChildProcessBuilder builder = new ChildProcessBuilder(command(name, methods, statements)).redirectError(Redirect.INHERIT);
        builder.environment().put("NOTIFY_SOCKET", manager.getLocalAddress().toString());
        builder.environment().remove("WATCHDOG_PID");
        return builder;
    }

    private static String output(ChildProcess child) throws Exception {
        String output = new String(child.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, child.waitFor());
        return output;
    }

    private static String text(ReadableByteChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(1000);
        channel.read(text);
        return UTF_8.decode(text.flip()).toString();
    }

    private String hear() throws IOException {
        try (AncillaryData ancillary = AncillaryData.create()) {
            return hear(ancillary);
        }
    }

    private String hear(AncillaryData ancillary) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(1000);
        manager.receive(text, ancillary);
        return UTF_8.decode(text.flip()).toString();
    }

    private static UnixServerSocketChannel listener() throws IOException {
        UnixServerSocketChannel listener = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
        listener.bind(AbstractSocketAddress.AUTOBIND);
        return listener;
    }

    @Test
    void socketsAreTakenByName() throws Exception {
        String serve = "static void serve(ServerSocketChannel http, UnixServerSocketChannel control) { }";
        try (UnixServerSocketChannel control = listener();
                ServerSocketChannel http = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            ChildProcessBuilder builder = service("ByName", serve, blocks.get(0));
            builder.namedDescriptor("control", control).namedDescriptor("http", http);

            assertEquals("listening on " + http.getLocalAddress() + " and " + control.getLocalAddress() + "\n", output(builder.start()));
        }
    }

    @Test
    void whereNothingIsPassedTheSocketIsOpened() throws Exception {
        Path path = folder.resolve("control");
        try (UnixServerSocketChannel control = listener()) {
            ChildProcessBuilder builder = service("Alone", "", blocks.get(1).replace("/run/app/control", path.toString()));

            assertEquals("listening on " + path + "\n", output(builder.start()));
            assertEquals("listening on " + control.getLocalAddress() + "\n", output(builder.namedDescriptor("control", control).start()));
        }
    }

    @Test
    void standardInputIsTheSocket() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket, subprocess");
        String launcher = """
                import socket, subprocess, sys
                ours, theirs = socket.socketpair()
                child = subprocess.Popen(sys.argv[1:], stdin=theirs)
                theirs.close()
                print(ours.recv(100).decode(), flush=True)
                """;
        List<String> command = new ArrayList<>(List.of("python3", "-c", launcher));
        command.addAll(command("Inetd", "", blocks.get(2)));
        try (OtherProgram program = OtherProgram.start(command.toArray(String[]::new))) {
            assertEquals("hello", program.hear());
        }
    }

    @Test
    void theManagerIsTold() throws Exception {
        assertEquals("", output(service("Told", "", blocks.get(3)).start()));

        assertEquals("READY=1\nSTATUS=Listening on port 8080", hear());
        assertEquals("RELOADING=1", hear().lines().findFirst().orElseThrow());
        assertEquals("STATUS=Reading the configuration again", hear());
        assertEquals("READY=1", hear());
        assertEquals("STOPPING=1", hear());
    }

    @Test
    void theWatchdogHears() throws Exception {
        String start = "serve(UnixSelectorProvider.provider().openSelector(), NotifySocket.ofEnvironment());";
        ChildProcessBuilder builder = service("Watched", blocks.get(4), start);
        builder.environment().put("WATCHDOG_USEC", "2000");
        ChildProcess child = builder.start();
        try {
            assertEquals("WATCHDOG=1", hear());
            assertEquals("WATCHDOG=1", hear());
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void aConnectionSurvivesARestart() throws Exception {
        String client = "UnixSocketChannel client = (UnixSocketChannel) ListenFds.take().fd(\"client\").toSocketChannel();\n";
        ChildProcessBuilder first = service("First", "", client + blocks.get(5));
        ChildProcessBuilder second = service("Second", "", blocks.get(6));
        try (UnixSocketChannel peer = first.pair(UnixProtocolFamily.SEQPACKET, "client"); AncillaryData ancillary = AncillaryData.create()) {
            ChildProcess child = first.start();
            assertEquals("FDSTORE=1\nFDNAME=clients", hear(ancillary));
            try (OwnedFd stored = ancillary.takeDescriptor()) {
                assertEquals("BARRIER=1", hear(ancillary));
                ancillary.clear();
                assertEquals("", output(child));

                assertEquals("", output(second.namedDescriptor("clients", stored).start()));
            }
            assertEquals("I am back", text(peer));
        }
    }

    @Test
    void theJournalGetsAnEntry() throws Exception {
        String address = "AbstractSocketAddress.of(\"" + manager.getLocalAddress().toString().substring(1) + "\")";
        String entry = "byte[] body = {0, 10};\n" + blocks.get(7).replace("new Journal()", "new Journal(" + address + ")");

        assertEquals("", output(service("Logging", "", entry).start()));
        assertEquals(
                "MESSAGE\n\35\0\0\0\0\0\0\0a request failed\nsee the body\nPRIORITY=3\nREQUEST_ID=17\nBODY\n\2\0\0\0\0\0\0\0\0\n\n", hear());
    }
}
