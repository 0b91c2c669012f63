// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is using a channel of the Java platform does not notice that it is duplicated, and does not keep it from being. */
@ExtendWith(NothingLeaks.class)
class DuplicateOfBusyChannelTest {

    private static final int REPETITIONS = 100;

    @TempDir
    Path directory;

    /** The first non-blocking channel has a selector opened, which is kept. */
    @BeforeAll
    static void openWhatIsKept() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            OwnedFd.duplicateOf(channel).close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aThreadBlockedInReadGoesOnWaitingForBytes(boolean unix) throws Exception {
        try (ServerSocketChannel server = server(unix);
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            BackgroundCall<Integer> reading = BackgroundCall.start(() -> client.read(ByteBuffer.allocate(8))).awaitBlocked();
            for (int i = 0; i < REPETITIONS; i++) {
                OwnedFd.duplicateOf(client).close();
            }
            assertFalse(reading.isDone());
            accepted.write(ByteBuffer.allocate(3));
            assertEquals(3, reading.result());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aThreadBlockedInAcceptGoesOnWaitingForAConnection(boolean unix) throws Exception {
        try (ServerSocketChannel server = server(unix)) {
            BackgroundCall<SocketChannel> accepting = BackgroundCall.start(server::accept).awaitBlocked();
            for (int i = 0; i < REPETITIONS; i++) {
                OwnedFd.duplicateOf(server).close();
            }
            assertFalse(accepting.isDone());
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = accepting.result()) {
                assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
            }
        }
    }

    @Test
    void aThreadBlockedInReceiveGoesOnWaitingForADatagram() throws Exception {
        try (DatagramChannel receiver = DatagramChannel.open().bind(loopback())) {
            ByteBuffer buffer = ByteBuffer.allocate(8);
            BackgroundCall<SocketAddress> receiving = BackgroundCall.start(() -> receiver.receive(buffer)).awaitBlocked();
            for (int i = 0; i < REPETITIONS; i++) {
                OwnedFd.duplicateOf(receiver).close();
            }
            assertFalse(receiving.isDone());
            try (DatagramChannel sender = DatagramChannel.open()) {
                sender.send(ByteBuffer.allocate(5), receiver.getLocalAddress());
            }
            receiving.result();
            assertEquals(5, buffer.position());
        }
    }

    @Test
    void aSelectionGoesOnWaitingForTheChannel() throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink(); Selector selector = Selector.open()) {
            source.configureBlocking(false);
            SelectionKey key = source.register(selector, SelectionKey.OP_READ);
            BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select).awaitBlocked();
            for (int i = 0; i < REPETITIONS; i++) {
                OwnedFd.duplicateOf(source).close();
            }
            assertFalse(selecting.isDone());
            sink.write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
            assertTrue(key.isReadable());
        }
    }

    @Test
    void anEndOfAPipeThatAThreadReadsIsRefusedWithoutWaiting() throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            BackgroundCall<Integer> reading = BackgroundCall.start(() -> source.read(ByteBuffer.allocate(8))).awaitBlocked();
            assertThrows(UnsupportedOperationException.class, () -> OwnedFd.duplicateOf(source));
            assertFalse(reading.isDone());
            sink.write(ByteBuffer.allocate(2));
            assertEquals(2, reading.result());
        }
    }

    /** A socket that was reset has lost one of the two addresses that tell it from others of the same listener. */
    @Test
    void connectionsOfOneListenerAreToldApartThoughSomeWereReset() throws Exception {
        try (ServerSocketChannel server = server(false);
                SocketChannel resetting = SocketChannel.open(server.getLocalAddress());
                SocketChannel first = server.accept();
                SocketChannel alsoResetting = SocketChannel.open(server.getLocalAddress());
                SocketChannel second = server.accept();
                SocketChannel living = SocketChannel.open(server.getLocalAddress());
                SocketChannel third = server.accept()) {
            reset(resetting, first);
            reset(alsoResetting, second);
            third.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            try (OwnedFd duplicate = OwnedFd.duplicateOf(third)) {
                ByteBuffer direct = ByteBuffer.allocateDirect(1);
                assertEquals(1, HostSyscalls.get().write(duplicate.number(), HostSyscalls.get().addressOf(direct), 1));
                assertEquals(1, living.read(ByteBuffer.allocate(1)));
            }
            assertTrue(third.getOption(StandardSocketOptions.SO_KEEPALIVE));
            OwnedFd.duplicateOf(first).close();
            OwnedFd.duplicateOf(second).close();
            assertFalse(second.getOption(StandardSocketOptions.SO_KEEPALIVE));
        }
    }

    @Test
    void aConnectionThatItsPeerResetIsDuplicatedStill() throws Exception {
        try (ServerSocketChannel server = server(false);
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            reset(accepted, client);
            assertTrue(client.isOpen());
            OwnedFd.duplicateOf(client).close();
        }
    }

    private static void reset(SocketChannel channel, SocketChannel peer) throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
        assertThrows(IOException.class, () -> peer.read(ByteBuffer.allocate(1)));
    }

    private ServerSocketChannel server(boolean unix) throws IOException {
        return unix
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(directory.resolve("s")))
                : ServerSocketChannel.open().bind(loopback());
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
