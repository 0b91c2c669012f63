// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** Providers whose channels read wrongly, or not at all. */
final class BrokenReads {

    private BrokenReads() {}

    /** A read into a buffer without room finds zero bytes, and takes that for the end. */
    public static final class NoRoomIsTheEnd extends Facade {

        public NoRoomIsTheEnd() {
            super(STREAM);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    int read = super.read(dst);
                    return read == 0 && !dst.hasRemaining() ? -1 : read;
                }
            };
        }
    }

    /** A reset is raised once; the next read returns the end, as that of the kernel does. */
    public static final class ResetIsRaisedOnce extends Facade {

        public ResetIsRaisedOnce() {
            super(STREAM);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                private boolean reset;

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    if (reset && isOpen()) {
                        return -1;
                    }
                    try {
                        return super.read(dst);
                    } catch (SocketException e) {
                        reset = true;
                        throw e;
                    }
                }
            };
        }
    }

    /** What of a message a scattering read had no room for is lost. */
    public static final class LostTail extends Facade {

        private static final int MESSAGE_BYTES = 256 << 10;

        public LostTail() {
            super(SEQPACKET);
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
                    Objects.checkFromIndexSize(offset, length, dsts.length);
                    ByteBuffer[] parts = Arrays.copyOfRange(dsts, offset, offset + length + 1);
                    if (Arrays.stream(parts, 0, length).noneMatch(ByteBuffer::hasRemaining)) {
                        return super.read(dsts, offset, length);
                    }
                    ByteBuffer tail = ByteBuffer.allocateDirect(MESSAGE_BYTES);
                    parts[length] = tail;
                    return super.read(parts, 0, parts.length) - tail.position();
                }
            };
        }
    }

    /** A read in blocking mode never returns, and nothing ends it, until a test lets all of them go. */
    public static final class NeverReturns extends Facade {

        private static volatile CountDownLatch over = new CountDownLatch(1);

        public NeverReturns() {
            super(STREAM);
        }

        static void letGo() {
            over.countDown();
            over = new CountDownLatch(1);
        }

        private static void waitUninterruptibly() {
            CountDownLatch awaited = over;
            boolean interrupted = false;
            while (awaited.getCount() > 0) {
                try {
                    awaited.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        FacadeSocket wrap(SocketChannel channel) {
            return new FacadeSocket(provider(), channel) {

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    if (isBlocking()) {
                        waitUninterruptibly();
                    }
                    return super.read(dst);
                }
            };
        }
    }
}
