// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.ParkingPollers;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The duplicate of a channel outlives the channel's close although a thread is using the channel, unless that thread may be waiting in the
 * kernel since before there was a duplicate.
 */
@ExtendWith({ParkingPollers.class, NothingLeaks.class})
class DuplicateOfUsedChannelTest {

    private static final int REPETITIONS = 300;

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    private OwnedFd duplicate;

    /** A system call that finds nothing to do and, before it returns, has the channel duplicated and closed. */
    private void duplicateAndCloseDuring(String call, UnixSocketChannel channel) {
        faulty.next(call, (real, arguments) -> {
            duplicate = OwnedFd.duplicateOf(channel);
            channel.close();
            return (long) -Errno.EAGAIN;
        });
    }

    private static void assertAlive(OwnedFd duplicate, UnixSocketChannel peer) throws IOException {
        try (SocketChannel channel = duplicate.toSocketChannel()) {
            assertEquals(1, channel.write(ByteBuffer.allocate(1)));
            assertEquals(1, peer.read(ByteBuffer.allocate(8)));
            assertEquals(2, peer.write(ByteBuffer.allocate(2)));
            assertEquals(2, channel.read(ByteBuffer.allocate(8)));
        }
    }

    private static <T> BackgroundCall<T> start(boolean virtual, Callable<T> call) {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "this JVM has no virtual threads");
        return virtual ? BackgroundCall.startVirtual(call) : BackgroundCall.start(call);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void whileAVirtualThreadIsAboutToPark(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            duplicateAndCloseDuring("recv", pair.first());
            BackgroundCall<Integer> reading = start(true, () -> pair.first().read(ByteBuffer.allocate(8)));
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertAlive(duplicate, pair.second());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void whileAVirtualThreadIsAboutToParkUntilThereIsRoom(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            duplicateAndCloseDuring("send", pair.first());
            BackgroundCall<Integer> writing = start(true, () -> pair.first().write(ByteBuffer.allocate(8)));
            assertThrowsExactly(AsynchronousCloseException.class, writing::result);
            assertAlive(duplicate, pair.second());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void whileANonBlockingOperationIsInTheKernel(UnixProtocolFamily family) throws Exception {
        for (String call : new String[] {"recv", "send"}) {
            try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
                pair.first().configureBlocking(false);
                duplicateAndCloseDuring(call, pair.first());
                ByteBuffer buffer = ByteBuffer.allocate(8);
                assertThrowsExactly(AsynchronousCloseException.class,
                        () -> assertEquals(-2, call.equals("recv") ? pair.first().read(buffer) : pair.first().write(buffer)));
                assertAlive(duplicate, pair.second());
            }
        }
    }

    /** It goes back to the kernel with the knowledge that there is a duplicate. */
    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void whileAPlatformThreadIsAboutToWaitThatHasSeenTheDuplicate(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            faulty.next("recv", (real, arguments) -> {
                duplicate = OwnedFd.duplicateOf(pair.first());
                return (long) -Errno.EAGAIN;
            });
            faulty.next("eventfd", (real, arguments) -> {
                pair.first().close();
                return real.with(arguments);
            });
            BackgroundCall<Integer> reading = start(false, () -> pair.first().read(ByteBuffer.allocate(8)));
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertAlive(duplicate, pair.second());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverAVirtualThreadIsOrAPlatformThreadThatCameLater(boolean virtual) throws Exception {
        for (int i = 0; i < REPETITIONS; i++) {
            try (UnixSocketChannel.Pair pair = provider.openSocketPair(UnixProtocolFamily.STREAM)) {
                BackgroundCall<Integer> reading = null;
                if (virtual) {
                    reading = start(true, () -> pair.first().read(ByteBuffer.allocate(8)));
                }
                OwnedFd late = OwnedFd.duplicateOf(pair.first());
                if (!virtual) {
                    reading = start(false, () -> pair.first().read(ByteBuffer.allocate(8)));
                }
                if (i % 2 == 0) {
                    Thread.yield();
                }
                pair.first().close();
                assertThrows(ClosedChannelException.class, reading::result);
                assertAlive(late, pair.second());
            }
        }
        assertEquals(0, faulty.count("shutdown"));
    }
}
