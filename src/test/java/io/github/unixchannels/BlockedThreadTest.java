// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.PatternBytes;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends a wait, other than a close or an interrupt of one's own; and who waits for whom. */
class BlockedThreadTest {

    /** More than a socket takes at once. */
    private static final int SIZE = 4 << 20;

    @TempDir
    Path directory;

    static Stream<SocketKind> ours() {
        return Stream.of(SocketKind.values()).filter(SocketKind::isOurs);
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
    void shutdownOfOneSideDoesNotWakeTheOther(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.client());
            pair.client().shutdownOutput();
            reader.awaitBlocked();
            pair.accepted().write(ByteBuffer.allocate(5));
            assertEquals(5, reader.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeOrShutdownOfThePeerEndsABlockedRead(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.client());
            pair.accepted().shutdownOutput();
            assertEquals(-1, reader.result());
        }
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.client());
            pair.accepted().close();
            assertEquals(-1, reader.result());
            assertTrue(pair.client().isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeOrShutdownOfThePeerEndsABlockedWriteWithAnIOException(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> writer = blockedWrite(pair.client());
            pair.accepted().shutdownInput();
            assertBroken(writer);
        }
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> writer = blockedWrite(pair.client());
            pair.accepted().close();
            assertBroken(writer);
            assertTrue(pair.client().isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeOfTheListenerEndsABlockedConnectWithConnectExceptionAndClosesTheChannel(SocketKind source) throws Exception {
        ServerSocketChannel listener = source.listen(directory, 1);
        SocketAddress address = listener.getLocalAddress();
        try (SocketChannel first = source.openSocket(); SocketChannel second = source.openSocket(); SocketChannel third = source.openSocket()) {
            assertTrue(first.connect(address));
            assertTrue(second.connect(address));
            BackgroundCall<Boolean> connecting = BackgroundCall.start(() -> third.connect(address)).awaitBlocked();
            listener.close();
            assertThrowsExactly(ConnectException.class, connecting::result);
            assertFalse(third.isOpen());
        }
    }

    /** The JDK's own waits for the reader. */
    @ParameterizedTest
    @MethodSource("ours")
    void configureBlockingDoesNotWaitForABlockedReadWhichGoesOnWaiting(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = blockedRead(pair.client());
            pair.client().configureBlocking(false);
            reader.awaitBlocked();
            pair.accepted().write(ByteBuffer.allocate(3));
            assertEquals(3, reader.result());
            assertEquals(0, pair.client().read(ByteBuffer.allocate(16)));
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK,false", "JDK,true", "STREAM,false", "STREAM,true"})
    void closeMakesABlockedGatheringWriteThatHasWrittenSomeReturnHowMuch(SocketKind source, boolean direct) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            ByteBuffer[] bytes = new ByteBuffer[8];
            Arrays.setAll(bytes, i -> direct ? ByteBuffer.allocateDirect(SIZE / 8) : ByteBuffer.allocate(SIZE / 8));
            for (int i = 0; i < bytes.length; i++) {
                PatternBytes.fill(bytes[i], i * SIZE / 8);
            }
            BackgroundCall<Long> writer = BackgroundCall.start(() -> pair.client().write(bytes));
            PatternBytes.read(pair.accepted(), 0, 1);
            writer.awaitBlocked();
            pair.client().close();
            long written = writer.result();
            assertTrue(written > 0 && written < SIZE);
            assertEquals(written, Arrays.stream(bytes).mapToLong(ByteBuffer::position).sum());
            PatternBytes.readToEnd(pair.accepted(), 1, (int) written);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "STREAM"})
    void closeOfThePeerMakesABlockedWriteThatHasWrittenSomeReturnHowMuchAndTheNextFail(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            ByteBuffer bytes = PatternBytes.fill(ByteBuffer.allocate(SIZE), 0);
            BackgroundCall<Integer> writer = BackgroundCall.start(() -> pair.client().write(bytes));
            PatternBytes.read(pair.accepted(), 0, 1);
            writer.awaitBlocked();
            pair.accepted().close();
            int written = writer.result();
            assertTrue(written > 0 && written < SIZE);
            assertEquals(written, bytes.position());
            assertFalse(assertThrows(IOException.class, () -> pair.client().write(bytes)) instanceof ClosedChannelException);
            assertEquals(written, bytes.position());
            assertTrue(pair.client().isOpen());
        }
    }
}
