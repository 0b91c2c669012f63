// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A descriptor whose number is given to somebody else instead of closed. */
class GivenAwayTest {

    private static final int FD = 4711;

    private final FaultySyscalls sys = new FaultySyscalls().fail("close", 0, 10_000);
    private final Descriptor descriptor = new Descriptor(sys.syscalls(), FD);

    private void assertClosed(int times) {
        assertEquals(times, sys.count("close"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.USING, Descriptor.READING, Descriptor.WRITING})
    void whoIsInsideAloneKeepsOthersOutUntilHeLeaves(int side) throws Exception {
        assertTrue(descriptor.tryEnterAlone());
        assertFalse(descriptor.tryEnterAlone());
        assertFalse(descriptor.tryEnter(side));
        BackgroundCall<Boolean> other = BackgroundCall.start(() -> descriptor.enter(side)).awaitParked();
        descriptor.leave(Descriptor.ALONE);
        assertTrue(other.result());
        assertFalse(descriptor.tryEnterAlone());
        descriptor.leave(side);
        assertTrue(descriptor.tryEnterAlone());
        assertFalse(descriptor.isClosed());
        assertClosed(0);
    }

    @Test
    void aGivenNumberIsNeverClosedAndNobodyEntersAnyMore() throws Exception {
        descriptor.tryEnterAlone();
        BackgroundCall<Boolean> other = BackgroundCall.start(() -> descriptor.enter(Descriptor.USING)).awaitParked();
        descriptor.giveAway();
        assertFalse(other.result());
        assertTrue(descriptor.isClosed());
        assertFalse(descriptor.enter(Descriptor.USING));
        assertFalse(descriptor.tryEnterAlone());
        assertFalse(descriptor.close());
        assertClosed(0);
    }

    @Test
    void closeWithOneInsideAloneDoesNotWaitAndLeavesTheNumberToHim() throws Exception {
        descriptor.tryEnterAlone();
        BackgroundCall<Boolean> other = BackgroundCall.start(() -> descriptor.enter(Descriptor.USING)).awaitParked();
        assertTrue(descriptor.close());
        assertFalse(other.result());
        assertClosed(0);
        descriptor.leave(Descriptor.ALONE);
        assertClosed(1);
    }

    @Test
    void closeComesTooLateIfTheNumberIsGivenAway() {
        descriptor.tryEnterAlone();
        assertTrue(descriptor.close());
        descriptor.giveAway();
        assertClosed(0);
        assertFalse(descriptor.close());
    }

    @Test
    void whoeverIsStillClosingDoesNotCloseANumberThatIsGivenAwayMeanwhile() {
        Descriptor givenInClose = new Descriptor(sys.syscalls(), FD) {
            @Override
            protected void wakeUsers() {
                giveAway();
            }
        };
        assertTrue(givenInClose.tryEnterAlone());
        assertTrue(givenInClose.close());
        assertClosed(0);
    }

    @Test
    void aClosedOneIsNotEnteredAlone() {
        descriptor.close();
        assertFalse(descriptor.tryEnterAlone());
        assertClosed(1);
    }

    @Test
    void underEveryRaceTheNumberIsClosedOnceOrGivenOnce() throws Exception {
        int ends = 0;
        for (int round = 0; round < 300; round++) {
            Descriptor shared = new Descriptor(sys.syscalls(), FD);
            AtomicInteger given = new AtomicInteger();
            CyclicBarrier start = new CyclicBarrier(6);
            List<BackgroundCall<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int role = i;
                threads.add(BackgroundCall.start(() -> {
                    start.await();
                    race(shared, role, given);
                    return null;
                }));
            }
            for (BackgroundCall<Void> thread : threads) {
                thread.result();
            }
            ends += given.get();
            assertEquals(round + 1, ends + sys.count("close"));
        }
    }

    /** Two use, two give away or leave as it was, one closes, one does all of it. */
    private static void race(Descriptor shared, int role, AtomicInteger given) {
        for (int turn = 0; turn < 20 && !shared.isClosed(); turn++) {
            if ((role < 2 || role == 5) && shared.enter(role == 1 ? Descriptor.READING : Descriptor.USING)) {
                Thread.onSpinWait();
                shared.leave(role == 1 ? Descriptor.READING : Descriptor.USING);
            }
            if ((role == 2 || role == 3) && shared.tryEnterAlone()) {
                if (turn % 4 == role) {
                    shared.giveAway();
                    given.incrementAndGet();
                    return;
                }
                shared.leave(Descriptor.ALONE);
            }
        }
        if (role >= 4) {
            shared.close();
        }
    }
}
