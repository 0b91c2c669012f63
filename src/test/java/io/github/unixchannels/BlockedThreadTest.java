// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.ConnectionSource;
import io.github.unixchannels.support.ConnectionSource.Connected;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends a wait, other than a close or an interrupt of one's own; and who waits for whom. */
class BlockedThreadTest {

    @TempDir
    Path directory;

    static Stream<ConnectionSource> ours() {
        return Stream.of(ConnectionSource.values()).filter(ConnectionSource::isOurs);
    }

    private static BackgroundCall<Integer> blockedRead(SocketChannel channel) {
        return BackgroundCall.start(() -> channel.read(ByteBuffer.allocate(16))).awaitBlocked();
    }

    private static BackgroundCall<Integer> blockedWrite(SocketChannel channel) throws IOException {
        BlockingOperation.fill(channel);
        return BackgroundCall.start(() -> channel.write(ByteBuffer.allocate(16))).awaitBlocked();
    }

    private static void assertBroken(BackgroundCall<Integer> writer) {
        IOException failure = assertThrows(IOException.class, writer::result);
        assertFalse(failure instanceof ClosedChannelException, failure::toString);
    }

    @ParameterizedTest
    @EnumSource
    void shutdownInputEndsABlockedReadWithTheEnd(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.near());
            pair.near().shutdownInput();
            assertEquals(-1, reader.result());
            assertTrue(pair.near().isOpen());
            assertEquals(1, pair.near().write(ByteBuffer.allocate(1)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownInputEndsABlockedScatteringReadWithTheEnd(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            ByteBuffer[] dsts = {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(32 << 10)};
            BackgroundCall<Long> reader = BackgroundCall.start(() -> pair.near().read(dsts)).awaitBlocked();
            pair.near().shutdownInput();
            assertEquals(-1, reader.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownOutputEndsABlockedWriteWithAsynchronousCloseExceptionAndLeavesTheChannelOpen(ConnectionSource source)
            throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> writer = blockedWrite(pair.near());
            pair.near().shutdownOutput();
            assertThrowsExactly(AsynchronousCloseException.class, writer::result);
            assertTrue(pair.near().isOpen());
            pair.far().write(ByteBuffer.allocate(3));
            assertEquals(3, pair.near().read(ByteBuffer.allocate(16)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownOfOneSideDoesNotWakeTheOther(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.near());
            pair.near().shutdownOutput();
            reader.awaitBlocked();
            pair.far().write(ByteBuffer.allocate(5));
            assertEquals(5, reader.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeOrShutdownOfThePeerEndsABlockedRead(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.near());
            pair.far().shutdownOutput();
            assertEquals(-1, reader.result());
        }
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.near());
            pair.far().close();
            assertEquals(-1, reader.result());
            assertTrue(pair.near().isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeOrShutdownOfThePeerEndsABlockedWriteWithAnIOException(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> writer = blockedWrite(pair.near());
            pair.far().shutdownInput();
            assertBroken(writer);
        }
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> writer = blockedWrite(pair.near());
            pair.far().close();
            assertBroken(writer);
            assertTrue(pair.near().isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void roomEndsABlockedWrite(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            long filled = BlockingOperation.fill(pair.near());
            BackgroundCall<Integer> writer = BackgroundCall.start(() -> pair.near().write(ByteBuffer.allocate(16))).awaitBlocked();
            ByteBuffer drained = ByteBuffer.allocate((int) filled + 16);
            while (drained.hasRemaining()) {
                assertNotEquals(-1, pair.far().read(drained));
            }
            assertEquals(16, writer.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAcceptEndsABlockedConnect(ConnectionSource source) throws Exception {
        try (ServerSocketChannel listener = source.listen(directory, 1);
                SocketChannel first = source.open();
                SocketChannel second = source.open();
                SocketChannel third = source.open()) {
            SocketAddress address = listener.getLocalAddress();
            assertTrue(first.connect(address));
            assertTrue(second.connect(address));
            BackgroundCall<Boolean> connecting = BackgroundCall.start(() -> third.connect(address)).awaitBlocked();
            listener.accept().close();
            assertTrue(connecting.result());
            assertTrue(third.isConnected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeOfTheListenerEndsABlockedConnectWithConnectExceptionAndClosesTheChannel(ConnectionSource source) throws Exception {
        ServerSocketChannel listener = source.listen(directory, 1);
        SocketAddress address = listener.getLocalAddress();
        try (SocketChannel first = source.open(); SocketChannel second = source.open(); SocketChannel third = source.open()) {
            assertTrue(first.connect(address));
            assertTrue(second.connect(address));
            BackgroundCall<Boolean> connecting = BackgroundCall.start(() -> third.connect(address)).awaitBlocked();
            listener.close();
            assertThrowsExactly(ConnectException.class, connecting::result);
            assertFalse(third.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoBlockedAcceptsGetAConnectionEach(ConnectionSource source) throws Exception {
        try (ServerSocketChannel listener = source.listen(directory, 5);
                SocketChannel first = source.open();
                SocketChannel second = source.open()) {
            BackgroundCall<SocketChannel> one = BackgroundCall.start(listener::accept).awaitBlocked();
            BackgroundCall<SocketChannel> other = BackgroundCall.start(listener::accept).awaitParked();
            first.connect(listener.getLocalAddress());
            second.connect(listener.getLocalAddress());
            try (SocketChannel a = one.result(); SocketChannel b = other.result()) {
                first.write(ByteBuffer.allocate(1));
                second.write(ByteBuffer.allocate(2));
                assertEquals(1, a.read(ByteBuffer.allocate(8)));
                assertEquals(2, b.read(ByteBuffer.allocate(8)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecondReaderWaitsUntilTheFirstIsServed(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> first = blockedRead(pair.near());
            BackgroundCall<Integer> second = BackgroundCall.start(() -> pair.near().read(ByteBuffer.allocate(16))).awaitParked();
            pair.far().write(ByteBuffer.allocate(1));
            assertEquals(1, first.result());
            second.awaitBlocked();
            pair.far().write(ByteBuffer.allocate(2));
            assertEquals(2, second.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBlockedReaderDoesNotHoldUpAWriter(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.near());
            assertEquals(7, pair.near().write(ByteBuffer.allocate(7)));
            assertEquals(7, pair.far().read(ByteBuffer.allocate(16)));
            reader.awaitBlocked();
            pair.far().write(ByteBuffer.allocate(3));
            assertEquals(3, reader.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBlockedWriterDoesNotHoldUpAReader(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> writer = blockedWrite(pair.near());
            pair.far().write(ByteBuffer.allocate(3));
            assertEquals(3, pair.near().read(ByteBuffer.allocate(16)));
            writer.awaitBlocked();
        }
    }

    /** The JDK's own waits for the reader. */
    @ParameterizedTest
    @MethodSource("ours")
    void configureBlockingDoesNotWaitForABlockedReadWhichGoesOnWaiting(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.near());
            pair.near().configureBlocking(false);
            reader.awaitBlocked();
            pair.far().write(ByteBuffer.allocate(3));
            assertEquals(3, reader.result());
            assertEquals(0, pair.near().read(ByteBuffer.allocate(16)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeerSeesTheEndAtOnceWhenAChannelIsClosedUnderItsReader(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.near());
            pair.near().close();
            assertEquals(-1, pair.far().read(ByteBuffer.allocate(16)));
            assertThrowsExactly(AsynchronousCloseException.class, reader::result);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeerSeesTheEndAtOnceWhenARegisteredChannelIsClosed(ConnectionSource source) throws Exception {
        try (Connected pair = source.connect(directory); Selector selector = pair.near().provider().openSelector()) {
            pair.near().configureBlocking(false);
            pair.near().register(selector, SelectionKey.OP_READ);
            selector.selectNow();
            pair.near().write(ByteBuffer.allocate(4));
            pair.near().close();
            assertEquals(4, pair.far().read(ByteBuffer.allocate(16)));
            assertEquals(-1, pair.far().read(ByteBuffer.allocate(16)));
        }
    }

    /** The JDK's own goes on listening until the selector has dropped its key. */
    @ParameterizedTest
    @MethodSource("ours")
    void nobodyConnectsAnyMoreWhenARegisteredListenerIsClosed(ConnectionSource source) throws Exception {
        ServerSocketChannel listener = source.listen(directory, 5);
        try (SocketChannel client = source.open(); Selector selector = listener.provider().openSelector()) {
            SocketAddress address = listener.getLocalAddress();
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            selector.selectNow();
            listener.close();
            assertThrowsExactly(ConnectException.class, () -> client.connect(address));
        }
    }
}
