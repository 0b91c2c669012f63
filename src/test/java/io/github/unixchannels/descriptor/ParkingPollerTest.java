// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import static io.github.unixchannels.support.BackgroundCall.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.ParkingPollers;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How virtual threads wait when the kernel has nothing left to wait with, and how long a poller lives. A platform thread stands in. */
@ExtendWith({ParkingPollers.class, NothingLeaks.class})
class ParkingPollerTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final Syscalls sys = faulty.syscalls();
    private final Descriptor descriptor = new Descriptor(sys, sys.eventfd(0, Linux.EFD_CLOEXEC));
    private final NativeMemory one = NativeMemory.allocate(sys, Long.BYTES);
    private ParkingPoller before;

    @BeforeEach
    void setThePollerAside() {
        before = ParkingPoller.current(Linux.POLLIN);
        ParkingPoller.current(Linux.POLLIN, null);
    }

    @AfterEach
    void takeThePollerBack() {
        descriptor.close();
        ParkingPoller.current(Linux.POLLIN, before);
    }

    private BackgroundCall<Integer> waiting(int timeoutMillis, BooleanSupplier isOver) {
        return BackgroundCall.start(() -> {
            descriptor.enter(Descriptor.READING);
            try {
                return ParkingPoller.await(descriptor, Linux.POLLIN, timeoutMillis, isOver);
            } finally {
                descriptor.leave(Descriptor.READING);
            }
        });
    }

    private void makeReady() {
        one.buffer().putLong(0, 1);
        assertEquals(Long.BYTES, sys.write(descriptor.fd(), one.address(), Long.BYTES));
    }

    /** Waits until the thread has tried several times in vain. */
    private void awaitTries(String call) {
        soon().until(() -> faulty.count(call) > 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM})
    void withoutAnEpollInstanceTheWaitIsEndedByReadiness(int errno) throws Exception {
        faulty.failAlways("epollCreate1", errno);
        BackgroundCall<Integer> waiting = waiting(-1, () -> false);
        awaitTries("epollCreate1");
        assertFalse(waiting.isDone());
        makeReady();
        assertTrue(waiting.result() >= 0);
    }

    @Test
    void andByCloseAtOnceThoughNothingElseWouldWakeIt() throws Exception {
        faulty.failAlways("epollCreate1", Errno.EMFILE);
        BackgroundCall<Integer> waiting = waiting(-1, () -> false);
        awaitTries("epollCreate1");
        descriptor.close();
        assertEquals(0, waiting.result());
    }

    @Test
    void andByAnInterruptAndByWhatHasNoEvent() throws Exception {
        faulty.failAlways("epollCreate1", Errno.EMFILE);
        BackgroundCall<Integer> interrupted = waiting(-1, () -> false);
        awaitTries("epollCreate1");
        interrupted.interrupt();
        assertEquals(0, interrupted.result());
        assertTrue(interrupted.wasInterrupted());
        AtomicBoolean over = new AtomicBoolean();
        BackgroundCall<Integer> waiting = waiting(-1, over::get);
        over.set(true);
        assertEquals(0, waiting.result());
    }

    @Test
    void andByItsTimeout() throws Exception {
        faulty.failAlways("epollCreate1", Errno.EMFILE);
        assertEquals(0, waiting(5, () -> false).result());
        assertEquals(0, waiting(0, () -> false).result());
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOMEM, Errno.ENOSPC, Errno.ELOOP})
    void whenEpollRefusesTheDescriptorTheWaitIsEndedByReadiness(int errno) throws Exception {
        ParkingPoller.start(sys, Linux.POLLIN, Integer.MAX_VALUE);
        faulty.failAlways("epollCtl", errno);
        BackgroundCall<Integer> waiting = waiting(-1, () -> false);
        awaitTries("epollCtl");
        assertFalse(waiting.isDone());
        makeReady();
        assertTrue(waiting.result() >= 0);
        faulty.failAlways("epollCtl", 0);
        endByFailure();
    }

    @Test
    void onceEpollTakesTheDescriptorTheThreadParksUntilItsEvent() throws Exception {
        ParkingPoller.start(sys, Linux.POLLIN, Integer.MAX_VALUE);
        faulty.fail("epollCtl", Errno.ENOMEM, 3);
        BackgroundCall<Integer> waiting = waiting(-1, () -> false);
        soon().until(() -> faulty.count("epollCtl") == 4);
        waiting.awaitParked();
        makeReady();
        assertEquals(0, waiting.result());
        assertEquals(4, faulty.count("epollCtl"), "what was reported stays in the epoll instance");
        endByFailure();
    }

    @Test
    void aWaitAfterAReportIsOneCall() throws Exception {
        ParkingPoller.start(sys, Linux.POLLIN, Integer.MAX_VALUE);
        makeReady();
        for (int i = 1; i <= 5; i++) {
            assertEquals(0, waiting(-1, () -> false).result());
            assertEquals(i, faulty.count("epollCtl"));
        }
        endByFailure();
    }

    /** Makes the poller's thread see an error. */
    private void endByFailure() throws Exception {
        faulty.fail("epollWait", Errno.EBADF, 1);
        BackgroundCall<Integer> waiting = waiting(-1, () -> false); // its event is the last that the thread sees
        makeReady();
        waiting.result();
        soon().until(() -> faulty.count("close") == 1);
    }

    @Test
    void aPollerEndsWhenItIsIdleAndLeavesNothingBehind() {
        ParkingPoller.start(sys, Linux.POLLIN, 1);
        soon().until(() -> faulty.count("close") == 1);
        soon().until(() -> ParkingPoller.current(Linux.POLLIN) == null);
    }

    @Test
    void aPollerDoesNotEndWhileAThreadWaits() throws Exception {
        ParkingPoller.start(sys, Linux.POLLIN, 500);
        BackgroundCall<Integer> waiting = waiting(-1, () -> false);
        soon().until(() -> faulty.count("epollWait") > 2);
        assertFalse(waiting.isDone());
        makeReady();
        assertEquals(0, waiting.result());
        soon().until(() -> faulty.count("close") == 1);
    }

    /** So that no thread is left waiting for ever. */
    @Test
    void aPollerWhoseWaitFailsWakesThoseWhoWaitAndTheyGoOnWithout() throws Exception {
        faulty.next("epollWait", (real, arguments) -> {
            soon().until(() -> faulty.count("epollCtl") == 1);
            return -Errno.EBADF;
        });
        ParkingPoller.start(sys, Linux.POLLIN, Integer.MAX_VALUE);
        assertEquals(0, waiting(-1, () -> false).result());
        soon().until(() -> faulty.count("close") == 1);
        BackgroundCall<Integer> again = waiting(-1, () -> false);
        soon().until(() -> faulty.count("poll") > 2);
        makeReady();
        assertTrue(again.result() >= 0);
        assertEquals(1, faulty.count("epollCreate1"));
    }

    @Test
    void itsThreadHoldsNoApplicationsClasses() {
        ParkingPoller.start(sys, Linux.POLLIN, 500);
        Thread thread = Thread.getAllStackTraces().keySet().stream()
                .filter(candidate -> candidate.getName().equals("unix-channels-read-poller") && candidate.getContextClassLoader() != null)
                .findAny()
                .orElse(null);
        assertNull(thread);
        soon().until(() -> faulty.count("close") == 1);
    }
}
