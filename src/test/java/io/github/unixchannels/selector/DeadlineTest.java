// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Deadline deadline = new Deadline();

    @Test
    void whatIsLeftIsRoundedUpSoThatNobodyComesEarly() {
        for (long nanos = 1; nanos < TimeUnit.MINUTES.toNanos(1); nanos = nanos * 3 + 1) {
            long before = System.nanoTime();
            deadline.inNanos(nanos);
            int left = deadline.leftMillis();
            long latest = System.nanoTime();
            assertTrue(before + nanos <= latest + TimeUnit.MILLISECONDS.toNanos(left), left + " ms for " + nanos + " ns");
            assertTrue(left <= nanos / 1_000_000 + 1, left + " ms for " + nanos + " ns");
        }
    }

    @Test
    void afterItsEndNothingIsLeft() {
        deadline.inNanos(0);
        assertTrue(deadline.hasPassed());
        assertEquals(0, deadline.leftMillis());
        deadline.inNanos(-TimeUnit.DAYS.toNanos(1));
        assertTrue(deadline.hasPassed());
        assertEquals(0, deadline.leftMillis());
    }

    @Test
    void beforeItsEndItHasNotPassed() {
        deadline.inMillis(HOUR_MILLIS);
        assertFalse(deadline.hasPassed());
        assertTrue(deadline.leftMillis() > 0);
        assertTrue(deadline.leftMillis() <= HOUR_MILLIS);
    }

    @Test
    void withoutAnEndItNeverPassesAndEpollWaitsForEver() {
        assertFalse(deadline.hasPassed());
        assertEquals(-1, deadline.leftMillis());
        deadline.inNanos(0);
        deadline.never();
        assertFalse(deadline.hasPassed());
        assertEquals(-1, deadline.leftMillis());
    }

    @Test
    void theLongestTimesAreCutToWhatEpollTakesAndDoNotPass() {
        for (long millis : new long[] {2L * Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE / 1_000_000, Long.MAX_VALUE}) {
            deadline.inMillis(millis);
            assertFalse(deadline.hasPassed());
            assertEquals(Integer.MAX_VALUE, deadline.leftMillis());
        }
    }
}
