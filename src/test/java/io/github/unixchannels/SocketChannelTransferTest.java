// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that is gone: in which words a write and a read say so, and for how long. */
@ExtendWith(NothingLeaks.class)
class SocketChannelTransferTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aWriteToAPeerThatIsGoneIsAPlainIOExceptionAndTheChannelStaysOpen(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = kind.connect(folder)) {
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
        try (ConnectedSockets sockets = kind.connect(folder)) {
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

    @ParameterizedTest
    @EnumSource
    void afterShutdownInputAResetIsTheEndToo(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = kind.connect(folder)) {
            sockets.client().write(ByteBuffer.allocate(1));
            sockets.accepted().close();
            assertThrows(SocketException.class, () -> sockets.client().read(ByteBuffer.allocate(9)));

            sockets.client().shutdownInput();

            assertEquals(-1, sockets.client().read(ByteBuffer.allocate(9)));
            assertEquals(-1, sockets.client().read(new ByteBuffer[] {ByteBuffer.allocate(0)}));
        }
    }

    private static void assertReset(SocketKind kind, String remote, SocketException thrown) {
        String text = kind.isOurs() ? "read(" + remote + "): Connection reset by peer (ECONNRESET)" : "Connection reset";
        assertEquals(text, thrown.getMessage());
        assertSame(SocketException.class, thrown.getClass());
    }
}
