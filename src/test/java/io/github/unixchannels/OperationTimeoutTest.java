// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.TimedOperation;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Errno;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** SO_RCVTIMEO and SO_SNDTIMEO: each operation that waits, with a timeout that ends it and with one that does not. */
@ExtendWith(NothingLeaks.class)
@Timeout(60)
class OperationTimeoutTest {

    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(60);

    /** Too short to wait in the kernel for a part of it. */
    private static final long SHORT_MOMENT = TimeUnit.MICROSECONDS.toNanos(2500);

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    /** Where the operation runs. */
    private enum Situation {
        /** On a platform thread, on a socket that nobody else holds. */
        ALONE,
        /** On a platform thread, on a socket that another holds too. */
        SHARED,
        VIRTUAL
    }

    static Stream<Arguments> operations() {
        return Arrays.stream(TimedOperation.values()).filter(TimedOperation::isOfChannels).flatMap(operation -> operation.types().stream()
                .flatMap(type -> Arrays.stream(Situation.values()).map(situation -> Arguments.of(operation, type, situation))));
    }

    static Stream<Arguments> operationsAfterWhichTheChannelGoesOn() {
        return operations().filter(arguments -> ((TimedOperation) arguments.get()[0]).goesOn());
    }

    /** On a socket of others, or a virtual thread, nothing waits in recv(2) or send(2). */
    static Stream<Arguments> operationsThatWaitInTheKernel() {
        return operations().filter(arguments -> arguments.get()[2] == Situation.ALONE);
    }

    /** An operation in its situation. */
    private record Case(TimedOperation.Prepared prepared, OwnedFd other, boolean virtual) implements Closeable {

        static Case of(TimedOperation operation, SocketType type, Situation situation, FaultySyscalls calls) throws IOException {
            assumeTrue(situation != Situation.VIRTUAL || VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
            TimedOperation.Prepared prepared = operation.prepare(type, calls);
            OwnedFd other = situation == Situation.SHARED ? OwnedFd.duplicateOf(prepared.channel()) : null;
            return new Case(prepared, other, situation == Situation.VIRTUAL);
        }

        static Case of(TimedOperation operation, SocketType type, Situation situation) throws IOException {
            return of(operation, type, situation, new FaultySyscalls());
        }

        BackgroundCall<Object> start(long timeoutNanos) {
            Callable<Object> call = () -> prepared.call().with(timeoutNanos);
            return virtual ? BackgroundCall.startVirtual(call) : BackgroundCall.start(call);
        }

        @Override
        public void close() throws IOException {
            try (prepared) {
                if (other != null) {
                    other.close();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationEndsOnceItsTimeIsOver(TimedOperation operation, SocketType type, Situation situation) throws Exception {
        for (long timeout : new long[] {MOMENT, SHORT_MOMENT}) {
            try (Case waiting = Case.of(operation, type, situation)) {
                long start = System.nanoTime();
                Exception failure = waiting.start(timeout).failure();
                long passed = System.nanoTime() - start;

                SocketTimeoutException exception = assertInstanceOf(SocketTimeoutException.class, failure);
                assertTrue(passed >= timeout, () -> "it waited " + passed + " ns");
                assertEquals(0, exception.bytesTransferred);
                assertTrue(exception.getMessage().matches("[a-zA-Z]+\\(.+\\): timed out, .+ within [0-9]+ [mn]s"), exception.getMessage());
                assertEquals(operation.goesOn(), waiting.prepared.channel().isOpen());
                if (operation.goesOn()) {
                    waiting.prepared.event().happen();
                    waiting.start(HOUR).result();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationWaitsForWhatComesInTime(TimedOperation operation, SocketType type, Situation situation) throws Exception {
        try (Case waiting = Case.of(operation, type, situation)) {
            BackgroundCall<Object> call = waiting.start(HOUR).awaitBlocked();
            waiting.prepared.event().happen();
            call.result();
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationThatNeedNotWaitHasNoTimeout(TimedOperation operation, SocketType type, Situation situation) throws Exception {
        try (Case waiting = Case.of(operation, type, situation)) {
            waiting.prepared.event().happen();
            waiting.start(1).result();
        }
    }

    @ParameterizedTest
    @MethodSource("operationsAfterWhichTheChannelGoesOn")
    void zeroIsNoTimeoutAgain(TimedOperation operation, SocketType type, Situation situation) throws Exception {
        try (Case waiting = Case.of(operation, type, situation)) {
            assertInstanceOf(SocketTimeoutException.class, waiting.start(MOMENT).failure());
            BackgroundCall<Object> call = waiting.start(0).awaitBlocked();
            waiting.prepared.event().happen();
            call.result();
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aCloseEndsAnOperationThatHasATimeout(TimedOperation operation, SocketType type, Situation situation) throws Exception {
        try (Case waiting = Case.of(operation, type, situation)) {
            BackgroundCall<Object> call = waiting.start(HOUR).awaitBlocked();
            waiting.prepared.channel().close();
            assertEquals(AsynchronousCloseException.class, call.failure().getClass());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anInterruptEndsAnOperationThatHasATimeout(TimedOperation operation, SocketType type, Situation situation) throws Exception {
        try (Case waiting = Case.of(operation, type, situation)) {
            BackgroundCall<Object> call = waiting.start(HOUR).awaitBlocked();
            call.interrupt();
            assertEquals(ClosedByInterruptException.class, call.failure().getClass());
            assertTrue(call.wasInterrupted());
            assertFalse(waiting.prepared.channel().isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void signalsMakeNoTimeoutLonger(TimedOperation operation, SocketType type, Situation situation) throws Exception {
        FaultySyscalls calls = new FaultySyscalls();
        try (Case waiting = Case.of(operation, type, situation, calls)) {
            for (String call : List.of(
                    "recv", "recvfrom", "recvmsg", "recvmmsg", "send", "sendto", "sendmsg", "sendmmsg", "accept4", "connect", "poll")) {
                calls.fail(call, Errno.EINTR, 3);
            }
            long start = System.nanoTime();
            assertInstanceOf(SocketTimeoutException.class, waiting.start(MOMENT).failure());
            assertTrue(System.nanoTime() - start >= MOMENT);
        }
    }

    /** A wait in the kernel that begins anew with each signal would not end. */
    @ParameterizedTest
    @MethodSource("operationsThatWaitInTheKernel")
    void signalsWithoutEndDoNotKeepAnOperationFromEnding(TimedOperation operation, SocketType type, Situation situation)
            throws Exception {
        FaultySyscalls calls = new FaultySyscalls();
        try (Case waiting = Case.of(operation, type, situation, calls)) {
            for (String call : List.of("recv", "recvmsg", "recvmmsg", "send", "sendmsg", "sendmmsg")) {
                calls.interruptWaits(call);
            }
            assertInstanceOf(SocketTimeoutException.class, waiting.start(MOMENT).failure());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void theTimeOfAThreadThatWaitsForAnotherIsLimitedToo(TimedOperation operation, SocketType type, Situation situation)
            throws Exception {
        try (Case waiting = Case.of(operation, type, situation)) {
            BackgroundCall<Object> first = waiting.start(0).awaitBlocked();
            long start = System.nanoTime();
            Exception failure = waiting.start(MOMENT).failure();

            assertInstanceOf(SocketTimeoutException.class, failure);
            assertTrue(System.nanoTime() - start >= MOMENT);
            assertEquals(operation.goesOn(), waiting.prepared.channel().isOpen());
            if (operation.goesOn()) {
                waiting.prepared.event().happen();
                first.result();
            } else {
                assertInstanceOf(AsynchronousCloseException.class, first.failure());
            }
        }
    }
}
