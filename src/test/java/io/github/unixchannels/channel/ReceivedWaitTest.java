// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.ParkingPollers;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.support.SharedOperation.Prepared;
import io.github.unixchannels.support.SharedOperation;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Errno;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A thread waits on a descriptor that somebody else holds too: it can be woken, and the other feels nothing of it. */
@ExtendWith({ParkingPollers.class, NothingLeaks.class})
class ReceivedWaitTest {

    private static final int REPETITIONS = 50;

    private final RawDescriptors raw = new RawDescriptors();
    private final FaultySyscalls faulty = new FaultySyscalls();

    @AfterEach
    void closeRaw() {
        raw.close();
    }

    @ParameterizedTest
    @EnumSource
    void closeEndsABlockedOperationAndTheOtherHolderFeelsNothing(SharedOperation operation) throws Exception {
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            BackgroundCall<Object> blocked = BackgroundCall.start(prepared.call()).awaitBlocked();
            prepared.channel().close();
            assertThrowsExactly(AsynchronousCloseException.class, blocked::result);
            prepared.othersAreUnharmed().run();
            assertEquals(0, faulty.count("shutdown"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsABlockedOperationAndTheOtherHolderFeelsNothing(SharedOperation operation) throws Exception {
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            BackgroundCall<Object> blocked = BackgroundCall.start(prepared.call()).awaitBlocked();
            blocked.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, blocked::result);
            assertTrue(blocked.wasInterrupted());
            assertFalse(prepared.channel().isOpen());
            prepared.othersAreUnharmed().run();
            assertEquals(0, faulty.count("shutdown"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeEndsABlockedOperationOfAVirtualThreadAndTheOtherHolderFeelsNothing(SharedOperation operation) throws Exception {
        assumeTrue(VirtualThreadStarter.isAvailable(), "this JVM has no virtual threads");
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            BackgroundCall<Object> blocked = BackgroundCall.startVirtual(prepared.call()).awaitParked();
            prepared.channel().close();
            assertThrowsExactly(AsynchronousCloseException.class, blocked::result);
            prepared.othersAreUnharmed().run();
            assertEquals(0, faulty.count("shutdown"));
            assertEquals(0, faulty.count("eventfd"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsABlockedOperationOfAVirtualThreadAndTheOtherHolderFeelsNothing(SharedOperation operation) throws Exception {
        assumeTrue(VirtualThreadStarter.isAvailable(), "this JVM has no virtual threads");
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            BackgroundCall<Object> blocked = BackgroundCall.startVirtual(prepared.call()).awaitParked();
            blocked.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, blocked::result);
            prepared.othersAreUnharmed().run();
        }
    }

    /**
     * Neither of the two may have happened before the operation waits, so each lands where it does: before the eventfd is made, or
     * after.
     */
    @ParameterizedTest
    @EnumSource
    void closeAtAnyTimeEndsTheOperation(SharedOperation operation) throws Exception {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
                BackgroundCall<Object> racing = BackgroundCall.start(prepared.call());
                prepared.channel().close();
                assertThrows(ClosedChannelException.class, racing::result);
            }
        }
        assertEquals(0, faulty.count("shutdown"));
    }

    @ParameterizedTest
    @EnumSource
    void theEventfdIsMadeAtTheFirstWaitAndNeverForAChannelThatDoesNotBlock(SharedOperation operation) throws Exception {
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            prepared.channel().configureBlocking(false);
            prepared.call().call();
            assertEquals(0, faulty.count("eventfd"));
            prepared.channel().configureBlocking(true);
            BackgroundCall<Object> blocked = BackgroundCall.start(prepared.call());
            BackgroundCall.soon().until(() -> faulty.count("eventfd") == 1);
            prepared.channel().close();
            assertThrowsExactly(AsynchronousCloseException.class, blocked::result);
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutADescriptorForTheEventfdTheOperationWaitsAllTheSame(SharedOperation operation) throws Exception {
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            faulty.failAlways("eventfd", Errno.EMFILE);
            BackgroundCall<Object> blocked = BackgroundCall.start(prepared.call());
            BackgroundCall.soon().until(() -> faulty.count("eventfd") > 2);
            assertFalse(blocked.isDone());
            prepared.channel().close();
            assertThrowsExactly(AsynchronousCloseException.class, blocked::result);
            prepared.othersAreUnharmed().run();
        }
    }

    @ParameterizedTest
    @EnumSource
    void onceThereIsADescriptorForTheEventfdTheOperationUsesIt(SharedOperation operation) throws Exception {
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            faulty.fail("eventfd", Errno.ENFILE, 1).fail("eventfd", Errno.ENOMEM, 1).fail("eventfd", Errno.EMFILE, 1);
            BackgroundCall<Object> blocked = BackgroundCall.start(prepared.call());
            BackgroundCall.soon().until(() -> faulty.count("eventfd") == 4);
            blocked.awaitBlocked();
            prepared.channel().close();
            assertThrowsExactly(AsynchronousCloseException.class, blocked::result);
        }
        assertEquals(4, faulty.count("eventfd"));
    }

    @ParameterizedTest
    @EnumSource
    void aSignalEndsNoWait(SharedOperation operation) throws Exception {
        try (Prepared prepared = operation.prepare(raw, faulty.syscalls())) {
            faulty.fail("poll", Errno.EINTR, 3);
            BackgroundCall<Object> blocked = BackgroundCall.start(prepared.call());
            BackgroundCall.soon().until(() -> faulty.count("poll") >= 4);
            blocked.awaitBlocked();
            prepared.channel().close();
            assertThrowsExactly(AsynchronousCloseException.class, blocked::result);
        }
    }
}
