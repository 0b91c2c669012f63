// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reads and writes return and throw at the edges: nothing to read, the end, half-closed, reset, no room. */
@ExtendWith(NothingLeaks.class)
class SocketChannelTransferTest {

    private static final ByteBuffer[] NO_BUFFERS = {};

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aReadWithoutRoomReturnsZeroInEitherModeAlsoAtTheEnd(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            assertEmptyReads(sockets.client());
            sockets.accepted().close();
            assertEmptyReads(sockets.client());
        }
    }

    private static void assertEmptyReads(SocketChannel channel) throws IOException {
        for (boolean blocking : new boolean[] {true, false}) {
            channel.configureBlocking(blocking);
            assertEquals(0, channel.read(ByteBuffer.allocate(0)));
            assertEquals(0, channel.read(ByteBuffer.allocateDirect(0)));
            assertEquals(0, channel.read(NO_BUFFERS));
            assertEquals(0, channel.read(new ByteBuffer[] {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)}));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadWithoutRoomTakesNothing(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertEmptyReads(sockets.client());
            assertEquals(3, sockets.client().read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteWithoutBytesReturnsZeroAndSendsNothing(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.accepted().configureBlocking(false);
            for (boolean blocking : new boolean[] {true, false}) {
                sockets.client().configureBlocking(blocking);
                assertEquals(0, sockets.client().write(ByteBuffer.allocate(0)));
                assertEquals(0, sockets.client().write(NO_BUFFERS));
                assertEquals(0, sockets.client().write(new ByteBuffer[] {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)}));
            }
            sockets.client().write(ByteBuffer.wrap(new byte[] {7}));
            ByteBuffer received = ByteBuffer.allocate(8);
            assertEquals(1, sockets.accepted().read(received), "an empty message would have come first");
            assertEquals(0, sockets.accepted().read(received));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNonBlockingReadReturnsZeroWhileThereIsNothingAndMinusOneAtTheEnd(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            SocketChannel channel = sockets.client();
            channel.configureBlocking(false);
            assertEquals(0, channel.read(ByteBuffer.allocate(8)));
            assertEquals(0, channel.read(new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8)}));
            sockets.accepted().close();
            assertEndOfStream(channel);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndIsMinusOneForGoodAfterThePeersShutdownOutputAndTheOtherDirectionLives(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.accepted().shutdownOutput();
            assertEndOfStream(sockets.client());
            sockets.client().configureBlocking(false);
            assertEndOfStream(sockets.client());
            assertEquals(1, sockets.client().write(ByteBuffer.allocate(1)));
            assertEquals(1, sockets.accepted().read(ByteBuffer.allocate(8)));
        }
    }

    private static void assertEndOfStream(SocketChannel channel) throws IOException {
        for (int i = 0; i < 2; i++) {
            assertEquals(-1, channel.read(ByteBuffer.allocate(8)));
            assertEquals(-1, channel.read(ByteBuffer.allocateDirect(8)));
            assertEquals(-1, channel.read(new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocate(8)}));
            assertEquals(-1, channel.read(new ByteBuffer[] {ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(8)}));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readAfterShutdownInputReturnsTheEndAlsoForAnEmptyBufferAndWithBytesQueued(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            SocketChannel channel = sockets.client().shutdownInput();
            for (boolean blocking : new boolean[] {true, false}) {
                channel.configureBlocking(blocking);
                assertEndOfStream(channel);
                assertEquals(-1, channel.read(ByteBuffer.allocate(0)));
                assertEquals(-1, channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()), "the end is said first");
                assertEquals(-1, channel.read(NO_BUFFERS));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void writeAfterShutdownOutputIsAClosedChannelExceptionAndTheChannelStaysOpen(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            SocketChannel channel = sockets.client().shutdownOutput();
            for (boolean blocking : new boolean[] {true, false}) {
                channel.configureBlocking(blocking);
                for (int length = 0; length < 2; length++) {
                    ByteBuffer src = ByteBuffer.allocate(length);
                    assertClosed(kind, assertThrows(ClosedChannelException.class, () -> channel.write(src)));
                    assertClosed(kind, assertThrows(ClosedChannelException.class, () -> channel.write(new ByteBuffer[] {src})));
                    assertEquals(0, src.position());
                }
            }
            assertTrue(channel.isOpen());
            assertTrue(channel.isConnected());
            sockets.accepted().write(ByteBuffer.wrap(new byte[] {1}));
            assertEquals(1, channel.read(ByteBuffer.allocate(8)));
        }
    }

    /** A departure: the JDK throws an AsynchronousCloseException, which is one too, although nothing was asynchronous. */
    private static void assertClosed(SocketKind kind, ClosedChannelException thrown) {
        if (kind.isOurs()) {
            assertSame(ClosedChannelException.class, thrown.getClass());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteToAPeerThatIsGoneIsAPlainIOExceptionAndTheChannelStaysOpen(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            String remote = sockets.client().getRemoteAddress().toString();
            sockets.accepted().close();
            for (boolean blocking : new boolean[] {true, false}) {
                sockets.client().configureBlocking(blocking);
                ByteBuffer src = ByteBuffer.allocate(1);
                IOException one = assertThrows(IOException.class, () -> sockets.client().write(src));
                IOException many = assertThrows(IOException.class, () -> sockets.client().write(new ByteBuffer[] {src, src}));
                for (IOException thrown : new IOException[] {one, many}) {
                    assertSame(IOException.class, thrown.getClass());
                    assertEquals(
                            kind.isOurs() ? "write(" + remote + "): Broken pipe (EPIPE)" : "Broken pipe", thrown.getMessage());
                }
                assertEquals(0, src.position());
            }
            assertTrue(sockets.client().isConnected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetIsRaisedByEveryReadFromThenOn(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            String remote = sockets.client().getRemoteAddress().toString();
            sockets.client().write(ByteBuffer.allocate(1));
            sockets.accepted().close(); // with a byte unread
            for (boolean blocking : new boolean[] {true, false, true}) {
                sockets.client().configureBlocking(blocking);
                assertReset(kind, remote, assertThrows(SocketException.class, () -> sockets.client().read(ByteBuffer.allocate(8))));
                assertReset(kind, remote, assertThrows(SocketException.class, () -> sockets.client()
                        .read(new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocate(8)})));
                assertReset(kind, remote, assertThrows(SocketException.class, () -> sockets.client().read(ByteBuffer.allocate(0))));
            }
            assertTrue(sockets.client().isConnected());
        }
    }

    private static void assertReset(SocketKind kind, String remote, SocketException thrown) {
        String text = kind.isOurs() ? "read(" + remote + "): Connection reset by peer (ECONNRESET)" : "Connection reset";
        assertEquals(text, thrown.getMessage());
        assertSame(SocketException.class, thrown.getClass());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSentBeforeTheResetIsReadFirst(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.client().write(ByteBuffer.allocate(1));
            sockets.accepted().write(ByteBuffer.wrap(new byte[] {4, 5}));
            sockets.accepted().close();
            assertEquals(2, sockets.client().read(ByteBuffer.allocate(8)));
            assertThrows(SocketException.class, () -> sockets.client().read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNonBlockingWriteThatFindsNoRoomReturnsZeroAndMovesNothing(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.client().configureBlocking(false);
            ByteBuffer src = ByteBuffer.allocate(4096);
            while (sockets.client().write(src.clear()) > 0) {
                assertEquals(src.limit(), src.position());
            }
            assertEquals(0, src.position());
            assertEquals(0, sockets.client().write(new ByteBuffer[] {src, ByteBuffer.allocate(1)}));
            assertEquals(0, src.position());
            assertFalse(sockets.client().isBlocking());
        }
    }
}
