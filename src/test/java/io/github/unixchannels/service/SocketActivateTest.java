// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that systemd-socket-activate(1) starts, which is what systemd does for a socket unit. */
@ExtendWith(NothingLeaks.class)
class SocketActivateTest {

    @TempDir
    Path folder;

    @BeforeEach
    void requireTheProgram() throws Exception {
        OtherProgram.assume("systemd-socket-activate", "--version");
    }

    /** Starts the program, which listens and waits for the first connection. */
    private OtherProgram activate(String what, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("systemd-socket-activate"));
        command.addAll(List.of(options));
        command.addAll(ChildJvm.command(Activated.class));
        command.add(what);
        return OtherProgram.start(command.toArray(String[]::new));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** Connects once: the first connection is what starts the service, and the first that the service accepts. */
    private UnixSocketChannel connect(UnixProtocolFamily family, String name) {
        return await().ignoreExceptions().until(
                () -> UnixSocketChannel.open(family, UnixDomainSocketAddress.of(path(name))), Objects::nonNull);
    }

    private UnixDatagramChannel connectDatagrams(String name) throws IOException {
        UnixDatagramChannel channel = UnixDatagramChannel.open();
        channel.bind(AbstractSocketAddress.AUTOBIND);
        await().ignoreExceptions().until(() -> channel.connect(UnixDomainSocketAddress.of(path(name))), Objects::nonNull);
        return channel;
    }

    private static void say(ByteChannel channel) throws IOException {
        channel.write(UTF_8.encode("hello"));
    }

    private static String hear(ByteChannel channel) throws IOException {
        ByteBuffer reply = ByteBuffer.allocate(100);
        channel.read(reply);
        return UTF_8.decode(reply.flip()).toString();
    }

    @Test
    void listenersAreTakenByTheirNames() throws Exception {
        try (OtherProgram program = activate("answer", "-l", path("one"), "-l", path("two"), "--fdname=http:control");
                UnixSocketChannel http = connect(UnixProtocolFamily.STREAM, "one");
                UnixSocketChannel control = connect(UnixProtocolFamily.STREAM, "two")) {
            say(http);
            say(control);

            assertEquals("http", hear(http));
            assertEquals("control", hear(control));
            assertEquals("http LISTENING_SOCKET hello", program.hear());
            assertEquals("control LISTENING_SOCKET hello", program.hear());
            program.awaitSuccess();
        }
    }

    @Test
    void seqpacketListens() throws Exception {
        try (OtherProgram program = activate("answer", "--seqpacket", "-l", path("one"), "--fdname=messages");
                UnixSocketChannel client = connect(UnixProtocolFamily.SEQPACKET, "one")) {
            say(client);

            assertEquals("messages", hear(client));
            assertEquals("messages LISTENING_SOCKET hello", program.hear());
        }
    }

    @Test
    void datagramsAreReceived() throws Exception {
        try (OtherProgram program = activate("answer", "-d", "-l", path("one"), "--fdname=log");
                UnixDatagramChannel client = connectDatagrams("one")) {
            say(client);

            assertEquals("log", hear(client));
            assertEquals("log DATAGRAM_SOCKET hello", program.hear());
        }
    }

    @Test
    void aConnectionIsTakenThatWasAccepted() throws Exception {
        try (OtherProgram program = activate("answer", "-a", "-l", path("one"));
                UnixSocketChannel client = connect(UnixProtocolFamily.STREAM, "one")) {
            say(client);

            assertEquals("unknown", hear(client));
            assertEquals("unknown STREAM_SOCKET hello", program.hear());
        }
    }

    @Test
    void severalSocketsMayHaveOneName() throws Exception {
        try (OtherProgram program = activate("list", "-l", path("one"), "-l", path("two"), "--fdname=http:http");
                UnixSocketChannel client = connect(UnixProtocolFamily.STREAM, "two")) {
            assertEquals("http 3 LISTENING_SOCKET", program.hear());
            assertEquals("http 4 LISTENING_SOCKET", program.hear());
            assertTrue(client.isConnected());
        }
    }

    @ParameterizedTest
    @CsvSource({"-a, STREAM, UnixSocketChannel 0", "--inetd, STREAM, UnixServerSocketChannel 0",
        "--seqpacket, SEQPACKET, UnixServerSocketChannel 0"})
    void standardInputIsTheSocket(String option, UnixProtocolFamily family, String answer) throws Exception {
        try (OtherProgram program = activate("inetd", "--inetd", option, "-l", path("one"));
                UnixSocketChannel client = connect(family, "one")) {
            say(client);

            assertEquals(answer, hear(client));
            program.endInput();
        }
    }

    @Test
    void standardInputIsTheDatagramSocket() throws Exception {
        try (OtherProgram program = activate("inetd", "--inetd", "-d", "-l", path("one"));
                UnixDatagramChannel client = connectDatagrams("one")) {
            say(client);

            assertEquals("UnixDatagramChannel 0", hear(client));
            program.awaitSuccess();
        }
    }
}
