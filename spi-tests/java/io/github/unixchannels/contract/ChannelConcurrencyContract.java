// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** One channel, and several threads that use it. */
class ChannelConcurrencyContract extends ContractTest {

    private static final int ROUNDS = 200;
    private static final int MESSAGE_BYTES = 4096;

    /** More than a channel takes, if it carries a stream. */
    private static final int MUCH = 8 << 20;

    /** The first write has more to write than can become free: a TCP socket that was full may have room again before anybody has read. */
    @Test
    void c120_aSecondWriteWaitsUntilTheFirstHasReturned() throws Exception {
        int bytes = provider.capabilities().contains(Capability.MESSAGES) ? MESSAGE_BYTES : MUCH;
        Pair pair = pair();
        pair.client().configureBlocking(false);
        int before = 0;
        for (int n = 1; n > 0; before += n) {
            n = pair.client().write(ByteBuffer.allocate(MESSAGE_BYTES));
        }
        pair.client().configureBlocking(true);
        BackgroundCall<Integer> first = BackgroundCall.start(() -> pair.client().write(filledWith((byte) 1, bytes))).awaitBlocked();
        BackgroundCall<Integer> second = BackgroundCall.start(() -> pair.client().write(filledWith((byte) 2, bytes))).awaitParked();

        ByteBuffer all = ByteBuffer.allocate(before + 2 * bytes);
        while (all.hasRemaining()) {
            assertTrue(pair.accepted().read(all) > 0);
        }
        assertEquals(bytes, first.result());
        assertEquals(bytes, second.result());
        assertEquals(filledWith((byte) 1, bytes), all.slice(before, bytes));
        assertEquals(filledWith((byte) 2, bytes), all.slice(before + bytes, bytes));
    }

    private static ByteBuffer filledWith(byte value, int bytes) {
        byte[] filled = new byte[bytes];
        Arrays.fill(filled, value);
        return ByteBuffer.wrap(filled);
    }

    @Test
    void c139_anInterruptOfAThreadThatWaitsForItsTurnToReadTakesEffectWhenItIsItsTurn() throws Exception {
        Pair pair = pair();
        BackgroundCall<Integer> first = BackgroundCall.start(() -> pair.client().read(ByteBuffer.allocate(8))).awaitBlocked();
        BackgroundCall<Integer> second = BackgroundCall.start(() -> pair.client().read(ByteBuffer.allocate(8))).awaitParked();
        second.interrupt();
        second.awaitParked();
        assertTrue(pair.client().isOpen());
        pair.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, first.result());
        assertThrowsExactly(ClosedByInterruptException.class, second::result);
        assertTrue(second.wasInterrupted());
        assertFalse(pair.client().isOpen());
    }

    @Test
    void c140_closingTheChannelEndsThoseWhoWaitForTheirTurnToo() throws Exception {
        for (int round = 0; round < 10; round++) {
            Pair pair = pair();
            BackgroundCall<Integer> first = BackgroundCall.start(() -> pair.client().read(ByteBuffer.allocate(8))).awaitBlocked();
            BackgroundCall<Integer> second = BackgroundCall.start(() -> pair.client().read(ByteBuffer.allocate(8))).awaitParked();
            pair.client().close();
            assertThrowsExactly(AsynchronousCloseException.class, first::result);
            assertThrows(ClosedChannelException.class, second::result);
        }
    }

    @Test
    void c121_ofSeveralThreadsThatAcceptEachGetsAConnectionOfItsOwn() throws Exception {
        ServerSocketChannel server = server();
        BackgroundCall<SocketChannel> first = BackgroundCall.start(server::accept).awaitBlocked();
        BackgroundCall<SocketChannel> second = BackgroundCall.start(server::accept).awaitBlocked();
        SocketChannel client = socket();
        SocketChannel other = socket();
        client.connect(server.getLocalAddress());
        other.connect(server.getLocalAddress());

        SocketChannel accepted = closing(first.result());
        assertNotSame(accepted, closing(second.result()));
        server.configureBlocking(false);
        assertNull(server.accept());
    }

    /** A provider may let the change wait for the read, or not. */
    @Test
    void c122_configureBlockingDuringAReadThatWaitsIsForTheNextRead() throws Exception {
        Pair pair = pair();
        BackgroundCall<Integer> reading = BackgroundCall.start(() -> pair.client().read(ByteBuffer.allocate(8))).awaitBlocked();
        BackgroundCall<Object> configuring = BackgroundCall.start(() -> pair.client().configureBlocking(false));
        assertFalse(reading.awaitBlocked().isDone());
        pair.accepted().write(ByteBuffer.allocate(3));
        assertEquals(3, reading.result());
        configuring.result();
        assertFalse(pair.client().isBlocking());
        assertEquals(0, pair.client().read(ByteBuffer.allocate(8)));
    }

    @Test
    void c123_aReadThatMeetsACloseReturnsWhatItReadOrThrowsAndHasReadNothing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Pair pair = pair();
            pair.accepted().write(ByteBuffer.allocate(3));
            ByteBuffer dst = ByteBuffer.allocate(8);
            CyclicBarrier start = new CyclicBarrier(2);
            BackgroundCall<Integer> reading = BackgroundCall.start(() -> {
                start.await();
                return pair.client().read(dst);
            });
            start.await();
            pair.client().close();
            try {
                assertEquals(3, reading.result());
                assertEquals(3, dst.position());
            } catch (ClosedChannelException e) {
                assertEquals(0, dst.position());
            }
            pair.accepted().close();
        }
    }

    /** The number of the closed descriptor is given to the next socket, at once. */
    @Test
    void c124_aReadThatMeetsACloseNeverReachesAChannelThatWasOpenedSince() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Pair closed = pair();
            ByteBuffer dst = ByteBuffer.allocate(8);
            CyclicBarrier start = new CyclicBarrier(2);
            BackgroundCall<Integer> reading = BackgroundCall.start(() -> {
                start.await();
                return closed.client().read(dst);
            });
            start.await();
            closed.client().close();
            Pair fresh = pair();
            fresh.client().write(ByteBuffer.allocate(1));
            fresh.accepted().write(ByteBuffer.allocate(1));
            assertThrows(ClosedChannelException.class, reading::result);
            assertEquals(0, dst.position());
            assertReadsOne(fresh.client());
            assertReadsOne(fresh.accepted());
            fresh.client().close();
            fresh.accepted().close();
            closed.accepted().close();
        }
    }

    private static void assertReadsOne(SocketChannel channel) throws IOException {
        assertEquals(1, channel.read(ByteBuffer.allocate(8)));
    }
}
