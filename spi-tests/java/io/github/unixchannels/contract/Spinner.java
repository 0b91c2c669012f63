// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** A thread that uses the processor as much as it may. On a busy machine too, one that waits uses much less in the same time. */
final class Spinner implements AutoCloseable {

    private static final int MUCH_MORE = 3;

    private volatile boolean stopped;
    private final BackgroundCall<Object> spin;
    private final long cpuNanosBefore;

    /** Starts it. */
    Spinner() {
        spin = BackgroundCall.start(() -> {
            while (!stopped) {
                Thread.onSpinWait();
            }
            return null;
        });
        cpuNanosBefore = spin.cpuNanos();
    }

    /** Checks how much processor time another thread has used since this one was started. */
    void assertUsesMuchMoreThan(long otherCpuNanos) {
        long own = spin.cpuNanos() - cpuNanosBefore;
        assertTrue(MUCH_MORE * otherCpuNanos < own, otherCpuNanos + " ns of the processor, while spinning uses " + own + " ns");
    }

    @Override
    public void close() {
        stopped = true;
    }
}
