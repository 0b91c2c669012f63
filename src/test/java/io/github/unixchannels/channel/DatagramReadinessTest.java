// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When OP_WRITE is held back, and for how long. */
class DatagramReadinessTest {

    private static final int BOTH = OP_READ | OP_WRITE;
    private static final int IN_AND_OUT = Linux.POLLIN | Linux.POLLOUT;

    private final DatagramReadiness readiness = new DatagramReadiness(new Descriptor(HostSyscalls.get(), -1));

    private void assertHeld() {
        assertTrue(readiness.awaitsRetry(BOTH));
        assertEquals(Linux.POLLIN, readiness.pollEvents(BOTH));
        assertEquals(0, readiness.pollEvents(OP_WRITE));
        assertEquals(OP_READ, readiness.readyOps(IN_AND_OUT, BOTH));
    }

    private void assertNotHeld() {
        assertFalse(readiness.awaitsRetry(BOTH));
        assertEquals(IN_AND_OUT, readiness.pollEvents(BOTH));
        assertEquals(BOTH, readiness.readyOps(IN_AND_OUT, BOTH));
    }

    @Test
    void atFirstNothingIsHeldBack() {
        assertNotHeld();
        readiness.accepted();
        assertNotHeld();
    }

    @Test
    void aRefusalHoldsBackWritingAloneUntilTheNextRetryHoweverLate() {
        readiness.refused();
        assertHeld();
        assertFalse(readiness.awaitsRetry(OP_READ));
        assertEquals(OP_READ, readiness.readyOps(Linux.POLLIN, OP_READ));
        await().until(() -> readiness.retryDelayNanos() == 0);
        assertHeld();
        readiness.retry();
        assertNotHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {Linux.POLLERR, Linux.POLLHUP, Linux.POLLERR | Linux.POLLHUP | Linux.POLLIN})
    void anErrorMakesWritingReadyAllTheSame(int events) {
        readiness.refused();
        assertEquals(BOTH, readiness.readyOps(events, BOTH));
        assertEquals(OP_WRITE, readiness.readyOps(events, OP_WRITE));
    }

    @Test
    void aRetryNeverComesBeforeItsTimeWhichGrowsUpToTenMilliseconds() {
        Backoff expected = new Backoff();
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            readiness.refused();
            long nanos = expected.nextNanos();
            assertTrue(readiness.retryDelayNanos() <= nanos);
            while (readiness.awaitsRetry(OP_WRITE)) {
                readiness.retry();
            }
            assertTrue(System.nanoTime() - start >= nanos, "too early after refusal " + i);
        }
    }

    @Test
    void whatIsAcceptedEndsItAtOnceAndTheTimesBeginAnew() {
        for (int i = 0; i < 10; i++) {
            readiness.refused();
        }
        assertHeld();
        readiness.accepted();
        assertNotHeld();
        readiness.refused();
        assertHeld();
        assertTrue(readiness.retryDelayNanos() <= new Backoff().nextNanos());
    }
}
