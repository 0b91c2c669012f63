// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.socket.SocketType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.ArrayList;
import java.util.List;

/** The operations that can have a timeout, each in a situation where it waits without having moved a byte. */
public enum TimedOperation {
    SOCKET_READ {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            Ends ends = Ends.open(type, calls);
            return new Prepared(ends.first, nanos -> ends.first.socketOperations().read(ByteBuffer.allocate(16), nanos), ends::sendOne, ends);
        }
    },
    SOCKET_WRITE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            Ends ends = Ends.open(type, calls);
            ends.fill();
            return new Prepared(ends.first, nanos -> {
                ends.first.socketOperations().write(ByteBuffer.allocate(16), nanos);
                return 16;
            }, ends::drain, ends);
        }
    },
    SOCKET_ACCEPT {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            Listener listener = Listener.open(type, calls);
            return new Prepared(listener.server, nanos -> listener.keep(listener.server.accept(nanos)), listener::connectOne, listener);
        }
    },
    SOCKET_CONNECT {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            FullBacklog full = new FullBacklog(type, calls);
            NativeSocketChannel channel = (NativeSocketChannel) full.openChannel();
            channel.configureBlocking(true);
            return new Prepared(channel, nanos -> {
                channel.socketOperations().connect(full.server().getLocalAddress(), nanos);
                return true;
            }, full::accept, full);
        }
    };

    /** An operation, with a timeout in nanoseconds. */
    @FunctionalInterface
    public interface Call {
        Object with(long timeoutNanos) throws Exception;
    }

    /** Lets an operation go on. */
    @FunctionalInterface
    public interface Event {
        void happen() throws Exception;
    }

    /**
     * An operation that will wait.
     *
     * @param channel the channel that it is on
     * @param call does it
     * @param event what it waits for
     * @param open what else is open for its sake
     */
    public record Prepared(AbstractSelectableChannel channel, Call call, Event event, Closeable open) implements Closeable {
        @Override
        public void close() throws IOException {
            try (open) {
                channel.close();
            }
        }
    }

    /** Opens channels so that the operation, called on one, waits. */
    public abstract Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException;

    /** Whether a channel is open after an operation on it timed out. */
    public boolean goesOn() {
        return this != SOCKET_CONNECT;
    }

    private record Ends(NativeSocketChannel first, UnixSocketChannel second) implements Closeable {

        static Ends open(SocketType type, FaultySyscalls calls) throws IOException {
            UnixSocketChannel.Pair pair =
                    NativeSocketChannel.pair(UnixSelectorProvider.provider(), calls.syscalls(), calls.fds(), type);
            return new Ends((NativeSocketChannel) pair.first(), pair.second());
        }

        void fill() throws IOException {
            BlockingOperation.fill(first);
        }

        void sendOne() throws IOException {
            second.write(ByteBuffer.allocate(1));
        }

        /** Reads until there is room for a message of any size again. */
        void drain() throws IOException {
            second.configureBlocking(false);
            ByteBuffer bytes = ByteBuffer.allocateDirect(64 << 10);
            while (second.read(bytes.clear()) > 0) {
                // more
            }
        }

        @Override
        public void close() throws IOException {
            second.close();
        }
    }

    private record Listener(NativeServerSocketChannel server, SocketType type, List<UnixSocketChannel> channels) implements Closeable {

        static Listener open(SocketType type, FaultySyscalls calls) throws IOException {
            NativeServerSocketChannel server = (NativeServerSocketChannel)
                    NativeServerSocketChannel.open(UnixSelectorProvider.provider(), calls.syscalls(), calls.fds(), type);
            server.bind(AbstractSocketAddress.AUTOBIND);
            return new Listener(server, type, new ArrayList<>());
        }

        void connectOne() throws IOException {
            keep(UnixSocketChannel.open(type.family(), server.getLocalAddress()));
        }

        synchronized UnixSocketChannel keep(UnixSocketChannel channel) {
            channels.add(channel);
            return channel;
        }

        @Override
        public synchronized void close() throws IOException {
            for (UnixSocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
