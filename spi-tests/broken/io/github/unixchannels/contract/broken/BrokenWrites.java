// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Providers whose channels write too little or say that they wrote more, and whose connections begin wrongly. */
final class BrokenWrites {

    private BrokenWrites() {}

    /** A gathering write makes one system call, which takes no more than 1,024 buffers. */
    public static final class GatheringStopsEarly extends Facade {

        private static final int BUFFERS = 1024;

        public GatheringStopsEarly() {
            super(STREAM);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
                    return super.write(srcs, offset, Math.min(length, BUFFERS));
                }
            };
        }
    }

    /** A blocking write returns when a part was written. */
    public static final class ShortBlockingWrite extends Facade {

        private static final int PART_BYTES = 1 << 20;

        public ShortBlockingWrite() {
            super(STREAM);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public int write(ByteBuffer src) throws IOException {
                    int limit = src.limit();
                    src.limit(Math.min(limit, src.position() + PART_BYTES));
                    try {
                        return super.write(src);
                    } finally {
                        src.limit(limit);
                    }
                }
            };
        }
    }

    /** A non-blocking write that took some of the bytes moves the position past all of them. */
    public static final class PositionMovesTooFar extends Facade {

        public PositionMovesTooFar() {
            super(STREAM);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public int write(ByteBuffer src) throws IOException {
                    int written = super.write(src);
                    if (written > 0 && !isBlocking()) {
                        src.position(src.limit());
                    }
                    return written;
                }
            };
        }
    }

    /** A connection that is refused leaves the channel open. */
    public static final class RefusedStaysOpen extends Facade {

        public RefusedStaysOpen() {
            super(STREAM);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public boolean connect(SocketAddress remote) throws IOException {
                    try {
                        return behind().connect(remote);
                    } catch (ConnectException refused) {
                        throw refused;
                    } catch (IOException e) {
                        close();
                        throw e;
                    }
                }
            };
        }
    }

    /** The mode of the server channel is also that of the channels it accepts. */
    public static final class AcceptedInTheServersMode extends Facade {

        public AcceptedInTheServersMode() {
            super(STREAM);
        }

        @Override
        FacadeServer wrap(ServerSocketChannel channel) {
            return new FacadeServer(provider(), channel) {

                @Override
                public SocketChannel accept() throws IOException {
                    SocketChannel accepted = super.accept();
                    if (accepted != null) {
                        accepted.configureBlocking(isBlocking());
                    }
                    return accepted;
                }
            };
        }
    }
}
