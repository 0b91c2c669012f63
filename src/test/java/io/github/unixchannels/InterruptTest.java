// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation.Prepared;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.support.SocketKind;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread is interrupted while its operation waits, or before, on ours as on the JDK's. */
class InterruptTest {

    private static final int REPETITIONS = 100;

    @TempDir
    Path directory;

    /**
     * JDK 17 looks for a channel to tell before it sets the interrupt status, and so the channel is not told of an interrupt that comes
     * just as its operation begins: there the thread is interrupted until its operation has ended.
     */
    @ParameterizedTest
    @MethodSource("io.github.unixchannels.AsynchronousCloseTest#operationsThatEndAtAnyTime")
    void interruptAtAnyTimeEndsAnOperationWithClosedByInterruptException(SocketKind source, BlockingOperation operation)
            throws IOException {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare(source, directory)) {
                BackgroundCall<Object> racing = BackgroundCall.start(prepared.call());
                racing.interrupt();
                if (Runtime.version().feature() < 25) {
                    BackgroundCall.soon().until(() -> {
                        racing.interrupt();
                        return racing.isDone();
                    });
                }
                assertThrowsExactly(ClosedByInterruptException.class, racing::result);
                assertTrue(racing.wasInterrupted());
                assertFalse(prepared.channel().isOpen());
            }
        }
    }

    /** A thread that interrupts itself tells no channel, as an interrupt does not that JDK 17 loses. */
    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aConnectWhoseThreadIsInterruptedAndTheChannelNotToldEndsAtItsNextWait(UnixProtocolFamily family) throws IOException {
        FaultySyscalls faulty = new FaultySyscalls();
        UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
        try (ServerSocketChannel server = provider.openServerSocketChannel(family).bind(null);
                UnixSocketChannel channel = provider.openSocketChannel(family)) {
            faulty.next("connect", (real, arguments) -> {
                Thread.currentThread().interrupt();
                return -Errno.EAGAIN;
            });
            faulty.fail("connect", Errno.EAGAIN, 1000);
            BackgroundCall<Object> connecting = BackgroundCall.start(() -> channel.connect(server.getLocalAddress()));
            assertThrowsExactly(ClosedByInterruptException.class, connecting::result);
            assertTrue(connecting.wasInterrupted());
            assertFalse(channel.isOpen());
            assertEquals(1, faulty.count("connect"));
        }
    }

    /** While too many descriptors are underway a send tries again and again: the kernel has no event for their end. */
    @ParameterizedTest
    @EnumSource
    void aSendOfADescriptorWhoseThreadIsInterruptedAndTheChannelNotToldEndsAtItsNextWait(UnixProtocolFamily family)
            throws IOException {
        FaultySyscalls faulty = new FaultySyscalls();
        UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
        try (MessageEnds ends = MessageEnds.open(provider, family);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create()) {
            sent.descriptor(fd);
            faulty.next("sendmsg", (real, arguments) -> {
                Thread.currentThread().interrupt();
                return (long) -Errno.ETOOMANYREFS;
            });
            faulty.fail("sendmsg", Errno.ETOOMANYREFS, 1000);
            BackgroundCall<Object> sending = BackgroundCall.start(() -> ends.first().send(ByteBuffer.allocate(1), sent));
            assertThrowsExactly(ClosedByInterruptException.class, sending::result);
            assertTrue(sending.wasInterrupted());
            assertFalse(ends.first().channel().isOpen());
            assertEquals(1, faulty.count("sendmsg"));
        }
    }

    /** A receiver's queue that is full is no event of the sender's socket. */
    @Test
    void aSendToAFullReceiverWhoseThreadIsInterruptedAndTheChannelNotToldEndsAtItsNextWait() throws IOException {
        FaultySyscalls faulty = new FaultySyscalls();
        UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
        try (UnixDatagramChannel receiver = provider.openDatagramChannel(UnixProtocolFamily.DGRAM).bind(null);
                UnixDatagramChannel sender = provider.openDatagramChannel(UnixProtocolFamily.DGRAM)) {
            faulty.fail("sendto", Errno.EAGAIN, 1);
            faulty.next("sendto", (real, arguments) -> {
                Thread.currentThread().interrupt();
                return (long) -Errno.EAGAIN;
            });
            faulty.fail("sendto", Errno.EAGAIN, 1000);
            BackgroundCall<Object> sending =
                    BackgroundCall.start(() -> sender.send(ByteBuffer.allocate(1), receiver.getLocalAddress()));
            assertThrowsExactly(ClosedByInterruptException.class, sending::result);
            assertTrue(sending.wasInterrupted());
            assertFalse(sender.isOpen());
            assertEquals(2, faulty.count("sendto")); // it lets others run before its first wait
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.unixchannels.AsynchronousCloseTest#operations")
    void aClosedChannelAnswersAnInterruptedThreadWithClosedChannelException(SocketKind source, BlockingOperation operation)
            throws IOException {
        try (Prepared prepared = operation.prepare(source, directory)) {
            prepared.channel().close();
            BackgroundCall<Object> interrupted = BackgroundCall.start(() -> {
                Thread.currentThread().interrupt();
                return prepared.call().call();
            });
            if (source.isOurs() || Runtime.version().feature() >= 25) {
                assertThrowsExactly(ClosedChannelException.class, interrupted::result);
            } else {
                assertThrows(ClosedChannelException.class, interrupted::result);
            }
            assertTrue(interrupted.wasInterrupted());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptDoesNotTouchAnotherChannelThatTheThreadUsedBefore(SocketKind source) throws Exception {
        try (ConnectedSockets before = source.connect(directory); ConnectedSockets now = source.connect(directory)) {
            before.accepted().write(ByteBuffer.allocate(1));
            CountDownLatch past = new CountDownLatch(1);
            BackgroundCall<Integer> blocked = BackgroundCall.start(() -> {
                before.client().read(ByteBuffer.allocate(1));
                past.countDown();
                return now.client().read(ByteBuffer.allocate(1));
            });
            past.await();
            blocked.awaitBlocked();
            blocked.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, blocked::result);
            assertTrue(before.client().isOpen());
        }
    }
}
