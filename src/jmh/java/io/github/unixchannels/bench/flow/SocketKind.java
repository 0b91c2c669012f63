// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.net.UnixSocket;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.time.Duration;
import org.newsclub.net.unix.AFSocketPair;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** Whose connection is between two threads that have arrays of bytes. Public because JMH sets it. */
public enum SocketKind {
    OURS_CHANNEL(Names.OURS_STREAM) {
        @Override
        ByteEnd[] open() throws IOException {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            return new ByteEnd[] {ByteEnd.of(pair.first()), ByteEnd.of(pair.second())};
        }
    },

    OURS_CHANNEL_TIMED(Names.OURS_STREAM + ", timeouts of 30 s") {
        @Override
        ByteEnd[] open() throws IOException {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            return new ByteEnd[] {ByteEnd.of(timed(pair.first())), ByteEnd.of(timed(pair.second()))};
        }
    },

    OURS_SEQPACKET(Names.OURS_SEQPACKET) {
        @Override
        ByteEnd[] open() throws IOException {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
            return new ByteEnd[] {ByteEnd.of(pair.first()), ByteEnd.of(pair.second())};
        }
    },

    OURS_SEQPACKET_TIMED(Names.OURS_SEQPACKET + ", timeouts of 30 s") {
        @Override
        ByteEnd[] open() throws IOException {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
            return new ByteEnd[] {ByteEnd.of(timed(pair.first())), ByteEnd.of(timed(pair.second()))};
        }
    },

    OURS_SOCKET(Names.OURS + "UnixSocket") {
        @Override
        ByteEnd[] open() throws IOException {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            return new ByteEnd[] {streams(UnixSocket.of(pair.first())), streams(UnixSocket.of(pair.second()))};
        }
    },

    OURS_SOCKET_TIMED(Names.OURS + "UnixSocket, SO_TIMEOUT of 30 s") {
        @Override
        ByteEnd[] open() throws IOException {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            UnixSocket[] sockets = {UnixSocket.of(pair.first()), UnixSocket.of(pair.second())};
            for (UnixSocket socket : sockets) {
                socket.setSoTimeout((int) TIMEOUT.toMillis());
            }
            return new ByteEnd[] {streams(sockets[0]), streams(sockets[1])};
        }
    },

    JUNIXSOCKET_SOCKET("junixsocket AFUNIXSocket") {
        @Override
        ByteEnd[] open() throws IOException {
            AFSocketPair<AFUNIXSocketChannel> pair = AFUNIXSelectorProvider.provider().openSocketChannelPair();
            return new ByteEnd[] {streams(pair.getSocket1().socket()), streams(pair.getSocket2().socket())};
        }
    },

    JDK_STREAMS("JDK STREAM, streams of Channels") {
        @Override
        ByteEnd[] open() throws IOException {
            ChannelPair pair = PairKind.JDK_STREAM.open();
            return new ByteEnd[] {streams(pair.near()), streams(pair.far())};
        }
    },

    JDK_CHANNEL(Names.JDK_STREAM) {
        @Override
        ByteEnd[] open() throws IOException {
            ChannelPair pair = PairKind.JDK_STREAM.open();
            return new ByteEnd[] {ByteEnd.of(pair.near()), ByteEnd.of(pair.far())};
        }
    };

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final String title;

    SocketKind(String title) {
        this.title = title;
    }

    /** How its row is called. */
    String title() {
        return title;
    }

    /** Two ends that are connected to each other. */
    abstract ByteEnd[] open() throws IOException;

    private static UnixSocketChannel timed(UnixSocketChannel channel) throws IOException {
        channel.setOption(UnixSocketOptions.SO_SNDTIMEO, TIMEOUT);
        channel.setOption(UnixSocketOptions.SO_RCVTIMEO, TIMEOUT);
        return channel;
    }

    private static ByteEnd streams(Socket socket) throws IOException {
        return ByteEnd.of(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    private static ByteEnd streams(ByteChannel channel) {
        return ByteEnd.of(Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }
}
