// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import io.github.unixchannels.contract.Passing;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** Providers that lose descriptors which have arrived, leave them open, or hand them over with the wrong message. */
final class BrokenOwnership {

    /** What nobody closes before {@link #end}. */
    private static final List<Passing.Handle> LEAKED = Collections.synchronizedList(new ArrayList<>());

    private BrokenOwnership() {}

    static void end() throws IOException {
        for (Passing.Handle leaked : LEAKED) {
            leaked.close();
        }
        LEAKED.clear();
    }

    private static void leak(Passing.Beside beside) {
        while (beside.count() > 0) {
            LEAKED.add(beside.take());
        }
    }

    /** What is not taken stays open when the next message is received. */
    public static final class LeakedByTheNext extends Facade {

        public LeakedByTheNext() {
            super(STREAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
                    if (beside != null) {
                        leak(beside);
                    }
                    return super.receive(channel, beside, dsts);
                }
            };
        }
    }

    /** What is not taken stays open when the object is cleared or closed. */
    public static final class LeakedByClear extends Facade {

        public LeakedByClear() {
            super(SEQPACKET);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new FacadeBeside(behind().beside()) {

                        @Override
                        public void clear() {
                            leak(this);
                            super.clear();
                        }

                        @Override
                        public void close() {
                            leak(this);
                            super.close();
                        }
                    };
                }
            };
        }
    }

    /** What is not taken comes again, with the next message. */
    public static final class CarriedOver extends Facade {

        public CarriedOver() {
            super(DGRAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new Carrying(behind().beside());
                }

                @Override
                public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
                    if (beside != null) {
                        ((Carrying) beside).carry();
                    }
                    return super.receive(channel, beside, dsts);
                }
            };
        }
    }

    /** A read keeps the descriptors of its message, and they come with the next. */
    public static final class KeptByRead extends Facade {

        public KeptByRead() {
            super(STREAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new Carrying(behind().beside());
                }

                @Override
                public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
                    if (beside != null) {
                        ((Carrying) beside).carry(((Keeping) channel).kept);
                    }
                    return super.receive(channel, beside, dsts);
                }
            };
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new Keeping(provider(), channel, behind().passing());
        }

        private static final class Keeping extends FacadeSocket {

            private final Deque<Passing.Handle> kept = new ArrayDeque<>();
            private final Passing passing;

            Keeping(FacadeProvider provider, SocketChannel channel, Passing passing) {
                super(provider, channel);
                this.passing = passing;
            }

            @Override
            public int read(ByteBuffer dst) throws IOException {
                if (!isConnected() || !dst.hasRemaining()) {
                    return super.read(dst);
                }
                try (Passing.Beside beside = passing.beside()) {
                    Passing.Reception received = passing.receive(behind(), beside, dst);
                    while (beside.count() > 0) {
                        kept.add(beside.take());
                    }
                    return received == null ? 0 : received.end() ? -1 : received.length();
                }
            }

            @Override
            protected void implCloseSelectableChannel() throws IOException {
                super.implCloseSelectableChannel();
                Carrying.closeAll(kept);
            }
        }
    }

    /** Hands over what came before, and then what came with the message. */
    private static final class Carrying extends FacadePassing.FacadeBeside {

        private final Deque<Passing.Handle> carried = new ArrayDeque<>();

        Carrying(Passing.Beside behind) {
            super(behind);
        }

        /** What came with the last message comes with the next. */
        void carry() {
            while (super.count() > 0) {
                carried.add(super.take());
            }
        }

        /** These come with the next message. */
        void carry(Deque<Passing.Handle> handles) {
            closeAll(carried);
            carried.addAll(handles);
            handles.clear();
        }

        static void closeAll(Deque<Passing.Handle> handles) {
            while (!handles.isEmpty()) {
                try {
                    handles.remove().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public int count() {
            return carried.size() + super.count();
        }

        @Override
        public Passing.Handle take() {
            return carried.isEmpty() ? super.take() : carried.remove();
        }

        @Override
        public void clear() {
            super.clear();
            closeAll(carried);
        }

        @Override
        public void close() {
            clear();
        }
    }

    /** Too many descriptors beside a message are too many: it is told that they are gone, and they are open all the same. */
    public static final class LeakedWhereCut extends Facade {

        private static final int ROOM = 64;

        public LeakedWhereCut() {
            super(DGRAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
                    Reception received = super.receive(channel, beside, dsts);
                    if (received == null || beside.count() <= ROOM) {
                        return received;
                    }
                    leak(beside);
                    return new Reception(
                            received.length(), received.fullLength(), received.truncated(), true, received.end(), received.sender());
                }
            };
        }
    }

    /** What arrives is inherited by every program that is started. */
    public static final class NotCloseOnExec extends Facade {

        public NotCloseOnExec() {
            super(STREAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new FacadeBeside(behind().beside()) {

                        @Override
                        public Handle take() {
                            Handle taken = super.take();
                            try {
                                HostSyscalls.get().fcntl(taken.number(), Linux.F_SETFD, 0);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            return taken;
                        }
                    };
                }
            };
        }
    }
}
