// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/** The operations that wait, each on a channel of a descriptor that somebody else holds a duplicate of. */
public enum SharedOperation {
    STREAM_READ {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            return read(raw, sys, raw.socketPair(Linux.SOCK_STREAM));
        }
    },
    SEQPACKET_READ {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            return read(raw, sys, raw.socketPair(Linux.SOCK_SEQPACKET));
        }
    },
    TCP_READ {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            return read(raw, sys, tcpPair(raw));
        }
    },
    STREAM_WRITE {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            return write(raw, sys, raw.socketPair(Linux.SOCK_STREAM), false);
        }
    },
    SEQPACKET_WRITE {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            return write(raw, sys, raw.socketPair(Linux.SOCK_SEQPACKET), false);
        }
    },
    TCP_WRITE {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            return write(raw, sys, tcpPair(raw), true);
        }
    },
    DATAGRAM_RECEIVE {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            int[] ends = raw.socketPair(Linux.SOCK_DGRAM);
            int other = raw.duplicate(ends[0]);
            var channel = ReceivedChannels.datagramChannel(PROVIDER, sys, new FdFactory(PROVIDER, sys), raw.give(ends[0]));
            return new Prepared(channel, () -> channel.receive(ByteBuffer.allocate(16)), () -> assertConnected(raw, other, ends[1]));
        }
    },
    UDP_RECEIVE {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            int socket = raw.bind(raw.socket(Linux.AF_INET, Linux.SOCK_DGRAM), loopback(0));
            int other = raw.duplicate(socket);
            var channel = ReceivedChannels.datagramChannel(PROVIDER, sys, new FdFactory(PROVIDER, sys), raw.give(socket));
            return new Prepared(channel, () -> channel.receive(ByteBuffer.allocate(16)), () -> {
                int sender = raw.socket(Linux.AF_INET, Linux.SOCK_DGRAM);
                assertEquals(0, raw.connect(sender, raw.inetName(other)));
                raw.send(sender, "to the other");
                assertEquals("to the other", raw.text(raw.receiveWaiting(other)));
            });
        }
    },
    STREAM_ACCEPT {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            AbstractSocketAddress name = AbstractNames.unique();
            int listener = raw.listen(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), name));
            int other = raw.duplicate(listener);
            ServerSocketChannel channel = ReceivedChannels.serverSocketChannel(PROVIDER, sys,
                    new FdFactory(PROVIDER, sys), raw.give(listener));
            return new Prepared(channel, channel::accept, () -> {
                assertEquals(0, raw.connect(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), name));
                assertTrue(raw.accept(other) >= 0);
            });
        }
    },
    TCP_ACCEPT {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            int listener = raw.listen(raw.bind(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM), loopback(0)));
            int other = raw.duplicate(listener);
            ServerSocketChannel channel = ReceivedChannels.serverSocketChannel(PROVIDER, sys,
                    new FdFactory(PROVIDER, sys), raw.give(listener));
            return new Prepared(channel, channel::accept, () -> {
                assertEquals(0, raw.connect(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM), raw.inetName(other)));
                assertTrue(raw.accept(other) >= 0);
            });
        }
    },
    PIPE_READ {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            int[] ends = raw.pipe();
            int other = raw.duplicate(ends[0]);
            Pipe.SourceChannel channel = ReceivedChannels.pipeSource(PROVIDER, sys, new FdFactory(PROVIDER, sys), raw.give(ends[0]));
            return new Prepared(channel, () -> channel.read(ByteBuffer.allocate(16)), () -> {
                raw.write(ends[1], "to the other");
                assertEquals("to the other", raw.text(raw.read(other)));
            });
        }
    },
    PIPE_WRITE {
        @Override
        public Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException {
            int[] ends = raw.pipe();
            int other = raw.duplicate(ends[1]);
            Pipe.SinkChannel channel = ReceivedChannels.pipeSink(PROVIDER, sys, new FdFactory(PROVIDER, sys), raw.give(ends[1]));
            long filled = fill(channel, channel);
            return new Prepared(channel, () -> channel.write(ByteBuffer.allocate(16)), () -> {
                for (long left = filled; left > 0; left -= raw.read(ends[0])) {
                    assertTrue(left <= filled);
                }
                raw.write(other, "from the other");
                assertEquals("from the other", raw.text(raw.read(ends[0])));
            });
        }
    };

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();

    /** Something that may fail. */
    @FunctionalInterface
    public interface Check {
        void run() throws IOException;
    }

    /**
     * An operation that will wait.
     *
     * @param channel the channel that it is on
     * @param call does it
     * @param othersAreUnharmed checks, after the channel was closed, that the duplicate is of use as before
     */
    public record Prepared(AbstractSelectableChannel channel, Callable<Object> call, Check othersAreUnharmed) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Opens what it takes; the channel's system calls are {@code sys}. */
    public abstract Prepared prepare(RawDescriptors raw, Syscalls sys) throws IOException;

    /** Two connected sockets of TCP. */
    public static int[] tcpPair(RawDescriptors raw) throws IOException {
        int listener = raw.listen(raw.bind(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM), loopback(0)));
        int near = raw.socket(Linux.AF_INET, Linux.SOCK_STREAM);
        assertEquals(0, raw.connect(near, raw.inetName(listener)));
        int far = raw.accept(listener);
        raw.close(listener);
        return new int[] {near, far};
    }

    public static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static Prepared read(RawDescriptors raw, Syscalls sys, int[] ends) throws IOException {
        int other = raw.duplicate(ends[0]);
        SocketChannel channel = ReceivedChannels.socketChannel(PROVIDER, sys, new FdFactory(PROVIDER, sys), raw.give(ends[0]));
        return new Prepared(channel, () -> channel.read(ByteBuffer.allocate(16)), () -> assertConnected(raw, other, ends[1]));
    }

    private static Prepared write(RawDescriptors raw, Syscalls sys, int[] ends, boolean tcp) throws IOException {
        int other = raw.duplicate(ends[0]);
        SocketChannel channel = ReceivedChannels.socketChannel(PROVIDER, sys, new FdFactory(PROVIDER, sys), raw.give(ends[0]));
        AtomicLong filled = new AtomicLong();
        fill(channel, channel, filled);
        if (tcp) {
            // While bytes are on their way there may be room again.
            BackgroundCall.soon().until(() -> {
                boolean arrived = raw.unreceived(ends[1]) + raw.unacknowledged(other) == filled.get();
                return fill(channel, channel, filled) == 0 && arrived;
            });
        }
        return new Prepared(channel, () -> writeUntilFull(channel, filled, tcp), () -> {
            for (long left = filled.get(); left > 0; left -= raw.receiveWaiting(ends[1])) {
                assertTrue(left <= filled.get());
            }
            assertConnected(raw, other, ends[1]);
        });
    }

    /** A TCP channel that was full has room again a while later, without a read: the kernel makes its buffers larger. */
    private static long writeUntilFull(SocketChannel channel, AtomicLong filled, boolean tcp) throws IOException {
        long written;
        do {
            written = channel.write(ByteBuffer.allocate(16));
            filled.addAndGet(written);
        } while (tcp && channel.isBlocking());
        return written;
    }

    private static long fill(AbstractSelectableChannel channel, WritableByteChannel sink, AtomicLong filled) throws IOException {
        long more = fill(channel, sink);
        filled.addAndGet(more);
        return more;
    }

    private static long fill(AbstractSelectableChannel channel, WritableByteChannel sink) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(8 << 10);
        long total = 0;
        channel.configureBlocking(false);
        for (int n = sink.write(bytes.clear()); n > 0; n = sink.write(bytes.clear())) {
            total += n;
        }
        channel.configureBlocking(true);
        return total;
    }

    /** Checks that both ends can send and receive, and that neither sees an end. */
    public static void assertConnected(RawDescriptors raw, int near, int far) {
        assertEquals(-Errno.EAGAIN, raw.receive(near));
        assertEquals(-Errno.EAGAIN, raw.receive(far));
        raw.send(near, "there");
        assertEquals("there", raw.text(raw.receiveWaiting(far)));
        raw.send(far, "and back");
        assertEquals("and back", raw.text(raw.receiveWaiting(near)));
    }
}
