// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** socat at the other end, of sockets of each type, as the client and as the server. */
@ExtendWith(NothingLeaks.class)
class SocatTest {

    /** socat's name for the type of a socket is the number that Linux has for the type. */
    private enum Type {
        STREAM(UnixProtocolFamily.STREAM, "socktype=1"),
        SEQPACKET(UnixProtocolFamily.SEQPACKET, "socktype=5");

        private final UnixProtocolFamily family;
        private final String option;

        Type(UnixProtocolFamily family, String option) {
            this.family = family;
            this.option = option;
        }
    }

    @TempDir
    private Path folder;

    @BeforeAll
    static void findSocat() throws Exception {
        OtherProgram.assume("socat", "-V");
    }

    @ParameterizedTest
    @EnumSource
    void socatConnectsToAPath(Type type) throws Exception {
        Path path = folder.resolve("socket");
        echoTo(UnixDomainSocketAddress.of(path), type, "UNIX-CONNECT:" + path);
    }

    @ParameterizedTest
    @EnumSource
    void socatConnectsToAnAbstractName(Type type) throws Exception {
        SocketAddress name = AbstractNames.unique();
        echoTo(name, type, "ABSTRACT-CONNECT:" + name.toString().substring(1));
    }

    private static void echoTo(SocketAddress address, Type type, String socat) throws Exception {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(type.family)) {
            server.bind(address);
            try (OtherProgram program = OtherProgram.start("socat", "-", socat + "," + type.option);
                    SocketChannel accepted = server.accept()) {
                BackgroundCall<Integer> echo = BackgroundCall.start(() -> echo(accepted));

                assertEquals("one", program.ask("one"));
                assertEquals("two", program.ask("two"));
                program.endInput();
                assertEquals(8, echo.result());
                accepted.shutdownOutput();
                program.awaitSuccess();
            }
        }
    }

    /** Sends back what arrives until the end, and returns how many bytes that were. */
    private static int echo(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        int bytes = 0;
        while (channel.read(buffer.clear()) >= 0) {
            bytes += buffer.position();
            channel.write(buffer.flip());
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void socatListens(Type type) throws Exception {
        Path path = folder.resolve("socket");
        try (OtherProgram program = OtherProgram.start("socat", "-", "UNIX-LISTEN:" + path + "," + type.option);
                UnixSocketChannel channel = BackgroundCall.soon().until(() -> connect(type, path), Objects::nonNull)) {
            channel.write(bytes("to socat\n"));
            assertEquals("to socat", program.hear());
            program.say("from socat");
            assertEquals("from socat\n", read(channel));
            channel.shutdownOutput();
            program.awaitSuccess();
        }
    }

    /** Null while nothing listens: a socket has its path before it listens. */
    private static UnixSocketChannel connect(Type type, Path path) throws IOException {
        UnixSocketChannel channel = UnixSocketChannel.open(type.family);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return channel;
        } catch (SocketException e) {
            channel.close();
            return null;
        }
    }

    private static String read(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        channel.read(buffer);
        return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
    }

    @Test
    void socatSendsDatagramsAndReceivesTheReplies() throws Exception {
        Path ours = folder.resolve("ours");
        Path theirs = folder.resolve("theirs");
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            channel.bind(UnixDomainSocketAddress.of(ours));
            try (OtherProgram program = OtherProgram.start("socat", "-", "UNIX-SENDTO:" + ours + ",bind=" + theirs)) {
                for (String text : new String[] {"one", "two"}) {
                    program.say(text);
                    ByteBuffer datagram = ByteBuffer.allocate(100);
                    SocketAddress sender = channel.receive(datagram);
                    assertEquals(UnixDomainSocketAddress.of(theirs), sender);
                    channel.send(datagram.flip(), sender);
                    assertEquals(text, program.hear());
                }
            }
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
