// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Errno;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends and receives of messages that wait: they go on, are ended by a close and an interrupt, and lose nothing that way. */
@ExtendWith(NothingLeaks.class)
class MessageBlockingTest {

    private static final int LARGE = 10 << 20;
    private static final int REPETITIONS = 5;

    /** What waits. */
    private enum Operation {
        RECEIVE, SEND_WITHOUT_ROOM, SEND_OF_TOO_MANY_DESCRIPTORS
    }

    /** Two channels, on the first of which an operation with a descriptor beside it waits. */
    private static final class Waiting implements Closeable {

        private final FaultySyscalls faulty = new FaultySyscalls();
        private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
        private final Operation operation;
        private final MessageEnds ends;
        private final OwnedFd fd = RawDescriptor.eventfd();
        private final AncillaryData beside = AncillaryData.create();
        private volatile boolean refused = true;
        private int arrived;

        Waiting(Operation operation, UnixProtocolFamily family) throws IOException {
            this.operation = operation;
            ends = MessageEnds.open(provider, family);
            if (operation == Operation.SEND_WITHOUT_ROOM) {
                ends.first().channel().configureBlocking(false);
                while (ends.first().send(ByteBuffer.allocate(4000), beside) > 0) {
                    assertFalse(Thread.interrupted());
                }
                ends.first().channel().configureBlocking(true);
            }
            if (operation == Operation.SEND_OF_TOO_MANY_DESCRIPTORS) {
                refuse();
            }
            if (operation != Operation.RECEIVE) {
                beside.descriptor(fd);
            }
        }

        /** ETOOMANYREFS until it is said that receivers have taken some. */
        private void refuse() {
            faulty.next("sendmsg", (real, arguments) -> {
                if (!refused) {
                    return real.with(arguments);
                }
                refuse();
                return (long) -Errno.ETOOMANYREFS;
            });
        }

        Callable<Integer> call() {
            if (operation == Operation.RECEIVE) {
                return () -> ends.first().receive(ByteBuffer.allocate(10), beside).length();
            }
            return () -> ends.first().send(ByteBuffer.allocate(3), beside);
        }

        void goOn() throws IOException {
            switch (operation) {
                case RECEIVE -> {
                    try (AncillaryData sent = AncillaryData.create()) {
                        ends.second().send(ByteBuffer.allocate(3), sent.descriptor(fd));
                    }
                }
                case SEND_WITHOUT_ROOM -> arrived = drain();
                case SEND_OF_TOO_MANY_DESCRIPTORS -> refused = false;
            }
        }

        /** Takes what is there; returns how many descriptors came with it. */
        int drain() throws IOException {
            ByteBuffer all = ByteBuffer.allocate(1 << 20);
            int count = 0;
            ends.second().channel().configureBlocking(false);
            try (AncillaryData received = AncillaryData.create()) {
                for (MessageInfo info = ends.second().receive(all, received);
                        info != null && !info.isEnd();
                        info = ends.second().receive(all.clear(), received)) {
                    count += received.descriptorCount();
                }
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            try (ends; fd) {
                beside.close();
            }
        }
    }

    /** The first virtual thread that waits to read, and the first to write, make this library open what all of them share for good. */
    @BeforeAll
    static void openWhatVirtualThreadsShare() throws Exception {
        if (VirtualThreadStarter.isAvailable()) {
            for (Operation operation : new Operation[] {Operation.RECEIVE, Operation.SEND_WITHOUT_ROOM}) {
                try (Waiting waiting = new Waiting(operation, UnixProtocolFamily.SEQPACKET)) {
                    BackgroundCall<Integer> call = start(waiting.call(), true);
                    waiting.goOn();
                    call.result();
                }
            }
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(UnixProtocolFamily.values())
                .flatMap(family -> Stream.of(Operation.values())
                        .flatMap(operation -> Stream.of(false, true).map(virtual -> Arguments.of(family, operation, virtual))));
    }

    private static BackgroundCall<Integer> start(Callable<Integer> call, boolean virtual) {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
        return virtual ? BackgroundCall.startVirtual(call).awaitParked() : BackgroundCall.start(call).awaitBlocked();
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatWaitsGoesOnAndTheDescriptorArrivesOnce(UnixProtocolFamily family, Operation operation, boolean virtual) throws Exception {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Waiting waiting = new Waiting(operation, family)) {
                BackgroundCall<Integer> call = start(waiting.call(), virtual);
                waiting.goOn();
                assertEquals(3, call.result());
                assertEquals(operation == Operation.RECEIVE ? 1 : 0, waiting.beside.descriptorCount());
                assertEquals(operation == Operation.RECEIVE ? 0 : 1, waiting.arrived + waiting.drain());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void closeEndsWhatWaitsAndNothingIsSent(UnixProtocolFamily family, Operation operation, boolean virtual) throws Exception {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Waiting waiting = new Waiting(operation, family)) {
                BackgroundCall<Integer> call = start(waiting.call(), virtual);
                waiting.ends.first().close();
                assertThrowsExactly(AsynchronousCloseException.class, call::result);
                assertNothingSent(waiting);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void interruptEndsWhatWaitsAndNothingIsSent(UnixProtocolFamily family, Operation operation, boolean virtual) throws Exception {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Waiting waiting = new Waiting(operation, family)) {
                BackgroundCall<Integer> call = start(waiting.call(), virtual);
                call.interrupt();
                assertThrowsExactly(ClosedByInterruptException.class, call::result);
                assertTrue(call.wasInterrupted());
                assertFalse(waiting.ends.first().channel().isOpen());
                assertNothingSent(waiting);
            }
        }
    }

    /** What was to be sent is dropped; to DGRAM nothing tells that the peer is gone, to the others it does. */
    private static void assertNothingSent(Waiting waiting) throws IOException {
        assertEquals(0, waiting.drain());
        if (waiting.operation != Operation.RECEIVE) {
            assertTrue(waiting.beside.toString().contains("to be sent: descriptors=0"), waiting.beside.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void shutdownOutputEndsASendThatWaitsAndNothingIsSent(UnixProtocolFamily family) throws Exception {
        for (Operation operation : new Operation[] {Operation.SEND_WITHOUT_ROOM, Operation.SEND_OF_TOO_MANY_DESCRIPTORS}) {
            try (Waiting waiting = new Waiting(operation, family)) {
                BackgroundCall<Integer> call = start(waiting.call(), false);
                ((UnixSocketChannel) waiting.ends.first().channel()).shutdownOutput();
                waiting.refused = false;
                assertThrowsExactly(AsynchronousCloseException.class, call::result);
                assertNothingSent(waiting);
                assertTrue(waiting.ends.first().channel().isOpen());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void shutdownInputEndsAReceiveThatWaitsAndThePeersEndDoes(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
                AncillaryData first = AncillaryData.create();
                AncillaryData second = AncillaryData.create()) {
            BackgroundCall<MessageInfo> here =
                    BackgroundCall.start(() -> pair.first().receive(ByteBuffer.allocate(1), first)).awaitBlocked();
            BackgroundCall<MessageInfo> there =
                    BackgroundCall.start(() -> pair.second().receive(ByteBuffer.allocate(1), second)).awaitBlocked();
            pair.first().shutdownInput();
            assertTrue(here.result().isEnd());
            pair.first().shutdownOutput();
            assertTrue(there.result().isEnd());
        }
    }

    @Test
    void aStreamSendThatIsClosedHalfwayReturnsWhatWasSentAndTheDescriptorsWentWithIt() throws Exception {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.STREAM);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            ByteBuffer src = ByteBuffer.allocate(LARGE);
            BackgroundCall<Integer> sending =
                    BackgroundCall.start(() -> ends.first().send(src, sent.descriptor(fd))).awaitBlocked();
            ends.first().close();
            int count = sending.result();
            assertTrue(count > 0 && count < LARGE, "sent " + count);
            assertEquals(count, src.position());
            ByteBuffer dst = ByteBuffer.allocate(LARGE);
            ends.second().receive(dst, received);
            assertEquals(1, received.descriptorCount());
            while (!ends.second().receive(dst, received).isEnd()) {
                assertEquals(0, received.descriptorCount());
            }
            assertEquals(count, dst.position());
        }
    }
}
