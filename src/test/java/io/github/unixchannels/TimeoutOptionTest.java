// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.FullReceiver;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.PatternBytes;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.TimevalLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SO_RCVTIMEO and SO_SNDTIMEO as options, and what they leave as it is. */
@ExtendWith(NothingLeaks.class)
@Timeout(60)
class TimeoutOptionTest {

    private static final SocketOption<Duration> RCVTIMEO = UnixSocketOptions.SO_RCVTIMEO;
    private static final SocketOption<Duration> SNDTIMEO = UnixSocketOptions.SO_SNDTIMEO;
    private static final Duration MOMENT = Duration.ofMillis(60);

    @Test
    void theValueIsADurationAndZeroAtFirst() throws Exception {
        try (UnixSocketChannel socket = UnixSocketChannel.open();
                UnixServerSocketChannel server = UnixServerSocketChannel.open();
                UnixDatagramChannel datagrams = UnixDatagramChannel.open()) {
            for (NetworkChannel channel : List.of(socket, server, datagrams)) {
                for (SocketOption<Duration> option : List.of(RCVTIMEO, SNDTIMEO)) {
                    if (channel == server && option == SNDTIMEO) {
                        assertThrows(UnsupportedOperationException.class, () -> channel.getOption(option));
                        continue;
                    }
                    assertEquals(Duration.ZERO, channel.getOption(option));
                    for (Duration value : List.of(Duration.ofNanos(1), Duration.ofDays(1000), Duration.ZERO)) {
                        assertEquals(value, channel.setOption(option, value).getOption(option));
                    }
                    String text = assertThrows(IllegalArgumentException.class, () -> channel.setOption(option, Duration.ofMillis(-1)))
                            .getMessage();
                    assertEquals("Invalid timeout: PT-0.001S", text);
                    assertThrows(IllegalArgumentException.class, () -> channel.setOption(option, null));
                    assertEquals(Duration.ZERO, channel.getOption(option));
                    channel.setOption(option, Duration.ofSeconds(Long.MAX_VALUE));
                    assertTrue(channel.getOption(option).compareTo(Duration.ofDays(36500)) > 0);
                    channel.setOption(option, Duration.ZERO);
                }
            }
            assertEquals(Duration.ZERO, socket.setOption(RCVTIMEO, MOMENT).getOption(SNDTIMEO));
        }
        UnixSocketChannel closed = UnixSocketChannel.open();
        closed.close();
        assertThrows(ClosedChannelException.class, () -> closed.setOption(RCVTIMEO, MOMENT));
        assertThrows(ClosedChannelException.class, () -> closed.getOption(SNDTIMEO));
    }

    @Test
    void theLongestTimeoutEndsNoOperation() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            pair.first().setOption(RCVTIMEO, Duration.ofSeconds(Long.MAX_VALUE));
            BackgroundCall<Integer> read = BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(8))).awaitBlocked();
            pair.second().write(ByteBuffer.allocate(3));
            assertEquals(3, read.result());
        }
    }

    @Test
    void aNonBlockingChannelDoesNotFeelIt() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM); FullReceiver receiver = FullReceiver.open();
                UnixDatagramChannel datagrams = UnixDatagramChannel.open(); Selector selector = UnixSelectorProvider.provider().openSelector()) {
            pair.first().setOption(RCVTIMEO, Duration.ofNanos(1)).setOption(SNDTIMEO, Duration.ofNanos(1)).configureBlocking(false);
            assertEquals(0, pair.first().read(ByteBuffer.allocate(1)));
            BlockingOperation.fill(pair.first());
            pair.first().configureBlocking(false);
            assertEquals(0, pair.first().write(ByteBuffer.allocate(1)));
            datagrams.setOption(RCVTIMEO, Duration.ofNanos(1)).setOption(SNDTIMEO, Duration.ofNanos(1)).configureBlocking(false);
            assertNull(datagrams.receive(ByteBuffer.allocate(1)));
            assertEquals(0, datagrams.send(ByteBuffer.allocate(1), receiver.address()));

            SelectionKey key = pair.first().register(selector, SelectionKey.OP_READ);
            assertEquals(0, selector.selectNow());
            pair.second().write(ByteBuffer.allocate(1));
            assertEquals(1, selector.select());
            assertTrue(key.isReadable());
        }
    }

    @Test
    void anAcceptedChannelAndADuplicateDoNotHaveIt() throws Exception {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open().bind(AbstractSocketAddress.AUTOBIND, 1);
                UnixSocketChannel client = UnixSocketChannel.open()) {
            server.setOption(RCVTIMEO, Duration.ofHours(1));
            client.setOption(RCVTIMEO, MOMENT).connect(server.getLocalAddress());
            try (UnixSocketChannel accepted = server.accept(); OwnedFd fd = OwnedFd.duplicateOf(client);
                    SocketChannel duplicate = fd.toSocketChannel()) {
                assertEquals(Duration.ZERO, accepted.getOption(RCVTIMEO));
                assertEquals(Duration.ZERO, duplicate.getOption(RCVTIMEO));
                assertEquals(MOMENT, client.getOption(RCVTIMEO));
            }
        }
    }

    /** The kernel's option of that name, in microseconds. */
    private static long inKernel(OwnedFd fd, int option) throws IOException {
        SocketDescriptor socket = SocketDescriptor.toAsk(HostSyscalls.get(), fd.number());
        CallMemory memory = CallMemory.acquire(HostSyscalls.get());
        try {
            assertEquals(0, socket.getOption(Linux.SOL_SOCKET, option, memory, TimevalLayout.BYTES));
            return memory.structs().buffer().getLong(memory.valueOffset() + TimevalLayout.SECONDS) * 1_000_000
                    + memory.structs().buffer().getLong(memory.valueOffset() + TimevalLayout.MICROSECONDS);
        } finally {
            memory.release();
        }
    }

    /** A read(2) of the other holder would return EAGAIN after 20 milliseconds. */
    @Test
    void whoeverElseGetsTheSocketFindsNoTimeoutInTheKernel() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            UnixSocketChannel channel = pair.first().setOption(RCVTIMEO, MOMENT).setOption(SNDTIMEO, MOMENT);
            assertThrows(SocketTimeoutException.class, () -> channel.read(ByteBuffer.allocate(1)));
            BlockingOperation.fill(channel);
            assertThrows(SocketTimeoutException.class, () -> channel.write(ByteBuffer.allocate(1)));
            try (OwnedFd fd = OwnedFd.duplicateOf(channel)) {
                assertEquals(0, inKernel(fd, Linux.SO_RCVTIMEO));
                assertEquals(0, inKernel(fd, Linux.SO_SNDTIMEO));
                assertThrows(SocketTimeoutException.class, () -> channel.read(ByteBuffer.allocate(1)));
                assertEquals(0, inKernel(fd, Linux.SO_RCVTIMEO));
            }
        }
    }

    /** It is inside recv(2) when the socket becomes another's too: nothing may be changed under it, or it would wait for ever. */
    @Test
    void aReadThatWaitsInTheKernelWhenTheSocketIsSharedTakesItsTimeoutWithItWhenItLeaves() throws Exception {
        FaultySyscalls calls = new FaultySyscalls();
        try (UnixSocketChannel.Pair pair =
                NativeSocketChannel.pair(UnixSelectorProvider.provider(), calls.syscalls(), calls.fds(), SocketType.STREAM)) {
            UnixSocketChannel channel = pair.first().setOption(RCVTIMEO, MOMENT);
            assertThrows(SocketTimeoutException.class, () -> channel.read(ByteBuffer.allocate(1)));
            OwnedFd[] shared = new OwnedFd[1];
            calls.next("recv", (real, arguments) -> {
                shared[0] = OwnedFd.duplicateOf(channel);
                assertEquals(0, (int) (Integer) arguments[3]);
                assertNotNull(shared[0]);
                assertTrue(inKernel(shared[0], Linux.SO_RCVTIMEO) > 0);
                return real.with(arguments);
            });
            try {
                assertThrows(SocketTimeoutException.class, () -> channel.read(ByteBuffer.allocate(1)));
                assertEquals(0, inKernel(shared[0], Linux.SO_RCVTIMEO));
            } finally {
                shared[0].close();
            }
        }
    }

    @Test
    void aReadThatFindsBytesIsOneSystemCall() throws Exception {
        FaultySyscalls calls = new FaultySyscalls();
        try (UnixSocketChannel.Pair pair =
                NativeSocketChannel.pair(UnixSelectorProvider.provider(), calls.syscalls(), calls.fds(), SocketType.STREAM)) {
            pair.first().setOption(RCVTIMEO, Duration.ofSeconds(30));
            pair.second().write(ByteBuffer.allocate(100));
            int before = calls.calls().size();
            ByteBuffer dst = ByteBuffer.allocateDirect(1);
            for (int i = 0; i < 100; i++) {
                assertEquals(1, pair.first().read(dst.clear()));
            }
            List<String> made = new ArrayList<>(calls.calls().subList(before, calls.calls().size()));
            made.removeIf("addressOf"::equals); // of a buffer, and no system call
            assertEquals(Collections.nCopies(100, "recv"), made);
        }
    }

    @ParameterizedTest
    @EnumSource
    void operationsWithATimeoutAllocateNothing(UnixProtocolFamily family) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family)) {
            for (MessageEnds.End end : List.of(ends.first(), ends.second())) {
                ((NetworkChannel) end.channel()).setOption(RCVTIMEO, Duration.ofSeconds(30));
                ((NetworkChannel) end.channel()).setOption(SNDTIMEO, Duration.ofSeconds(30));
            }
            ByteBuffer heap = ByteBuffer.allocate(64);
            Allocations.assertNone(() -> {
                ends.first().write(heap.clear());
                ends.second().read(heap.clear());
            });
        }
    }

    /** Where each read waits in the kernel, the clock is read too. */
    @Test
    void readsThatWaitAllocateNothingEither() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            pair.first().setOption(RCVTIMEO, Duration.ofSeconds(30));
            pair.second().setOption(RCVTIMEO, Duration.ofSeconds(30));
            BackgroundCall<Object> echo = BackgroundCall.start(() -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(1);
                while (pair.second().read(bytes.clear()) > 0) {
                    pair.second().write(bytes.flip());
                }
                return null;
            });
            ByteBuffer bytes = ByteBuffer.allocateDirect(1);
            Allocations.assertNone(() -> {
                pair.first().write(bytes.clear());
                pair.first().read(bytes.clear());
            });
            pair.first().shutdownOutput();
            echo.result();
        }
    }

    @Test
    void aStreamWriteThatTimedOutTellsHowManyBytesWentAndTheRestCanFollow() throws Exception {
        byte[] bytes = PatternBytes.fill(ByteBuffer.allocate(4 << 20), 0).array();
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            pair.first().setOption(SNDTIMEO, MOMENT);
            ByteBuffer src = ByteBuffer.wrap(bytes);
            SocketTimeoutException failure = assertThrows(SocketTimeoutException.class, () -> pair.first().write(src));
            assertTrue(failure.bytesTransferred > 0);
            assertEquals(failure.bytesTransferred, src.position());

            BackgroundCall<byte[]> reading = BackgroundCall.start(() -> {
                ByteArrayOutputStream received = new ByteArrayOutputStream();
                pair.second().inputStream().transferTo(received);
                return received.toByteArray();
            });
            pair.first().setOption(SNDTIMEO, Duration.ZERO);
            while (src.hasRemaining()) {
                pair.first().write(src);
            }
            pair.first().shutdownOutput();
            assertArrayEquals(bytes, reading.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSendThatTimedOutKeepsItsDescriptorsAndIsNotReceivedTwice(UnixProtocolFamily family) throws Exception {
        try (MessageEnds ends = MessageEnds.open(family); AncillaryData beside = AncillaryData.create(); OwnedFd fd = OwnedFd.memory("x", 8)) {
            NetworkChannel first = (NetworkChannel) ends.first().channel();
            int queued = 0;
            ends.first().channel().configureBlocking(false);
            while (ends.first().send(ByteBuffer.allocate(1), AncillaryData.create()) == 1) {
                queued++;
            }
            ends.first().channel().configureBlocking(true);
            first.setOption(SNDTIMEO, MOMENT);
            beside.descriptor(fd);
            ByteBuffer last = ByteBuffer.wrap(new byte[] {42});
            assertThrows(SocketTimeoutException.class, () -> ends.first().send(last, beside));
            assertTrue(last.hasRemaining());

            ends.second().channel().configureBlocking(false);
            int received = 0;
            ByteBuffer dst = ByteBuffer.allocateDirect(1 << 10);
            for (int n = ends.second().read(dst); n > 0; n = ends.second().read(dst.clear())) {
                received += n;
            }
            assertEquals(queued, received);
            assertEquals(1, ends.first().send(last, beside));
            try (AncillaryData came = AncillaryData.create()) {
                assertEquals(1, ends.second().receive(dst.clear(), came).length());
                assertEquals(42, dst.get(0));
                assertEquals(1, came.descriptorCount());
            }
            assertEquals(0, Math.max(0, ends.second().read(dst.clear())));
        }
    }

    @Test
    void aBatchThatTimedOutHasItsPositionBehindWhatWent() throws Exception {
        try (FullReceiver receiver = FullReceiver.open(); UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            receiver.takeOne();
            sender.setOption(SNDTIMEO, MOMENT).connect(receiver.address());
            MessageBatch batch = MessageBatch.create(3, 8);
            for (int i = 0; i < 3; i++) {
                batch.add(ByteBuffer.allocate(1));
            }
            batch.flip();
            assertThrows(SocketTimeoutException.class, () -> sender.send(batch));
            assertEquals(1, batch.position());
            assertFalse(batch.position() == batch.limit());
        }
    }

    /** Empty messages are passed over by a read; a peer that sends them for ever must not keep it from ending. */
    @Test
    void emptyMessagesMakeTheTimeNoLonger() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET); AncillaryData nothing = AncillaryData.create()) {
            pair.first().setOption(RCVTIMEO, MOMENT);
            BackgroundCall<Object> read = BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(8)));
            pair.second().configureBlocking(false);
            while (!read.isDone()) {
                pair.second().send(ByteBuffer.allocate(0), nothing);
            }
            assertEquals(SocketTimeoutException.class, read.failure().getClass());
        }
    }
}
