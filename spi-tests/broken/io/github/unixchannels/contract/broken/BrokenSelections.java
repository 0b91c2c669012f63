// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Providers whose selections wait too long, too short, or do not tell why they ended. */
final class BrokenSelections {

    private BrokenSelections() {}

    /** Wake-ups are counted: as many selections return at once. */
    public static final class CountedWakeups extends Facade {

        public CountedWakeups() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                private final AtomicInteger wakeups = new AtomicInteger();

                @Override
                public Selector wakeup() {
                    wakeups.incrementAndGet();
                    return super.wakeup();
                }

                @Override
                int selection(Waiting waiting, Dealing dealing) throws IOException {
                    int count = super.selection(wakeups.get() > 0 ? behind()::selectNow : waiting, dealing);
                    wakeups.updateAndGet(left -> Math.max(0, left - 1));
                    return count;
                }
            };
        }
    }

    /** A timeout of zero is taken for one that is over. */
    public static final class ZeroTimeoutIsOver extends Facade {

        public ZeroTimeoutIsOver() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                public int select(long timeout) throws IOException {
                    return timeout == 0 ? selectNow() : super.select(timeout);
                }
            };
        }
    }

    /** An interrupt that ends a selection is taken for a wake-up: the status is cleared. */
    public static final class SwallowedInterrupt extends Facade {

        public SwallowedInterrupt() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                int selection(Waiting waiting, Dealing dealing) throws IOException {
                    boolean before = Thread.currentThread().isInterrupted();
                    int count = super.selection(waiting, dealing);
                    if (!before) {
                        Thread.interrupted();
                    }
                    return count;
                }
            };
        }
    }

    /** A selection with an action makes its keys selected as long as the action runs. */
    public static final class ActionSeesSelectedKeys extends Facade {

        public ActionSeesSelectedKeys() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                int toAction(FacadeKey key, int ready, Consumer<SelectionKey> action) {
                    boolean before = selected().contains(key);
                    selected().select(key);
                    try {
                        return super.toAction(key, ready, action);
                    } finally {
                        if (!before) {
                            selected().remove(key);
                        }
                    }
                }
            };
        }
    }
}
