// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** Providers whose channels do too little, too much, or the wrong thing when they are closed. */
final class BrokenCloses {

    private BrokenCloses() {}

    /** Closing a registered channel releases its descriptor although no selection has flushed its keys. */
    public static final class ReleasedBeforeTheFlush extends Facade {

        private final List<FlushableSelector> selectors = new CopyOnWriteArrayList<>();

        public ReleasedBeforeTheFlush() {
            super(STREAM);
        }

        /** The selector behind flushes when it is told to, unless it is busy. */
        private static final class FlushableSelector extends FacadeSelector {

            private final ReentrantLock inSelection = new ReentrantLock();

            FlushableSelector(FacadeProvider provider, Selector selector) {
                super(provider, selector);
            }

            @Override
            int selection(Waiting waiting, Dealing dealing) throws IOException {
                inSelection.lock();
                try {
                    return super.selection(waiting, dealing);
                } finally {
                    inSelection.unlock();
                }
            }

            void flushBehind(SocketChannel channel) throws IOException {
                if (channel.keyFor(behind()) != null && inSelection.tryLock()) {
                    try {
                        behind().selectNow(key -> {});
                    } finally {
                        inSelection.unlock();
                    }
                }
            }
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            FlushableSelector wrapped = new FlushableSelector(provider(), selector);
            selectors.add(wrapped);
            return wrapped;
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                protected void implCloseSelectableChannel() throws IOException {
                    super.implCloseSelectableChannel();
                    for (FlushableSelector selector : selectors) {
                        selector.flushBehind(behind());
                    }
                }
            };
        }
    }

    /** Closing a registered channel does nothing until its keys have been flushed: its peer waits. */
    public static final class PeerIsNotTold extends Facade {

        public PeerIsNotTold() {
            super(JDK);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                protected void implCloseSelectableChannel() throws IOException {
                    if (!isRegistered()) {
                        super.implCloseSelectableChannel();
                    }
                }
            };
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                void forget(FacadeKey key) throws IOException {
                    super.forget(key);
                    if (!key.channel().isOpen() && !key.channel().isRegistered()) {
                        ((FacadeChannel) key.channel()).behind().close();
                    }
                }
            };
        }
    }

    /** A channel that was closed long ago says that it was closed during the read. */
    public static final class AsynchronousCloseOfClosedChannel extends Facade {

        public AsynchronousCloseOfClosedChannel() {
            super(STREAM);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    if (!isOpen()) {
                        throw new AsynchronousCloseException();
                    }
                    return super.read(dst);
                }
            };
        }
    }
}
