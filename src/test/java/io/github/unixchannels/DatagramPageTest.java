// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.Snippet;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What docs/datagrams.md shows is compiled and run; a channel here plays the service that it is for. */
@ExtendWith(NothingLeaks.class)
class DatagramPageTest {

    private static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";

    @TempDir
    private Path folder;

    private String sdNotify;
    private String tellReady;
    private String syslog;
    private String logLine;

    @BeforeEach
    void read() throws Exception {
        List<String> blocks = MarkdownPage.read("docs/datagrams.md").javaBlocks();
        assertEquals(4, blocks.size());
        sdNotify = blocks.get(0);
        tellReady = blocks.get(1);
        syslog = blocks.get(2);
        logLine = blocks.get(3);
    }

    @Test
    void aServiceTellsAManagerWhoseSocketIsAPathThatItIsReady() throws Exception {
        SocketAddress manager = UnixDomainSocketAddress.of(folder.resolve("notify"));

        assertEquals("READY=1\nSTATUS=Listening on port 8080", toldBy(manager, manager.toString()));
    }

    @Test
    void aServiceTellsAManagerWithAnAbstractNameThatItIsReady() throws Exception {
        String name = AbstractNames.uniqueText();

        assertEquals("READY=1\nSTATUS=Listening on port 8080", toldBy(AbstractSocketAddress.of(name), "@" + name));
    }

    @Test
    void withoutAManagerNobodyIsToldAndNothingFails() throws Exception {
        Assumptions.assumeTrue(System.getenv(NOTIFY_SOCKET) == null, "this JVM is a service itself");

        assertEquals("", Snippet.run(Snippet.compile(folder, "Service", sdNotify, tellReady)));
    }

    @Test
    void aLineForTheLogIsInSyslogsFormat() throws Exception {
        Path log = folder.resolve("log");
        assertTrue(syslog.contains("\"/dev/log\""));
        Class<?> program = Snippet.compile(folder, "Billing", syslog.replace("/dev/log", log.toString()), logLine);
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(UnixDomainSocketAddress.of(log))) {
            Snippet.run(program);

            String line = receive(receiver);

            String process = "billing\\[" + ProcessHandle.current().pid() + "]";
            assertTrue(line.matches("<14>[A-Z][a-z]{2} [ 0-9]\\d \\d\\d:\\d\\d:\\d\\d " + process + ": invoice 4711 was sent"), line);
        }
    }

    @Test
    void theSnippetsAreAsShortAsTheyAreSaidToBe() {
        assertTrue(sdNotify.lines().count() <= 20, sdNotify);
        assertTrue(syslog.lines().count() <= 10, syslog);
    }

    @Test
    void theFilesThePageLinksToExist() throws Exception {
        MarkdownPage.read("docs/datagrams.md").requireLinkedFiles();
    }

    /** What a service in a JVM of its own, with this environment, tells the manager. */
    private String toldBy(SocketAddress manager, String environment) throws Exception {
        Class<?> service = Snippet.compile(folder, "Service", sdNotify, tellReady);
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(manager)) {
            ChildJvm ended = ChildJvm.run(Map.of(NOTIFY_SOCKET, environment), service);
            assertEquals(0, ended.exitCode(), ended::errors);
            return receive(receiver);
        }
    }

    private static String receive(UnixDatagramChannel receiver) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        receiver.configureBlocking(false);
        assertFalse(receiver.receive(buffer) == null, "nothing was sent");
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }
}
