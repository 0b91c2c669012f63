// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A system call that takes its time to return, whatever is done to wake it, holds up nobody but its own thread. */
class CloseNeverWaitsTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** A read whose recv(2) returns only when it is released, with what it would return by then. */
    private BackgroundCall<Integer> slowRead(UnixSocketChannel channel) throws InterruptedException {
        faulty.next("recv", (real, arguments) -> {
            inside.countDown();
            boolean interrupted = false;
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return real.with(arguments);
        });
        BackgroundCall<Integer> reading = BackgroundCall.start(() -> channel.read(ByteBuffer.allocate(16)));
        inside.await();
        return reading;
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void closeReturnsAtOnceAndTheLastOneOutClosesTheNumber(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            BackgroundCall<Integer> reading = slowRead(pair.first());
            pair.first().close();
            assertFalse(reading.isDone());
            assertEquals(0, faulty.count("close"));
            release.countDown();
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertEquals(1, faulty.count("close"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void interruptReturnsAtOnceAndTheLastOneOutClosesTheNumber(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            BackgroundCall<Integer> reading = slowRead(pair.first());
            reading.interrupt();
            assertFalse(pair.first().isOpen());
            assertFalse(reading.isDone());
            assertEquals(0, faulty.count("close"));
            release.countDown();
            assertThrowsExactly(ClosedByInterruptException.class, reading::result);
            assertEquals(1, faulty.count("close"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void closeInNonBlockingModeReturnsAtOnceToo(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.first().configureBlocking(false);
            BackgroundCall<Integer> reading = slowRead(pair.first());
            pair.first().close();
            assertFalse(reading.isDone());
            assertEquals(0, faulty.count("close"));
            release.countDown();
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertEquals(1, faulty.count("close"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void thePeerSeesTheEndBeforeTheInterruptedOperationIsOut(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            BackgroundCall<Integer> reading = slowRead(pair.first());
            pair.first().close();
            pair.second().configureBlocking(false);
            assertEquals(-1, pair.second().read(ByteBuffer.allocate(1)));
            assertFalse(reading.isDone());
            release.countDown();
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aReaderThatWaitsForItsTurnIsLetGoBeforeTheFirstIsOut(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            BackgroundCall<Integer> first = slowRead(pair.first());
            BackgroundCall<Integer> second = BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(1))).awaitParked();
            pair.first().close();
            assertThrowsExactly(ClosedChannelException.class, second::result);
            assertFalse(first.isDone());
            release.countDown();
            assertThrowsExactly(AsynchronousCloseException.class, first::result);
        }
    }
}
