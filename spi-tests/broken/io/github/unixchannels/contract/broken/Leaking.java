// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Providers that keep every rule, and leave something over with every selector. */
final class Leaking {

    private Leaking() {}

    /** Opens a socket that it never closes. */
    public static final class Descriptors extends Facade {

        private static final List<DatagramChannel> LEAKED = new ArrayList<>();

        public Descriptors() {
            super(STREAM);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            try {
                LEAKED.add(DatagramChannel.open());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return super.wrap(selector);
        }

        static void end() throws IOException {
            for (DatagramChannel channel : LEAKED) {
                channel.close();
            }
        }
    }

    /** Starts a thread that never ends by itself. */
    public static final class Threads extends Facade {

        private static final CountDownLatch END = new CountDownLatch(1);

        public Threads() {
            super(STREAM);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            Thread thread = new Thread(Threads::awaitEnd, "leaked");
            thread.setDaemon(true);
            thread.start();
            return super.wrap(selector);
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
}
