// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FullReceiver;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits on a virtual thread for a datagram, or for room, parks, goes on, and is ended by all that ends a platform thread. */
class DatagramVirtualThreadTest {

    private static final int REPETITIONS = 20;

    @BeforeEach
    void requireVirtualThreads() {
        assumeTrue(VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
    }

    /** What ends the wait. */
    private interface Event {
        void happen() throws IOException;
    }

    /** An operation that will wait for the event, and then return 3. */
    private record Prepared(UnixDatagramChannel channel, Callable<Integer> call, Event event, Closeable other) implements Closeable {
        @Override
        public void close() throws IOException {
            try (other) {
                channel.close();
            }
        }
    }

    private enum Operation {
        RECEIVE {
            @Override
            Prepared prepare() throws IOException {
                UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel sender = UnixDatagramChannel.open();
                SocketAddress target = channel.getLocalAddress();
                ByteBuffer dst = ByteBuffer.allocate(16);
                return new Prepared(channel, () -> {
                    channel.receive(dst);
                    return dst.position();
                }, () -> sender.send(ByteBuffer.allocate(3), target), sender);
            }
        },
        READ {
            @Override
            Prepared prepare() throws IOException {
                UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
                return new Prepared(pair.first(), () -> pair.first().read(ByteBuffer.allocateDirect(16 << 10)),
                        () -> pair.second().write(ByteBuffer.allocate(3)), pair.second());
            }
        },
        WRITE {
            @Override
            Prepared prepare() throws IOException {
                FullReceiver receiver = FullReceiver.open();
                UnixDatagramChannel channel = UnixDatagramChannel.open().connect(receiver.address());
                return new Prepared(channel, () -> channel.write(ByteBuffer.allocate(3)), receiver::takeOne, receiver);
            }
        },
        GATHERING_WRITE {
            @Override
            Prepared prepare() throws IOException {
                FullReceiver receiver = FullReceiver.open();
                UnixDatagramChannel channel = UnixDatagramChannel.open().connect(receiver.address());
                ByteBuffer[] srcs = {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(2)};
                return new Prepared(channel, () -> (int) channel.write(srcs), receiver::takeOne, receiver);
            }
        },
        SEND {
            @Override
            Prepared prepare() throws IOException {
                FullReceiver receiver = FullReceiver.open();
                UnixDatagramChannel channel = UnixDatagramChannel.open();
                SocketAddress target = receiver.address();
                return new Prepared(channel, () -> channel.send(ByteBuffer.allocate(3), target), receiver::takeOne, receiver);
            }
        };

        abstract Prepared prepare() throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void aParkedOperationGoesOn(Operation operation) throws Exception {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare()) {
                BackgroundCall<Integer> parked = BackgroundCall.startVirtual(prepared.call()).awaitParked();
                prepared.event().happen();
                assertEquals(3, parked.result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeEndsAParkedOperationWithAsynchronousCloseException(Operation operation) throws IOException {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare()) {
                BackgroundCall<Integer> parked = BackgroundCall.startVirtual(prepared.call()).awaitParked();
                prepared.channel().close();
                assertThrowsExactly(AsynchronousCloseException.class, parked::result);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void interruptEndsAParkedOperationWithClosedByInterruptException(Operation operation) throws IOException {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare()) {
                BackgroundCall<Integer> parked = BackgroundCall.startVirtual(prepared.call()).awaitParked();
                parked.interrupt();
                assertThrowsExactly(ClosedByInterruptException.class, parked::result);
                assertTrue(parked.wasInterrupted());
                assertFalse(prepared.channel().isOpen());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOperationOfAnInterruptedThreadClosesTheChannel(Operation operation) throws IOException {
        try (Prepared prepared = operation.prepare()) {
            BackgroundCall<Integer> interrupted = BackgroundCall.startVirtual(() -> {
                Thread.currentThread().interrupt();
                return prepared.call().call();
            });
            assertThrowsExactly(ClosedByInterruptException.class, interrupted::result);
            assertTrue(interrupted.wasInterrupted());
            assertFalse(prepared.channel().isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreParkedOperationsThanProcessorsLeaveRoomForAnotherThreadAndAllGoOn(Operation operation) throws Exception {
        List<Prepared> all = new ArrayList<>();
        try {
            List<BackgroundCall<Integer>> parked = new ArrayList<>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 1; i++) {
                all.add(operation.prepare());
                parked.add(BackgroundCall.startVirtual(all.get(i).call()).awaitParked());
            }
            assertEquals("done", BackgroundCall.startVirtual(() -> "done").result());
            for (BackgroundCall<Integer> call : parked) {
                assertFalse(call.isDone());
            }
            for (Prepared prepared : all) {
                prepared.event().happen();
            }
            for (BackgroundCall<Integer> call : parked) {
                assertEquals(3, call.result());
            }
        } finally {
            for (Prepared prepared : all) {
                prepared.close();
            }
        }
    }

    @Test
    void aReceiverAndASenderParkOnOneChannelAtOnce() throws Exception {
        try (FullReceiver receiver = FullReceiver.open();
                UnixDatagramChannel other = UnixDatagramChannel.open();
                UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            SocketAddress target = receiver.address();
            BackgroundCall<Integer> sending = BackgroundCall.startVirtual(() -> channel.send(ByteBuffer.allocate(3), target)).awaitParked();
            BackgroundCall<SocketAddress> receiving =
                    BackgroundCall.startVirtual(() -> channel.receive(ByteBuffer.allocate(8))).awaitParked();
            other.bind(AbstractNames.unique()).send(ByteBuffer.allocate(1), channel.getLocalAddress());
            assertEquals(other.getLocalAddress(), receiving.result());
            assertFalse(sending.isDone());
            receiver.takeOne();
            assertEquals(3, sending.result());
        }
    }

    /** Each thread passes a number on to the next, so that all of them wait at one time or another. */
    @Test
    void datagramsGoRoundARingOfManyThreads() throws Exception {
        int threads = 100;
        List<UnixDatagramChannel> ring = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                ring.add(UnixDatagramChannel.open().bind(AbstractNames.unique()));
            }
            List<BackgroundCall<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                UnixDatagramChannel from = ring.get(i);
                SocketAddress next = ring.get((i + 1) % threads).getLocalAddress();
                calls.add(BackgroundCall.startVirtual(() -> pass(from, next)));
            }
            try (UnixDatagramChannel starter = UnixDatagramChannel.open()) {
                starter.send(ByteBuffer.allocate(4).putInt(0, 10 * threads), ring.get(0).getLocalAddress());
            }
            for (int i = 0; i < threads; i++) {
                assertEquals(10, calls.get(i).result());
            }
        } finally {
            for (UnixDatagramChannel channel : ring) {
                channel.close();
            }
        }
    }

    /** Passes the number on, less one, ten times. */
    private static int pass(UnixDatagramChannel from, SocketAddress next) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(4);
        for (int i = 0; i < 10; i++) {
            from.receive(number.clear());
            int left = number.getInt(0) - 1;
            if (left > 0) {
                from.send(number.putInt(0, left).flip(), next);
            }
        }
        return 10;
    }
}
