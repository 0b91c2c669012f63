// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The name that the kernel gives to a channel without one whose peer is to know who sends, and to no other. */
@ExtendWith(NothingLeaks.class)
class AutobindTest {

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");
    private static final List<SocketOption<Boolean>> NAMING = List.of(UnixSocketOptions.SO_PASSCRED, UnixSocketOptions.SO_PASSPIDFD);

    static Stream<SocketOption<Boolean>> naming() {
        return NAMING.stream();
    }

    static Stream<Arguments> namingOnConnections() {
        return NAMING.stream().flatMap(option ->
                Stream.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET).map(family -> Arguments.of(option, family)));
    }

    private static <C extends NetworkChannel> C set(C channel, SocketOption<Boolean> option) throws IOException {
        try {
            channel.setOption(option, true);
            return channel;
        } catch (UnsupportedOperationException e) {
            channel.close();
            return Assumptions.abort(e.getMessage());
        }
    }

    private static void assertAutobound(NetworkChannel channel) throws IOException {
        SocketAddress name = channel.getLocalAddress();
        assertTrue(name instanceof AbstractSocketAddress && name.toString().matches("@[0-9a-f]{5}"), String.valueOf(name));
        assertEquals(name, channel.getLocalAddress());
    }

    @ParameterizedTest
    @MethodSource("namingOnConnections")
    void aConnectGivesAName(SocketOption<Boolean> option, UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(AbstractNames.unique(), 1);
                UnixSocketChannel client = set(UnixSocketChannel.open(family), option)) {
            assertNull(client.getLocalAddress());
            client.connect(server.getLocalAddress());
            assertAutobound(client);
            try (UnixSocketChannel accepted = server.accept()) {
                assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
                assertEquals(server.getLocalAddress(), accepted.getLocalAddress());
            }
            assertTrue(client.toString().contains("local=" + client.getLocalAddress()), client.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("namingOnConnections")
    void aConnectThatIsPendingGivesAName(SocketOption<Boolean> option, UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(AbstractNames.unique(), 1);
                UnixSocketChannel one = UnixSocketChannel.open(family, server.getLocalAddress());
                UnixSocketChannel two = UnixSocketChannel.open(family, server.getLocalAddress());
                UnixSocketChannel client = set(UnixSocketChannel.open(family), option)) {
            client.configureBlocking(false);
            assertEquals(UNNAMED, one.getLocalAddress());
            assertEquals(UNNAMED, two.getLocalAddress());
            assertEquals(false, client.connect(server.getLocalAddress()));
            assertAutobound(client);
        }
    }

    @ParameterizedTest
    @MethodSource("namingOnConnections")
    void aChannelThatWasBoundKeepsItsName(SocketOption<Boolean> option, UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress name = AbstractNames.unique();
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(AbstractNames.unique(), 1);
                UnixSocketChannel client = set(UnixSocketChannel.open(family), option)) {
            client.bind(name);
            client.connect(server.getLocalAddress());
            assertEquals(name, client.getLocalAddress());
        }
    }

    @ParameterizedTest
    @MethodSource("naming")
    void onSeqpacketAWriteGivesAName(SocketOption<Boolean> option) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            set(pair.first(), option);
            assertEquals(UNNAMED, pair.first().getLocalAddress());
            pair.first().write(ByteBuffer.allocate(1));
            assertAutobound(pair.first());
            assertEquals(UNNAMED, pair.second().getLocalAddress());
        }
    }

    @ParameterizedTest
    @MethodSource("naming")
    void onStreamAWriteGivesNone(SocketOption<Boolean> option) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            set(pair.first(), option).write(ByteBuffer.allocate(1));
            assertEquals(UNNAMED, pair.first().getLocalAddress());
        }
    }

    @ParameterizedTest
    @MethodSource("naming")
    void aDatagramChannelGetsItsNameWhenItSendsAndWhenItConnects(SocketOption<Boolean> option) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(address);
                UnixDatagramChannel sending = set(UnixDatagramChannel.open(), option);
                UnixDatagramChannel connecting = set(UnixDatagramChannel.open(), option);
                UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair()) {
            assertNull(sending.getLocalAddress());
            sending.send(ByteBuffer.allocate(1), address);
            assertAutobound(sending);
            assertEquals(sending.getLocalAddress(), receiver.receive(ByteBuffer.allocate(1)));
            connecting.connect(address);
            assertAutobound(connecting);
            set(pair.first(), option).write(ByteBuffer.allocate(1));
            assertAutobound(pair.first());
            assertEquals(UNNAMED, pair.second().getLocalAddress());
        }
    }

    @ParameterizedTest
    @MethodSource("naming")
    void aDatagramChannelThatConnectedInVainIsBound(SocketOption<Boolean> option) throws IOException {
        try (UnixDatagramChannel channel = set(UnixDatagramChannel.open(), option)) {
            assertThrows(SocketException.class, () -> channel.connect(AbstractNames.unique()));
            assertAutobound(channel);
            assertThrows(AlreadyBoundException.class, () -> channel.bind(AbstractNames.unique()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void noOtherOptionGivesAName(UnixProtocolFamily family) throws IOException {
        for (SocketOption<Boolean> option : List.of(UnixSocketOptions.SO_TIMESTAMP, UnixSocketOptions.SO_PASSSEC)) {
            try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(AbstractNames.unique(), 1);
                    UnixSocketChannel client = set(UnixSocketChannel.open(family), option)) {
                client.connect(server.getLocalAddress());
                client.write(ByteBuffer.allocate(1));
                assertEquals(UNNAMED, client.getLocalAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedChannelHasNoLocalAddress(UnixProtocolFamily family) throws IOException {
        NetworkChannel channel = family == UnixProtocolFamily.DGRAM ? UnixDatagramChannel.open() : UnixSocketChannel.open(family);
        channel.close();
        assertThrows(ClosedChannelException.class, channel::getLocalAddress);
    }
}
