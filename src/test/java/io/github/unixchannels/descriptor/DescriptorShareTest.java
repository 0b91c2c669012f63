// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Linux;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the close of a descriptor that others hold too goes by the open file, and when not. */
@ExtendWith(NothingLeaks.class)
class DescriptorShareTest {

    private static final int BOTH = Descriptor.READING | Descriptor.WRITING;

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final AtomicInteger woken = new AtomicInteger();

    private Descriptor open(boolean usersWaitInKernel) {
        int fd = faulty.syscalls().eventfd(0, Linux.EFD_CLOEXEC);
        return new Descriptor(faulty.syscalls(), fd) {
            @Override
            protected boolean usersWaitInKernel() {
                return usersWaitInKernel;
            }

            @Override
            protected void wakeUsers() {
                woken.incrementAndGet();
            }
        };
    }

    @Test
    void aDescriptorIsSharedOnceItWasSaidToBe() {
        Descriptor descriptor = open(true);
        assertFalse(descriptor.isShared());
        descriptor.share();
        descriptor.share();
        assertTrue(descriptor.isShared());
        assertTrue(descriptor.close());
        assertEquals(1, faulty.count("close"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.USING, Descriptor.READING, Descriptor.WRITING, BOTH})
    void theOpenFileIsLeftAloneIfThoseInsideCameAfterItWasShared(int side) {
        Descriptor descriptor = open(true);
        descriptor.share();
        descriptor.enterToWait(side);
        descriptor.close();
        descriptor.leave(side);
        assertEquals(0, woken.get());
        assertEquals(1, faulty.count("close"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.READING, Descriptor.WRITING, BOTH})
    void aUserWhoMayWaitInTheKernelSinceBeforeItWasSharedIsWokenThroughTheOpenFile(int side) {
        Descriptor descriptor = open(true);
        descriptor.enterToWait(side);
        descriptor.share();
        descriptor.close();
        assertEquals(1, woken.get());
        descriptor.leave(side);
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.READING, Descriptor.WRITING, BOTH})
    void butNotIfTheKindOfDescriptorHasNoSuchWaitOrTheUserHasLeft(int side) {
        Descriptor descriptor = open(false);
        descriptor.enterToWait(side);
        descriptor.share();
        descriptor.close();
        descriptor.leave(side);
        Descriptor left = open(true);
        left.enterToWait(side);
        left.share();
        left.leave(side);
        left.enterToWait(side);
        left.close();
        left.leave(side);
        assertEquals(0, woken.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.READING, Descriptor.WRITING, BOTH})
    void norIfTheUserNeverWaitsInTheKernel(int side) {
        Descriptor descriptor = open(true);
        descriptor.enter(side);
        descriptor.share();
        descriptor.close();
        descriptor.leave(side);
        assertEquals(0, woken.get());
        assertEquals(1, faulty.count("close"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Descriptor.READING, Descriptor.WRITING})
    void aUserWhoHasSeenThatItIsSharedWaitsInTheKernelNoMore(int side) {
        Descriptor descriptor = open(true);
        descriptor.enterToWait(BOTH);
        assertTrue(descriptor.mayWaitInKernel(side));
        descriptor.share();
        assertFalse(descriptor.mayWaitInKernel(side));
        assertFalse(descriptor.mayWaitInKernel(side));
        assertFalse(descriptor.mayWaitInKernel(BOTH - side));
        descriptor.close();
        descriptor.leave(BOTH);
        assertEquals(0, woken.get());
        assertEquals(1, faulty.count("close"));
    }

    @Test
    void aDescriptorThatIsClosedCannotBeSharedAnyMoreUnlessItWasShared() {
        Descriptor closed = open(true);
        closed.enter(Descriptor.USING);
        closed.close();
        assertFalse(closed.share());
        assertFalse(closed.share());
        closed.leave(Descriptor.USING);
        Descriptor shared = open(true);
        shared.enter(Descriptor.USING);
        assertTrue(shared.share());
        shared.close();
        assertTrue(shared.share());
        shared.leave(Descriptor.USING);
        assertEquals(2, faulty.count("close"));
    }

    @Test
    void theLastOneOutClosesTheEventfdsToo() throws Exception {
        Descriptor descriptor = open(true);
        descriptor.share();
        BackgroundCall<Integer> reader = BackgroundCall.start(() -> await(descriptor, Descriptor.READING, Linux.POLLIN));
        reader.awaitBlocked();
        BackgroundCall.soon().until(() -> faulty.count("poll") == 1);
        descriptor.enter(Descriptor.USING);
        descriptor.close();
        reader.result();
        assertEquals(0, faulty.count("close"));
        descriptor.leave(Descriptor.USING);
        assertEquals(2, faulty.count("close"));
    }

    private static int await(Descriptor descriptor, int side, int events) {
        descriptor.enter(side);
        try {
            return Waiting.await(descriptor, events, -1);
        } finally {
            descriptor.leave(side);
        }
    }
}
