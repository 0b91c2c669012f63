// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.sys.Syscalls;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorTest {

    private static final int FD = 4711;
    private static final int BOTH = Descriptor.READING | Descriptor.WRITING;

    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger woken = new AtomicInteger();

    /** Counts close(2) of {@link #FD}, and fails on any other call. */
    private final Syscalls sys = (Syscalls)
            Proxy.newProxyInstance(Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                assertEquals("close", method.getName());
                assertEquals(FD, arguments[0]);
                closed.incrementAndGet();
                return 0;
            });

    private final Descriptor descriptor = newDescriptor();

    private Descriptor newDescriptor() {
        return new Descriptor(sys, FD) {
            @Override
            protected void wakeUsers() {
                assertEquals(0, closed.get(), "woken after the number was given back");
                woken.incrementAndGet();
            }
        };
    }

    @Test
    void closeOfAnUnusedDescriptorClosesTheNumberAtOnce() {
        assertFalse(descriptor.isClosed());
        assertTrue(descriptor.close());
        assertTrue(descriptor.isClosed());
        assertEquals(1, closed.get());
        assertEquals(0, woken.get());
    }

    @Test
    void aUserWhoLeavesAnOpenDescriptorClosesNothing() {
        assertTrue(descriptor.enter(Descriptor.USING));
        descriptor.leave(Descriptor.USING);
        assertEquals(0, closed.get());
    }

    @Test
    void onlyTheFirstCloseSaysThatItClosed() {
        assertTrue(descriptor.close());
        assertFalse(descriptor.close());
        assertEquals(1, closed.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.USING, Descriptor.READING, Descriptor.WRITING, BOTH})
    void closeWithAUserInsideWakesHimAndLeavesTheNumberToHim(int side) {
        assertTrue(descriptor.enter(side));
        assertTrue(descriptor.close());
        assertEquals(1, woken.get());
        assertEquals(0, closed.get());
        descriptor.leave(side);
        assertEquals(1, closed.get());
    }

    @Test
    void theLastOfSeveralUsersClosesTheNumber() {
        descriptor.enter(Descriptor.READING);
        descriptor.enter(Descriptor.WRITING);
        descriptor.enter(Descriptor.USING);
        descriptor.close();
        descriptor.leave(Descriptor.WRITING);
        descriptor.leave(Descriptor.USING);
        assertEquals(0, closed.get());
        descriptor.leave(Descriptor.READING);
        assertEquals(1, closed.get());
        assertEquals(1, woken.get());
    }

    @Test
    void aSecondCloseWithUsersInsideNeitherWakesAgainNorClosesTheNumber() {
        descriptor.enter(Descriptor.USING);
        descriptor.close();
        assertFalse(descriptor.close());
        assertEquals(1, woken.get());
        assertEquals(0, closed.get());
        descriptor.leave(Descriptor.USING);
        assertEquals(1, closed.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.USING, Descriptor.READING, Descriptor.WRITING, BOTH})
    void nobodyEntersAClosedDescriptorWhetherOrNotSomebodyIsStillInside(int side) {
        descriptor.enter(Descriptor.USING);
        descriptor.close();
        assertFalse(descriptor.enter(side));
        assertFalse(descriptor.tryEnter(side));
        descriptor.leave(Descriptor.USING);
        assertFalse(descriptor.enter(side));
        assertFalse(descriptor.tryEnter(side));
        assertEquals(1, closed.get());
    }

    @Test
    void tryEnterRefusesASideThatIsTakenAndNoOther() {
        assertTrue(descriptor.tryEnter(Descriptor.READING));
        assertFalse(descriptor.tryEnter(Descriptor.READING));
        assertFalse(descriptor.tryEnter(BOTH));
        assertTrue(descriptor.tryEnter(Descriptor.USING));
        assertTrue(descriptor.tryEnter(Descriptor.WRITING));
        assertFalse(descriptor.tryEnter(Descriptor.WRITING));
        descriptor.leave(Descriptor.READING);
        assertTrue(descriptor.tryEnter(Descriptor.READING));
    }

    @Test
    void aReaderAndAWriterAreInsideAtOnce() {
        assertTrue(descriptor.enter(Descriptor.READING));
        assertTrue(descriptor.enter(Descriptor.WRITING));
        assertTrue(descriptor.enter(Descriptor.USING));
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.READING, Descriptor.WRITING, BOTH})
    void whoeverWantsATakenSideWaitsUntilItIsLeft(int side) throws Exception {
        descriptor.enter(side);
        BackgroundCall<Boolean> second = BackgroundCall.start(() -> descriptor.enter(side)).awaitParked();
        descriptor.leave(side);
        assertTrue(second.result());
        assertFalse(descriptor.tryEnter(side));
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.READING, Descriptor.WRITING})
    void whoeverWantsBothSidesWaitsForEither(int taken) throws Exception {
        descriptor.enter(taken);
        BackgroundCall<Boolean> both = BackgroundCall.start(() -> descriptor.enter(BOTH)).awaitParked();
        descriptor.leave(taken);
        assertTrue(both.result());
        assertFalse(descriptor.tryEnter(Descriptor.READING));
        assertFalse(descriptor.tryEnter(Descriptor.WRITING));
    }

    @Test
    void leavingOneSideDoesNotLetInWhoWaitsForTheOther() throws Exception {
        descriptor.enter(Descriptor.READING);
        descriptor.enter(Descriptor.WRITING);
        BackgroundCall<Boolean> reader = BackgroundCall.start(() -> descriptor.enter(Descriptor.READING)).awaitParked();
        descriptor.leave(Descriptor.WRITING);
        reader.awaitParked();
        descriptor.leave(Descriptor.READING);
        assertTrue(reader.result());
    }

    @Test
    void closeLetsThoseWhoWaitForASideGoWithoutEntering() throws Exception {
        descriptor.enter(Descriptor.READING);
        List<BackgroundCall<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(BackgroundCall.start(() -> descriptor.enter(Descriptor.READING)).awaitParked());
        }
        descriptor.close();
        for (BackgroundCall<Boolean> waiter : waiting) {
            assertFalse(waiter.result());
        }
        assertEquals(0, closed.get());
        descriptor.leave(Descriptor.READING);
        assertEquals(1, closed.get());
    }

    @Test
    void anInterruptDoesNotEndTheWaitForASide() throws Exception {
        descriptor.enter(Descriptor.READING);
        BackgroundCall<Boolean> waiter = BackgroundCall.start(() -> descriptor.enter(Descriptor.READING)).awaitParked();
        waiter.interrupt();
        waiter.awaitParked();
        descriptor.leave(Descriptor.READING);
        assertTrue(waiter.result());
        assertTrue(waiter.wasInterrupted());
    }

    @Test
    void underEnterLeaveAndCloseSidesExcludeAndTheNumberIsClosedExactlyOnceAfterTheLastUser() throws Exception {
        for (int round = 0; round < 150; round++) {
            closed.set(0);
            stress(newDescriptor());
            assertEquals(1, closed.get());
        }
    }

    private void stress(Descriptor shared) throws Exception {
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(9);
        List<BackgroundCall<Integer>> users = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            users.add(BackgroundCall.start(() -> {
                start.await();
                return useUntilClosed(shared, readers, writers);
            }));
        }
        BackgroundCall<Integer> closer = BackgroundCall.start(() -> {
            start.await();
            useFor(shared, ThreadLocalRandom.current().nextInt(100), readers, writers);
            shared.close();
            return 0;
        });
        closer.result();
        for (BackgroundCall<Integer> user : users) {
            user.result();
        }
    }

    private int useUntilClosed(Descriptor shared, AtomicInteger readers, AtomicInteger writers) {
        int entered = 0;
        while (use(shared, readers, writers)) {
            entered++;
        }
        return entered;
    }

    private void useFor(Descriptor shared, int times, AtomicInteger readers, AtomicInteger writers) {
        for (int i = 0; i < times; i++) {
            use(shared, readers, writers);
        }
    }

    private boolean use(Descriptor shared, AtomicInteger readers, AtomicInteger writers) {
        int side = ThreadLocalRandom.current().nextInt(BOTH + 1);
        boolean patient = ThreadLocalRandom.current().nextBoolean();
        if (!(patient ? shared.enter(side) : shared.tryEnter(side))) {
            return !shared.isClosed();
        }
        assertEquals(0, closed.get(), "inside, and the number was given back");
        assertEquals(0, (side & Descriptor.READING) != 0 ? readers.getAndIncrement() : 0, "readers beside this one");
        assertEquals(0, (side & Descriptor.WRITING) != 0 ? writers.getAndIncrement() : 0, "writers beside this one");
        Thread.onSpinWait();
        readers.addAndGet((side & Descriptor.READING) != 0 ? -1 : 0);
        writers.addAndGet((side & Descriptor.WRITING) != 0 ? -1 : 0);
        assertEquals(0, closed.get(), "inside, and the number was given back");
        shared.leave(side);
        return true;
    }
}
