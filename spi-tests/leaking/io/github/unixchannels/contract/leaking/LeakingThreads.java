// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.leaking;

import java.util.concurrent.CountDownLatch;

/** Starts a thread that never ends by itself. */
public final class LeakingThreads extends Leaking {

    private static final CountDownLatch END = new CountDownLatch(1);

    @Override
    public String name() {
        return "LEAKING-THREADS";
    }

    @Override
    void leak() {
        Thread thread = new Thread(LeakingThreads::awaitEnd, "leaked");
        thread.setDaemon(true);
        thread.start();
    }

    private static void awaitEnd() {
        try {
            END.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void end() {
        END.countDown();
    }
}
