// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The selectable channels of the Java platform, and what each has open as {@code /proc/self/fd} names it. */
public enum PlatformChannel {
    TCP_CLIENT {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            ServerSocketChannel server = opened.with(ServerSocketChannel.open().bind(loopback()));
            opened.channel(SocketChannel::open).connect(server.getLocalAddress());
        }
    },
    TCP_ACCEPTED {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            ServerSocketChannel server = opened.with(ServerSocketChannel.open().bind(loopback()));
            opened.with(SocketChannel.open(server.getLocalAddress()));
            opened.channel(server::accept);
        }
    },
    TCP_SERVER {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(ServerSocketChannel::open).bind(loopback());
        }
    },
    TCP_BOUND {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(SocketChannel::open).bind(loopback());
        }
    },
    UDP {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(DatagramChannel::open).bind(loopback());
        }
    },
    UDP_CONNECTED {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            DatagramChannel peer = opened.with(DatagramChannel.open().bind(loopback()));
            opened.channel(DatagramChannel::open).connect(peer.getLocalAddress());
        }
    },
    UDP_ANY_ADDRESS {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(DatagramChannel::open).bind(null);
        }
    },
    UNIX_UNCONNECTED {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(() -> SocketChannel.open(StandardProtocolFamily.UNIX));
        }
    },
    UNIX_CLIENT {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            ServerSocketChannel server = opened.with(unixServer().bind(path(directory)));
            opened.channel(() -> SocketChannel.open(StandardProtocolFamily.UNIX)).connect(server.getLocalAddress());
        }
    },
    UNIX_ACCEPTED {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            ServerSocketChannel server = opened.with(unixServer().bind(path(directory)));
            opened.with(SocketChannel.open(server.getLocalAddress()));
            opened.channel(server::accept);
        }
    },
    UNIX_SERVER {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(PlatformChannel::unixServer).bind(path(directory));
        }
    },
    PIPE_SOURCE {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(() -> {
                Pipe pipe = Pipe.open();
                opened.with(pipe.sink());
                return pipe.source();
            });
        }
    },
    PIPE_SINK {
        @Override
        void open(Opened opened, Path directory) throws IOException {
            opened.channel(() -> {
                Pipe pipe = Pipe.open();
                opened.with(pipe.source());
                return pipe.sink();
            });
        }
    };

    abstract void open(Opened opened, Path directory) throws IOException;

    /** Opens one. Paths are in the folder. Nobody else may open anything meanwhile. */
    public Opened open(Path directory) throws IOException {
        Opened opened = new Opened();
        open(opened, directory);
        return opened;
    }

    /** Whether it is found when it is in blocking mode, too. */
    public boolean isFoundBlocking() {
        return this != PIPE_SOURCE && this != PIPE_SINK;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static ServerSocketChannel unixServer() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    private static UnixDomainSocketAddress path(Path directory) throws IOException {
        Path path = Files.createTempFile(directory, "s", "");
        Files.delete(path);
        return UnixDomainSocketAddress.of(path);
    }

    /** A channel, with whom it talks to. */
    public static final class Opened implements Closeable {

        private final Deque<Closeable> others = new ArrayDeque<>();
        private SelectableChannel channel;
        private String file;

        private interface Opening<T> {
            T open() throws IOException;
        }

        private <T extends Closeable> T with(T other) {
            others.push(other);
            return other;
        }

        private <T extends SelectableChannel> T channel(Opening<T> opening) throws IOException {
            Set<String> before = links();
            T opened = opening.open();
            channel = opened;
            Set<String> now = links();
            now.removeAll(before);
            file = String.join(" ", now);
            return opened;
        }

        public SelectableChannel channel() {
            return channel;
        }

        /** What it has open, as {@code socket:[4711]}. */
        public String file() {
            return file;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            for (Closeable other : others) {
                other.close();
            }
        }

        private static Set<String> links() throws IOException {
            Set<String> links = new HashSet<>();
            try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
                for (Path entry : (Iterable<Path>) entries::iterator) {
                    String link = linkOf(entry);
                    if (link.startsWith("socket:") || link.startsWith("pipe:")) {
                        links.add(link);
                    }
                }
            }
            return links;
        }

        private static String linkOf(Path entry) throws IOException {
            try {
                return Files.readSymbolicLink(entry).toString();
            } catch (java.nio.file.NoSuchFileException e) {
                return ""; // the listing's own
            }
        }
    }
}
