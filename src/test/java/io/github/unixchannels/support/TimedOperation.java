// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.channel.NativeDatagramChannel;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.socket.SocketType;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.time.Duration;
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
    },
    READ {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receiving(type, calls, ends -> ends.first.read(ByteBuffer.allocate(16)));
        }
    },
    SCATTERING_READ {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            ByteBuffer[] dsts = {ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(64 << 10)};
            return receiving(type, calls, ends -> ends.first.read(dsts));
        }
    },
    STREAM_READ {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receiving(type, calls, ends -> ends.first.inputStream().read());
        }
    },
    RECEIVE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receiving(type, calls, ends -> ends.first.receive(ByteBuffer.allocate(16), AncillaryData.create()).length());
        }
    },
    RECEIVE_BATCH {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receiving(type, calls, ends -> ends.first.receive(MessageBatch.create(4, 16)));
        }
    },
    NEXT_LENGTH {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receiving(type, calls, ends -> ends.first.nextMessageLength());
        }
    },
    WRITE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sending(type, calls, ends -> ends.first.write(ByteBuffer.allocate(16)));
        }
    },
    GATHERING_WRITE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sending(type, calls, ends -> ends.first.write(new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8)}));
        }
    },
    SEND {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sending(type, calls, ends -> {
                try (AncillaryData beside = AncillaryData.create()) {
                    return ends.first.send(ByteBuffer.allocate(16), beside.credentials(PeerCredentials.ofThisProcess()));
                }
            });
        }
    },
    SEND_BATCH {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sending(type, calls, ends -> ends.first.send(Batches.of(16, "one")));
        }
    },
    ACCEPT {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            Listener listener = Listener.open(type, calls);
            return new Prepared(listener.server, nanos -> {
                listener.server.setOption(UnixSocketOptions.SO_RCVTIMEO, Duration.ofNanos(nanos));
                return listener.keep(listener.server.accept());
            }, listener::connectOne, listener);
        }
    },
    CONNECT {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            FullBacklog full = new FullBacklog(type, calls);
            UnixSocketChannel channel = full.openChannel();
            channel.configureBlocking(true);
            return new Prepared(channel, nanos -> {
                channel.setOption(UnixSocketOptions.SO_SNDTIMEO, Duration.ofNanos(nanos));
                return channel.connect(full.server().getLocalAddress());
            }, full::accept, full);
        }
    },
    FINISH_CONNECT {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            FullBacklog full = new FullBacklog(type, calls);
            UnixSocketChannel channel = full.pending();
            channel.configureBlocking(true);
            return new Prepared(channel, nanos -> {
                channel.setOption(UnixSocketOptions.SO_SNDTIMEO, Duration.ofNanos(nanos));
                return channel.finishConnect();
            }, full::accept, full);
        }
    },
    DATAGRAM_READ {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receivingDatagrams(calls, channel -> channel.read(ByteBuffer.allocate(16)));
        }
    },
    DATAGRAM_RECEIVE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receivingDatagrams(calls, channel -> channel.receive(ByteBuffer.allocate(16)));
        }
    },
    DATAGRAM_RECEIVE_BESIDE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receivingDatagrams(calls, channel -> channel.receive(ByteBuffer.allocate(16), AncillaryData.create()).length());
        }
    },
    DATAGRAM_RECEIVE_BATCH {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receivingDatagrams(calls, channel -> channel.receive(MessageBatch.create(4, 16)));
        }
    },
    DATAGRAM_NEXT_LENGTH {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return receivingDatagrams(calls, UnixDatagramChannel::nextMessageLength);
        }
    },
    /** To a receiver whose queue is full, by a channel that is not connected. */
    DATAGRAM_SEND {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sendingDatagrams(false, calls, (channel, to) -> channel.send(ByteBuffer.allocate(16), to));
        }
    },
    /** To a receiver whose queue is full, by a connected channel. */
    DATAGRAM_WRITE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sendingDatagrams(true, calls, (channel, to) -> channel.write(ByteBuffer.allocate(16)));
        }
    },
    DATAGRAM_SEND_BESIDE {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sendingDatagrams(false, calls, (channel, to) -> {
                try (AncillaryData beside = AncillaryData.create()) {
                    return channel.send(ByteBuffer.allocate(16), to, beside.credentials(PeerCredentials.ofThisProcess()));
                }
            });
        }
    },
    DATAGRAM_SEND_BATCH {
        @Override
        public Prepared prepare(SocketType type, FaultySyscalls calls) throws IOException {
            return sendingDatagrams(true, calls, (channel, to) -> channel.send(Batches.of(16, "one")));
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
        return this != SOCKET_CONNECT && this != CONNECT && this != FINISH_CONNECT;
    }

    /** Whether it is one of the channel's own, with the timeout as an option. */
    public boolean isOfChannels() {
        return !name().startsWith("SOCKET_");
    }

    /** The types of the sockets that have the operation; one of no meaning for SOCK_DGRAM. */
    public List<SocketType> types() {
        if (this == RECEIVE_BATCH || this == SEND_BATCH || this == NEXT_LENGTH || name().startsWith("DATAGRAM_")) {
            return List.of(SocketType.SEQPACKET);
        }
        return List.of(SocketType.values());
    }

    private interface EndsCall {
        Object on(Ends ends) throws Exception;
    }

    private interface DatagramCall {
        Object on(UnixDatagramChannel channel) throws Exception;
    }

    private interface DatagramSend {
        Object on(UnixDatagramChannel channel, SocketAddress target) throws Exception;
    }

    private static Prepared receiving(SocketType type, FaultySyscalls calls, EndsCall call) throws IOException {
        Ends ends = Ends.open(type, calls);
        return new Prepared(ends.first, nanos -> {
            ends.first.setOption(UnixSocketOptions.SO_RCVTIMEO, Duration.ofNanos(nanos));
            return call.on(ends);
        }, ends::sendOne, ends);
    }

    private static Prepared sending(SocketType type, FaultySyscalls calls, EndsCall call) throws IOException {
        Ends ends = Ends.open(type, calls);
        ends.fill();
        return new Prepared(ends.first, nanos -> {
            ends.first.setOption(UnixSocketOptions.SO_SNDTIMEO, Duration.ofNanos(nanos));
            return call.on(ends);
        }, ends::drain, ends);
    }

    private static Prepared receivingDatagrams(FaultySyscalls calls, DatagramCall call) throws IOException {
        UnixDatagramChannel.Pair pair =
                NativeDatagramChannel.pair(UnixSelectorProvider.provider(), calls.syscalls(), calls.fds());
        return new Prepared(pair.first(), nanos -> {
            pair.first().setOption(UnixSocketOptions.SO_RCVTIMEO, Duration.ofNanos(nanos));
            return call.on(pair.first());
        }, () -> pair.second().write(ByteBuffer.allocate(1)), pair);
    }

    private static Prepared sendingDatagrams(boolean connected, FaultySyscalls calls, DatagramSend call) throws IOException {
        FullReceiver receiver = FullReceiver.open();
        UnixDatagramChannel channel = NativeDatagramChannel.open(UnixSelectorProvider.provider(), calls.syscalls(), calls.fds());
        if (connected) {
            channel.connect(receiver.address());
        }
        return new Prepared(channel, nanos -> {
            channel.setOption(UnixSocketOptions.SO_SNDTIMEO, Duration.ofNanos(nanos));
            return call.on(channel, receiver.address());
        }, receiver::drain, receiver);
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
