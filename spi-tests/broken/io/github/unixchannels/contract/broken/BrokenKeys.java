// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import static java.nio.channels.SelectionKey.OP_CONNECT;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Providers whose keys are registered, reported or cancelled wrongly. */
final class BrokenKeys {

    private BrokenKeys() {}

    private static boolean isConnected(SelectableChannel channel) {
        return channel instanceof SocketChannel socket && socket.isConnected();
    }

    /** A selector behind which a connected channel is ready for OP_CONNECT when it hangs up, which it then does something about. */
    private abstract static class HangUpSelector extends FacadeSelector {

        HangUpSelector(FacadeProvider provider, Selector selector) {
            super(provider, selector);
        }

        abstract void hungUp(FacadeKey key);

        private boolean isHungUp(FacadeKey key, int ready) {
            return (ready & OP_CONNECT) != 0 && (key.interest() & OP_CONNECT) == 0;
        }

        @Override
        int toSelected(FacadeKey key, int ready) {
            if (isHungUp(key, ready)) {
                hungUp(key);
                return 0;
            }
            return super.toSelected(key, ready);
        }

        @Override
        int toAction(FacadeKey key, int ready, Consumer<SelectionKey> action) {
            if (isHungUp(key, ready)) {
                hungUp(key);
                return 0;
            }
            return super.toAction(key, ready, action);
        }
    }

    /** A hang-up cancels the key, although bytes may be left to read. */
    public static final class HangUpCancelsKey extends Facade {

        public HangUpCancelsKey() {
            super(STREAM);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new HangUpSelector(provider(), selector) {

                @Override
                int interestBehind(SelectableChannel channel, int interest) {
                    return isConnected(channel) && interest != 0 ? interest | OP_CONNECT : interest;
                }

                @Override
                void hungUp(FacadeKey key) {
                    key.cancel();
                }
            };
        }
    }

    /** A hang-up ends every selection, although there is no interest in anything. */
    public static final class HangUpWithoutInterest extends Facade {

        public HangUpWithoutInterest() {
            super(STREAM);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new HangUpSelector(provider(), selector) {

                @Override
                int interestBehind(SelectableChannel channel, int interest) {
                    return isConnected(channel) && interest == 0 ? OP_CONNECT : interest;
                }

                @Override
                void hungUp(FacadeKey key) {}
            };
        }
    }

    /** Registering wakes the selection in progress, and waits for it to end. */
    public static final class RegisteringEndsSelection extends Facade {

        public RegisteringEndsSelection() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                /** Fair: the next selection begins when those who wait have registered. */
                private final ReentrantLock inSelection = new ReentrantLock(true);

                /** How many register: no selection waits meanwhile, for who has woken one may not have asked for the lock yet. */
                private final AtomicInteger registering = new AtomicInteger();

                @Override
                int selection(Waiting waiting, Dealing dealing) throws IOException {
                    inSelection.lock();
                    try {
                        return super.selection(registering.get() > 0 ? behind()::selectNow : waiting, dealing);
                    } finally {
                        inSelection.unlock();
                    }
                }

                @Override
                protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
                    registering.incrementAndGet();
                    if (!inSelection.tryLock()) {
                        behind().wakeup();
                        inSelection.lock();
                    }
                    try {
                        return super.register(channel, ops, attachment);
                    } finally {
                        registering.decrementAndGet();
                        inSelection.unlock();
                    }
                }
            };
        }
    }

    /** The ready set of a cancelled key can be asked for. */
    public static final class ReadySetOfCancelledKey extends Facade {

        public ReadySetOfCancelledKey() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                FacadeKey newKey(SelectableChannel channel, int interest) {
                    return new FacadeKey(this, channel, interest) {

                        @Override
                        public int readyOps() {
                            return ready();
                        }
                    };
                }
            };
        }
    }
}
