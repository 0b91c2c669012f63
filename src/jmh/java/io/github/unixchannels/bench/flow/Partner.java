// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import java.io.Closeable;
import java.io.IOException;

/**
 * The other thread of a benchmark. It ends by itself, when it was told so by what it receives: a wake-up by close is not what every library
 * has.
 */
final class Partner {

    /** What it does until it has done all. */
    interface Work {
        void run() throws IOException;
    }

    private final Thread thread;
    private volatile Exception failure;

    private Partner(Work work, Closeable channels) {
        this.thread = new Thread(() -> run(work, channels), "partner");
    }

    /** Starts it. If it fails it closes {@code channels}, so that nobody waits for it. */
    static Partner start(Work work, Closeable channels) {
        Partner partner = new Partner(work, channels);
        partner.thread.setDaemon(true);
        partner.thread.start();
        return partner;
    }

    private void run(Work work, Closeable channels) {
        try {
            work.run();
        } catch (Exception e) {
            failure = e;
            try {
                channels.close();
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
        }
    }

    /** Waits for its end. */
    void join() throws Exception {
        thread.join();
        if (failure != null) {
            throw failure;
        }
    }
}
