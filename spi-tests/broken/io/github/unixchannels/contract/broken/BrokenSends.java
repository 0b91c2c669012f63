// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import io.github.unixchannels.contract.Passing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.util.ArrayList;
import java.util.List;

/** Providers that send descriptors too often, not at all, or without their message. */
final class BrokenSends {

    private BrokenSends() {}

    /** Knows what was added. */
    private static final class Remembering extends FacadePassing.FacadeBeside {

        private final List<Passing.Handle> added = new ArrayList<>();

        Remembering(Passing.Beside behind) {
            super(behind);
        }

        static List<Passing.Handle> added(Passing.Beside beside) {
            return beside == null ? new ArrayList<>() : ((Remembering) beside).added;
        }

        @Override
        public Passing.Beside add(Passing.Handle descriptor) {
            super.add(descriptor);
            added.add(descriptor);
            return this;
        }

        @Override
        public void clear() {
            super.clear();
            added.clear();
        }

        @Override
        public void close() {
            super.close();
            added.clear();
        }
    }

    /** What was sent is still to be sent: the next message takes it along again. */
    public static final class SentAgain extends Facade {

        public SentAgain() {
            super(STREAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new Remembering(behind().beside());
                }

                @Override
                public long send(Channel channel, Beside beside, ByteBuffer... srcs) throws IOException {
                    long sent = super.send(channel, beside, srcs);
                    if (sent >= 0) {
                        Remembering.added(beside).forEach(behind(beside)::add);
                    }
                    return sent;
                }
            };
        }
    }

    /** What found no room is forgotten: the next message goes without its descriptors. */
    public static final class LostWithoutRoom extends Facade {

        public LostWithoutRoom() {
            super(SEQPACKET);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public long send(Channel channel, Beside beside, ByteBuffer... srcs) throws IOException {
                    long sent = super.send(channel, beside, srcs);
                    if (sent == NOTHING_SENT) {
                        beside.clear();
                    }
                    return sent;
                }
            };
        }
    }

    /** What a send that failed did not send is still to be sent: the next message takes it along, to whichever peer. */
    public static final class KeptByFailure extends Facade {

        public KeptByFailure() {
            super(DGRAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new Remembering(behind().beside());
                }

                @Override
                public long send(Channel channel, Beside beside, ByteBuffer... srcs) throws IOException {
                    try {
                        long sent = super.send(channel, beside, srcs);
                        Remembering.added(beside).clear();
                        return sent;
                    } catch (IOException | RuntimeException e) {
                        Remembering.added(beside).forEach(behind(beside)::add);
                        throw e;
                    }
                }
            };
        }
    }

    /** The bytes of a message whose descriptors cannot be sent go without them. */
    public static final class SentWithout extends Facade {

        public SentWithout() {
            super(SEQPACKET);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new Remembering(behind().beside());
                }

                @Override
                public long send(Channel channel, Beside beside, ByteBuffer... srcs) throws IOException {
                    if (channel.isOpen() && Remembering.added(beside).stream().anyMatch(SentWithout::isClosed)) {
                        beside.clear();
                    }
                    long sent = super.send(channel, beside, srcs);
                    Remembering.added(beside).clear();
                    return sent;
                }
            };
        }

        private static boolean isClosed(Passing.Handle handle) {
            try {
                handle.number();
                return false;
            } catch (IOException e) {
                return true;
            }
        }
    }
}
