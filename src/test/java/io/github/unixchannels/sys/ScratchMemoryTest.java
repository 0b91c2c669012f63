// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The memory that calls borrow: as much as is needed, by no two at one time, and no more of it than threads use at one time. */
class ScratchMemoryTest {

    private static final int SMALL = 64 << 10;
    private static final int MANY = 8 * LentObjects.SLOTS;

    private final Syscalls host = HostSyscalls.get();
    private final FaultySyscalls faulty = new FaultySyscalls();
    private final Syscalls sys = faulty.syscalls();
    private final List<CallMemory> acquired = new ArrayList<>();

    @AfterEach
    void release() {
        acquired.forEach(CallMemory::release);
    }

    private CallMemory acquire(Syscalls calls) {
        CallMemory memory = new CallMemory(calls).enter();
        acquired.add(memory);
        return memory;
    }

    @Test
    void anAreaIsNotMuchLargerThanWhatIsNeeded() {
        CallMemory memory = acquire(host);
        assertEquals(SMALL, memory.scratch(1).capacity());
        assertEquals(SMALL, memory.scratch(SMALL).capacity());
        assertEquals(512 << 10, memory.scratch(SMALL + 1).capacity());
        assertEquals(CallMemory.SCRATCH_BYTES, memory.scratch(CallMemory.SCRATCH_BYTES).capacity());
    }

    @Test
    void whatAnOperationWasGivenBeforeStaysItsOwn() {
        CallMemory memory = acquire(host);
        NativeMemory small = memory.scratch(1);
        small.buffer().putLong(0, 42);
        NativeMemory large = memory.scratch(SMALL + 1);
        assertNotSame(small, large);
        large.buffer().putLong(0, 0);
        assertNotSame(small, acquire(host).scratch(1));
        assertEquals(42, small.buffer().getLong(0));
    }

    @Test
    void anOperationInsideAnotherDoesNotGiveTheOthersMemoryBack() {
        CallMemory outer = CallMemory.acquire(host);
        try {
            NativeMemory memory = outer.scratch(1);
            CallMemory inner = CallMemory.acquire(host);
            inner.scratch(1);
            inner.release();
            for (int i = 0; i < MANY; i++) {
                assertNotSame(memory, acquire(host).scratch(1));
            }
        } finally {
            outer.release();
        }
    }

    @Test
    void oneOperationAfterTheOtherTakesTheSameAreaWithoutASystemCall() {
        CallMemory memory = new CallMemory(sys);
        NativeMemory first = memory.enter().scratch(1);
        memory.release();
        int calls = faulty.calls().size();
        for (int i = 0; i < 1000; i++) {
            assertSame(first, memory.enter().scratch(1));
            memory.release();
        }
        assertEquals(calls, faulty.calls().size());
    }

    private static NativeMemory borrowOnce(Syscalls calls) {
        CallMemory memory = CallMemory.acquire(calls);
        try {
            return memory.scratch(1);
        } finally {
            memory.release();
        }
    }

    @Test
    void whatWasBorrowedAtOneTimeIsUnmappedButForABoundedRest() {
        for (int i = 0; i < MANY; i++) {
            acquire(sys).scratch(1);
        }
        acquired.forEach(CallMemory::release);
        acquired.clear();
        long mapped = faulty.calls().stream().filter("mapAnonymous"::equals).count();
        long unmapped = faulty.calls().stream().filter("munmap"::equals).count();
        assertTrue(mapped >= MANY - LentObjects.SLOTS, mapped + " mapped");
        assertTrue(mapped - unmapped <= LentObjects.SLOTS, mapped + " mapped, " + unmapped + " unmapped");
    }

    @Test
    void aGarbageCollectionUnmapsWhatNobodyBorrows() {
        WeakReference<NativeMemory> memory = new WeakReference<>(borrowOnce(host));
        Awaitility.await().until(() -> {
            System.gc();
            return memory.get() == null;
        });
    }

    @Test
    void noHugePageIsMadeOfAnArea() throws Exception {
        NativeMemory memory = acquire(host).scratch(CallMemory.SCRATCH_BYTES);
        long at = memory.address();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] range = line.substring(0, line.indexOf(' ')).split("-");
                inside = Long.parseUnsignedLong(range[0], 16) <= at && at < Long.parseUnsignedLong(range[1], 16);
            } else if (inside && line.startsWith("VmFlags:")) {
                assertTrue((line + " ").contains(" nh "), line);
                return;
            }
        }
        throw new AssertionError("no mapping at " + Long.toHexString(at));
    }

    @Test
    void whereAddressSpaceIsShortASmallerAreaWillDo() {
        faulty.next("mapAnonymous", (real, arguments) -> (long) -Errno.ENOMEM).next("mapAnonymous", (real, arguments) -> (long) -Errno.ENOMEM);
        CallMemory memory = acquire(sys);
        drainUnused(2 * SMALL);
        assertEquals(2 * SMALL, memory.scratch(2 * SMALL).capacity());
    }

    /** Borrows what is unused of a size, so that the next is mapped. */
    private void drainUnused(int bytes) {
        for (int i = 0; i < LentObjects.SLOTS; i++) {
            acquire(host).scratch(bytes);
        }
    }

    @Test
    void whereAddressSpaceIsShortAGarbageCollectionComesBeforeTheError() {
        NativeMemory garbage = NativeMemory.reserve(sys, SMALL);
        drainUnused(CallMemory.SCRATCH_BYTES);
        WeakReference<NativeMemory> collected = new WeakReference<>(garbage);
        garbage = null;
        int before = faulty.calls().size();
        for (int i = 0; i < 6; i++) { // refused until the second attempt after the collection
            faulty.next("mapAnonymous", (real, arguments) -> (long) -Errno.ENOMEM);
        }
        acquire(sys).scratch(CallMemory.SCRATCH_BYTES).buffer().putLong(0, 1);
        assertTrue(faulty.calls().size() > before + 6);
        Awaitility.await().until(() -> collected.get() == null);
    }

    @Test
    void whenThereIsNoAddressSpaceTheErrorSaysWhatWasTried() {
        drainUnused(CallMemory.SCRATCH_BYTES);
        faulty.fail("mapAnonymous", Errno.ENOMEM, 100);
        CallMemory memory = acquire(sys);
        OutOfMemoryError error = assertThrows(OutOfMemoryError.class, () -> memory.scratch(CallMemory.SCRATCH_BYTES));
        assertEquals("mmap(length=8388608): Cannot allocate memory (ENOMEM): a limit on address space (ulimit -v) or on mappings"
                + " (vm.max_map_count), after unused memory was unmapped, a garbage collection and 9 waits", error.getMessage());
    }

    @Test
    void anInterruptedThreadDoesNotWaitForAddressSpaceAndStaysInterrupted() {
        drainUnused(CallMemory.SCRATCH_BYTES);
        faulty.fail("mapAnonymous", Errno.ENOMEM, 100);
        CallMemory memory = acquire(sys);
        Thread.currentThread().interrupt();
        assertThrows(OutOfMemoryError.class, () -> memory.scratch(CallMemory.SCRATCH_BYTES));
        assertTrue(Thread.interrupted());
    }

    @Test
    void theMemoryOfEndedThreadsIsLetGo() throws Exception {
        for (int i = 0; i < 1000; i++) {
            Thread thread = new Thread(() -> borrowOnce(host));
            thread.start();
            thread.join();
        }
        assertTrue(ThreadMemory.count() < 500, ThreadMemory.count() + " are left");
    }

    @Test
    void aLivingThreadKeepsItsMemory() throws Exception {
        Exchanger<WeakReference<CallMemory>> exchanger = new Exchanger<>();
        Thread thread = new Thread(() -> {
            try {
                for (int i = 0; i < 2; i++) {
                    CallMemory memory = CallMemory.acquire(host);
                    memory.release();
                    exchanger.exchange(new WeakReference<>(memory));
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        WeakReference<CallMemory> memory = exchanger.exchange(null);
        System.gc();
        assertSame(memory.get(), exchanger.exchange(null).get());
        thread.join();
    }

    @Test
    void theMemoryOfVirtualThreadsIsLetGo() throws Exception {
        assumeTrue(VirtualThreadStarter.isAvailable());
        List<WeakReference<CallMemory>> memories = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(MANY);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Thread thread = VirtualThreadStarter.unstarted(() -> {
                CallMemory memory = CallMemory.acquire(host);
                synchronized (memories) {
                    memories.add(new WeakReference<>(memory));
                }
                all.countDown();
                try {
                    all.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                memory.release();
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Awaitility.await().until(() -> {
            System.gc();
            return memories.stream().filter(memory -> memory.get() != null).count() <= LentObjects.SLOTS;
        });
    }
}
