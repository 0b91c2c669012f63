// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A connection of which one direction has ended, or the other end has gone. */
class HalfCloseContract extends ContractTest {

    private static final boolean[] MODES = {true, false};

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** What is read up to the end, which is there for every further read as well. */
    private static byte[] readToTheEnd(SocketChannel from) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer dst = ByteBuffer.allocate(64);
        for (int n = from.read(dst); n >= 0; n = from.read(dst.clear())) {
            all.write(dst.array(), 0, n);
        }
        assertEquals(-1, from.read(dst.clear()));
        return all.toByteArray();
    }

    private static void assertCarries(SocketChannel from, SocketChannel to) throws IOException {
        byte[] content = randomBytes(100);
        assertEquals(100, from.write(ByteBuffer.wrap(content)));
        ByteBuffer received = ByteBuffer.allocate(100);
        while (received.hasRemaining()) {
            assertTrue(to.read(received) > 0);
        }
        assertArrayEquals(content, received.array());
    }

    @Test
    void c53_afterShutdownOutputThePeerReadsWhatWasWrittenThenTheEnd() throws Exception {
        Pair pair = pair();
        byte[] content = randomBytes(1000);
        pair.client().write(ByteBuffer.wrap(content, 0, 400));
        pair.client().write(ByteBuffer.wrap(content, 400, 600));
        pair.client().shutdownOutput();
        assertArrayEquals(content, readToTheEnd(pair.accepted()));
    }

    @Test
    void c54_aWriteAfterShutdownOutputThrowsAClosedChannelException() throws Exception {
        Pair pair = pair();
        SocketChannel channel = pair.client().shutdownOutput();
        for (boolean blocking : MODES) {
            channel.configureBlocking(blocking);
            for (int length = 0; length < 2; length++) {
                ByteBuffer src = ByteBuffer.allocate(length);
                assertThrows(ClosedChannelException.class, () -> channel.write(src));
                assertThrows(ClosedChannelException.class, () -> channel.write(new ByteBuffer[] {src, ByteBuffer.allocateDirect(1)}));
                assertEquals(0, src.position());
            }
        }
        assertTrue(channel.isOpen());
        assertTrue(channel.isConnected());
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = "it throws AsynchronousCloseException whenever its output is shut down")
    @Deviates(provider = "JDK-UNIX-STREAM", why = "it throws AsynchronousCloseException whenever its output is shut down")
    void c55_thatExceptionIsNoAsynchronousCloseException() throws Exception {
        Pair pair = pair();
        SocketChannel channel = pair.client().shutdownOutput();
        for (boolean blocking : MODES) {
            channel.configureBlocking(blocking);
            Exception one = assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
            Exception many = assertThrows(ClosedChannelException.class, () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(1)}));
            assertFalse(one instanceof AsynchronousCloseException, one::toString);
            assertFalse(many instanceof AsynchronousCloseException, many::toString);
        }
    }

    @Test
    void c56_afterShutdownInputEveryReadReturnsMinusOneAlsoWithBytesQueued() throws Exception {
        Pair pair = pair();
        pair.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        SocketChannel channel = pair.client().shutdownInput();
        for (boolean blocking : MODES) {
            channel.configureBlocking(blocking);
            for (int room = 0; room < 9; room += 8) {
                assertEquals(-1, channel.read(ByteBuffer.allocate(room)));
                assertEquals(-1, channel.read(ByteBuffer.allocateDirect(room)));
                assertEquals(-1, channel.read(new ByteBuffer[] {ByteBuffer.allocate(room), ByteBuffer.allocateDirect(room)}));
            }
            assertEquals(-1, channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()), "the end is said first");
        }
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c129_afterShutdownInputThePeersWritesFailWithAnIOException() throws Exception {
        Pair pair = pair();
        pair.client().shutdownInput();
        for (boolean blocking : MODES) {
            pair.accepted().configureBlocking(blocking);
            ByteBuffer src = ByteBuffer.allocate(1);
            IOException failure = assertThrows(IOException.class, () -> pair.accepted().write(src));
            assertFalse(failure instanceof ClosedChannelException, failure::toString);
            assertEquals(0, src.position());
        }
        assertTrue(pair.accepted().isOpen());
    }

    @Test
    void c57_shutdownInputAndShutdownOutputAreIdempotentAndReturnTheChannel() throws Exception {
        SocketChannel channel = pair().client();
        for (int i = 0; i < 2; i++) {
            assertSame(channel, channel.shutdownInput());
            assertSame(channel, channel.shutdownOutput());
        }
        assertTrue(channel.isOpen());
        assertTrue(channel.isConnected());
    }

    @Test
    void c58_aChannelThatIsHalfClosedWorksInTheOtherDirection() throws Exception {
        Pair withoutOutput = pair();
        withoutOutput.client().shutdownOutput();
        assertCarries(withoutOutput.accepted(), withoutOutput.client());
        assertArrayEquals(new byte[0], readToTheEnd(withoutOutput.accepted()));
        assertCarries(withoutOutput.accepted(), withoutOutput.client());

        Pair withoutInput = pair();
        withoutInput.client().shutdownInput();
        assertCarries(withoutInput.client(), withoutInput.accepted());
        assertEquals(-1, withoutInput.client().read(ByteBuffer.allocate(1)));
        assertCarries(withoutInput.client(), withoutInput.accepted());
    }

    @Test
    void c59_afterThePeerHasClosedWhatItWroteIsReadThenTheEnd() throws Exception {
        Pair pair = pair();
        byte[] content = randomBytes(1000);
        pair.accepted().write(ByteBuffer.wrap(content, 0, 400));
        pair.accepted().write(ByteBuffer.wrap(content, 400, 600));
        pair.accepted().close();
        assertArrayEquals(content, readToTheEnd(pair.client()));
        pair.client().configureBlocking(false);
        assertEquals(-1, pair.client().read(ByteBuffer.allocate(1)));
    }

    @Test
    void c60_writingToAPeerThatHasClosedFailsWithAnIOExceptionInTheEnd() throws Exception {
        for (boolean blocking : MODES) {
            Pair pair = pair();
            pair.accepted().close();
            pair.client().configureBlocking(blocking);
            IOException failure = assertThrows(IOException.class, () -> {
                while (true) {
                    pair.client().write(ByteBuffer.allocate(1));
                }
            });
            assertFalse(failure instanceof ClosedChannelException, failure::toString);
            assertTrue(pair.client().isOpen());
            ByteBuffer src = ByteBuffer.allocate(1);
            assertThrows(IOException.class, () -> pair.client().write(src));
            assertThrows(IOException.class, () -> pair.client().write(new ByteBuffer[] {src, src}));
            assertEquals(0, src.position());
        }
    }

    @Test
    @Requires(Capability.RESET_ON_CLOSE)
    void c61_ifThePeerClosesWithBytesUnreadReadingThrowsSocketExceptionFromThenOn() throws Exception {
        Pair pair = pair();
        SocketChannel reader = pair.client();
        reader.write(ByteBuffer.wrap(new byte[] {1}));
        pair.accepted().write(ByteBuffer.wrap(new byte[] {2, 3}));
        pair.accepted().close();
        assertThrows(SocketException.class, () -> readToTheEnd(reader));
        for (boolean blocking : new boolean[] {true, false, true}) {
            reader.configureBlocking(blocking);
            assertThrows(SocketException.class, () -> reader.read(ByteBuffer.allocate(8)));
            assertThrows(SocketException.class, () -> reader.read(ByteBuffer.allocateDirect(8)));
            assertThrows(SocketException.class, () -> reader.read(new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocate(8)}));
        }
        assertTrue(reader.isOpen());
    }
}
