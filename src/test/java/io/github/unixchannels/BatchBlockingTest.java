// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.Batches;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends and receives of batches that wait: a send until all went, a receive for the first message; and what ends them. */
@ExtendWith(NothingLeaks.class)
class BatchBlockingTest {

    private static final int MESSAGES = 20;
    private static final int LARGE = 60_000;

    private final MessageBatch large = MessageBatch.create(MESSAGES, LARGE);
    private final MessageBatch received = MessageBatch.create(4, 5);

    private static Stream<Arguments> all() {
        return Stream.of(UnixProtocolFamily.SEQPACKET, UnixProtocolFamily.DGRAM)
                .flatMap(family -> Stream.of(false, true).map(virtual -> Arguments.of(family, virtual)));
    }

    /** The first virtual thread that waits to read, and the first to write, make this library open what all of them share for good. */
    @BeforeAll
    static void openWhatVirtualThreadsShare() throws Exception {
        if (VirtualThreadStarter.isAvailable()) {
            BatchBlockingTest test = new BatchBlockingTest();
            test.aReceiveWaitsForTheFirstMessageAlone(UnixProtocolFamily.SEQPACKET, true);
            test.aSendWaitsUntilAllWent(UnixProtocolFamily.SEQPACKET, true);
        }
    }

    private static <T> BackgroundCall<T> start(Callable<T> call, boolean virtual) {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
        return virtual ? BackgroundCall.startVirtual(call).awaitParked() : BackgroundCall.start(call).awaitBlocked();
    }

    private MessageBatch fill() {
        large.clear();
        for (int i = 0; i < MESSAGES; i++) {
            large.buffer(i).clear().put(0, (byte) i);
        }
        return large;
    }

    @ParameterizedTest
    @MethodSource("all")
    void aReceiveWaitsForTheFirstMessageAlone(UnixProtocolFamily family, boolean virtual) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            BackgroundCall<Integer> call = start(() -> ends.second().receive(received), virtual);
            ends.first().write(Batches.bytes("a"));
            assertEquals(1, call.result());
            assertEquals(List.of("a"), Batches.received(received));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anEmptyMessageEndsTheWaitAndIsAMessage(UnixProtocolFamily family, boolean virtual) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            BackgroundCall<Integer> call = start(() -> ends.second().receive(received), virtual);
            ends.first().send(Batches.of(1, ""));
            assertEquals(1, call.result());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aSendWaitsUntilAllWent(UnixProtocolFamily family, boolean virtual) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            BackgroundCall<Integer> call = start(() -> ends.first().send(fill()), virtual);
            ByteBuffer one = ByteBuffer.allocate(LARGE);
            for (int i = 0; i < MESSAGES; i++) {
                assertEquals(LARGE, ends.second().read(one.clear()));
                assertEquals(i, one.get(0));
            }
            assertEquals(MESSAGES, call.result());
            assertFalse(large.hasRemaining());
        }
    }

    @Test
    void aSendToATargetWithoutRoomWaitsUntilAllWent() throws Exception {
        try (UnixDatagramChannel sender = UnixDatagramChannel.open();
                UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            MessageBatch batch = MessageBatch.create(200, 1);
            for (int i = 0; i < 200; i++) {
                batch.target(i, receiver.getLocalAddress()).buffer(i).clear().put(0, (byte) i);
            }
            BackgroundCall<Integer> call = start(() -> sender.send(batch), false);
            int arrived = 0;
            while (arrived < 200) {
                int n = receiver.receive(received.clear());
                for (int i = 0; i < n; i++) {
                    assertEquals((byte) arrived++, received.buffer(i).get(0));
                }
            }
            assertEquals(200, call.result());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void closeEndsAReceive(UnixProtocolFamily family, boolean virtual) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            BackgroundCall<Integer> call = start(() -> ends.second().receive(received), virtual);
            ends.second().close();
            assertThrowsExactly(AsynchronousCloseException.class, call::result);
            assertEquals(0, received.position());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void closeEndsASendAndThePositionSaysWhatWent(UnixProtocolFamily family, boolean virtual) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            BackgroundCall<Integer> call = start(() -> ends.first().send(fill()), virtual);
            ends.first().close();
            assertThrowsExactly(AsynchronousCloseException.class, call::result);
            assertEquals(large.position(), drain(ends));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anInterruptEndsAReceive(UnixProtocolFamily family, boolean virtual) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            BackgroundCall<Integer> call = start(() -> ends.second().receive(received), virtual);
            call.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, call::result);
            assertTrue(call.wasInterrupted());
            assertEquals(0, received.position());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anInterruptEndsASendAndThePositionSaysWhatWent(UnixProtocolFamily family, boolean virtual) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            BackgroundCall<Integer> call = start(() -> ends.first().send(fill()), virtual);
            call.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, call::result);
            assertTrue(call.wasInterrupted());
            assertEquals(large.position(), drain(ends));
        }
    }

    /** How many messages are there. */
    private static int drain(MessageEnds ends) throws IOException {
        ends.second().channel().configureBlocking(false);
        return Math.max(0, ends.second().receive(MessageBatch.create(2 * MESSAGES, 1)));
    }

    @Test
    void shutdownOutputEndsASendAndShutdownInputAReceive() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            BackgroundCall<Integer> sending = start(() -> pair.first().send(fill()), false);
            BackgroundCall<Integer> receiving = start(() -> pair.first().receive(received), false);
            pair.first().shutdownInput();
            assertEquals(-1, receiving.result());
            pair.first().shutdownOutput();
            assertThrowsExactly(AsynchronousCloseException.class, sending::result);
            assertTrue(pair.first().isOpen());
            assertTrue(large.position() > 0 && large.hasRemaining());
        }
    }

    @Test
    void thePeersCloseEndsAReceiveThatWaits() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            BackgroundCall<Integer> receiving = start(() -> pair.first().receive(received), false);
            pair.second().close();
            assertEquals(-1, receiving.result());
            assertEquals(0, received.position());
        }
    }
}
