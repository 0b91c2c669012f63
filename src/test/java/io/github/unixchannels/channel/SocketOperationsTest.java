// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.TimedOperation;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Errno;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link java.net.Socket} does with timeouts, interrupts and closes, by the channel's own operations. */
@ExtendWith(NothingLeaks.class)
@Timeout(60)
class SocketOperationsTest {

    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(60);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private static final List<TimedOperation> OPERATIONS = List.of(
            TimedOperation.SOCKET_READ, TimedOperation.SOCKET_WRITE, TimedOperation.SOCKET_ACCEPT, TimedOperation.SOCKET_CONNECT);

    static Stream<Arguments> operations() {
        return OPERATIONS.stream().flatMap(operation -> Arrays.stream(SocketType.values())
                .flatMap(type -> Stream.of(false, true).map(virtual -> Arguments.of(operation, type, virtual))));
    }

    private static <T> BackgroundCall<T> start(boolean virtual, Callable<T> call) {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
        return virtual ? BackgroundCall.startVirtual(call) : BackgroundCall.start(call);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationEndsOnceItsTimeIsOver(TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        try (TimedOperation.Prepared prepared = operation.prepare(type, new FaultySyscalls())) {
            long start = System.nanoTime();
            Exception failure = start(virtual, () -> prepared.call().with(MOMENT)).failure();
            long passed = System.nanoTime() - start;

            assertInstanceOf(SocketTimeoutException.class, failure);
            assertTrue(passed >= MOMENT, () -> "it waited " + passed + " ns");
            assertEquals(operation.goesOn(), prepared.channel().isOpen());
            if (operation.goesOn()) {
                prepared.event().happen();
                start(virtual, () -> prepared.call().with(HOUR)).result();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationWaitsForWhatComesInTime(TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        for (long timeout : new long[] {0, HOUR}) {
            try (TimedOperation.Prepared prepared = operation.prepare(type, new FaultySyscalls())) {
                BackgroundCall<Object> call = start(virtual, () -> prepared.call().with(timeout)).awaitBlocked();
                prepared.event().happen();
                call.result();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aCloseEndsAnOperation(TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        for (long timeout : new long[] {0, HOUR}) {
            try (TimedOperation.Prepared prepared = operation.prepare(type, new FaultySyscalls())) {
                BackgroundCall<Object> call = start(virtual, () -> prepared.call().with(timeout)).awaitBlocked();
                prepared.channel().close();
                assertEquals(AsynchronousCloseException.class, call.failure().getClass());
                assertEquals(ClosedChannelException.class, start(virtual, () -> prepared.call().with(timeout)).failure().getClass());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anInterruptChangesNothingForAPlatformThreadAndClosesForAVirtualOne(
            TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        for (long timeout : new long[] {0, HOUR}) {
            try (TimedOperation.Prepared prepared = operation.prepare(type, new FaultySyscalls())) {
                BackgroundCall<Object> call = start(virtual, () -> prepared.call().with(timeout)).awaitBlocked();
                call.interrupt();
                if (virtual) {
                    assertEquals(ClosedByInterruptException.class, call.failure().getClass());
                    assertFalse(prepared.channel().isOpen());
                } else {
                    prepared.event().happen();
                    call.result();
                    assertTrue(prepared.channel().isOpen());
                }
                assertTrue(call.wasInterrupted());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anInterruptBeforeTheOperationIsTheSameAsOneDuringTheWait(
            TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        try (TimedOperation.Prepared prepared = operation.prepare(type, new FaultySyscalls())) {
            BackgroundCall<Object> call = start(virtual, () -> {
                Thread.currentThread().interrupt();
                return prepared.call().with(MOMENT);
            });
            assertEquals(virtual ? ClosedByInterruptException.class : SocketTimeoutException.class, call.failure().getClass());
            assertTrue(call.wasInterrupted());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anInterruptedThreadThatNeedNotWaitIsNotClosed(TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        try (TimedOperation.Prepared prepared = operation.prepare(type, new FaultySyscalls())) {
            prepared.event().happen();
            BackgroundCall<Object> call = start(virtual, () -> {
                Thread.currentThread().interrupt();
                return prepared.call().with(HOUR);
            });
            call.result();
            assertTrue(call.wasInterrupted());
            assertTrue(prepared.channel().isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void signalsMakeNoTimeoutLonger(TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        FaultySyscalls calls = new FaultySyscalls();
        try (TimedOperation.Prepared prepared = operation.prepare(type, calls)) {
            for (String call : List.of("recv", "recvmsg", "send", "sendmsg", "accept4", "connect", "poll", "epollWait")) {
                calls.fail(call, Errno.EINTR, 3);
            }
            long start = System.nanoTime();
            Exception failure = start(virtual, () -> prepared.call().with(MOMENT)).failure();
            assertInstanceOf(SocketTimeoutException.class, failure);
            assertTrue(System.nanoTime() - start >= MOMENT);
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aChannelInNonBlockingModeIsRefused(TimedOperation operation, SocketType type, boolean virtual) throws Exception {
        try (TimedOperation.Prepared prepared = operation.prepare(type, new FaultySyscalls())) {
            prepared.channel().configureBlocking(false);
            assertInstanceOf(IllegalBlockingModeException.class, start(virtual, () -> prepared.call().with(HOUR)).failure());
        }
    }

    @Test
    void aWriteThatSentAPartSaysHowMuch() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            SocketOperations operations = ((NativeSocketChannel) pair.first()).socketOperations();
            ByteBuffer bytes = ByteBuffer.allocate(8 << 20);
            SocketTimeoutException failure = assertThrows(SocketTimeoutException.class, () -> operations.write(bytes, MOMENT));
            assertTrue(failure.bytesTransferred > 0);
            assertEquals(failure.bytesTransferred, bytes.position());
        }
    }
}
