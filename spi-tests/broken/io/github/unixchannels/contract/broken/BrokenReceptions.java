// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import io.github.unixchannels.contract.Passing;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.util.function.UnaryOperator;

/** Providers that say the wrong thing of what they received. */
final class BrokenReceptions {

    private BrokenReceptions() {}

    /** Says something else of everything that was received. */
    private static FacadePassing saying(Passing passing, UnaryOperator<Passing.Reception> what) {
        return new FacadePassing(passing) {

            @Override
            public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
                Reception received = super.receive(channel, beside, dsts);
                return received == null ? null : what.apply(received);
            }
        };
    }

    /** Zero bytes are taken for the end. */
    public static final class EmptyIsTheEnd extends Facade {

        public EmptyIsTheEnd() {
            super(SEQPACKET);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return saying(passing, it -> new Passing.Reception(
                    it.length(), it.fullLength(), it.truncated(), it.controlTruncated(), it.fullLength() == 0, it.sender()));
        }
    }

    /** The end is taken for an empty message. */
    public static final class EndIsEmpty extends Facade {

        public EndIsEmpty() {
            super(STREAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return saying(passing, it -> new Passing.Reception(
                    it.length(), it.fullLength(), it.truncated(), it.controlTruncated(), false, it.sender()));
        }
    }

    /** Of a message that was cut nothing is told but what is left. */
    public static final class HiddenTruncation extends Facade {

        public HiddenTruncation() {
            super(DGRAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return saying(passing, it -> new Passing.Reception(
                    it.length(), it.length(), false, it.controlTruncated(), it.end(), it.sender()));
        }
    }

    /** A sender without a name is null. */
    public static final class NobodySent extends Facade {

        public NobodySent() {
            super(DGRAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return saying(passing, it -> new Passing.Reception(
                    it.length(), it.fullLength(), it.truncated(), it.controlTruncated(), it.end(),
                    it.sender().toString().isEmpty() ? null : it.sender()));
        }
    }

    /** On a stream, a receive goes on as long as there are bytes and room, whatever came with them. */
    public static final class BeyondDescriptors extends Facade {

        public BeyondDescriptors() {
            super(STREAM);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
                    Reception first = super.receive(channel, beside, dsts);
                    if (first == null || dsts.length > 1 || first.length() == 0 || beside.count() == 0) {
                        return first;
                    }
                    int more = readMore((FacadeSocket) channel, dsts[0]);
                    int length = first.length() + more;
                    return new Reception(length, length, false, first.controlTruncated(), false, first.sender());
                }
            };
        }

        private static int readMore(FacadeSocket channel, ByteBuffer dst) throws IOException {
            boolean blocking = channel.isBlocking();
            channel.configureBlocking(false);
            try {
                return Math.max(0, channel.read(dst));
            } catch (SocketException e) {
                return 0; // the next receive raises it
            } finally {
                channel.configureBlocking(blocking);
            }
        }
    }

    /** Tells credentials that nobody asked for: those of the message before. */
    public static final class StaleCredentials extends Facade {

        public StaleCredentials() {
            super(SEQPACKET);
        }

        @Override
        FacadePassing wrap(Passing passing) {
            return new FacadePassing(passing) {

                @Override
                public Beside beside() {
                    return new FacadeBeside(behind().beside()) {

                        private Credentials last;

                        @Override
                        public Credentials senderCredentials() {
                            Credentials sender = super.senderCredentials();
                            last = sender == null ? last : sender;
                            return last;
                        }
                    };
                }
            };
        }
    }
}
