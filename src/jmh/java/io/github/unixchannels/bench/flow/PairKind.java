// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.bench.frame.Names;
import io.github.unixchannels.bench.frame.SocketFile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.newsclub.net.unix.AFSocketPair;
import org.newsclub.net.unix.AFSocketType;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** Whose two channels are between two threads. Public because JMH sets it. */
public enum PairKind {
    OURS_STREAM(Names.OURS_STREAM, Names.C_STREAM) {
        @Override
        ChannelPair open() throws IOException {
            return ours(UnixProtocolFamily.STREAM);
        }
    },

    OURS_SEQPACKET(Names.OURS_SEQPACKET, Names.C_SEQPACKET) {
        @Override
        ChannelPair open() throws IOException {
            return ours(UnixProtocolFamily.SEQPACKET);
        }
    },

    OURS_DGRAM(Names.OURS_DGRAM, Names.C_DGRAM) {
        @Override
        ChannelPair open() throws IOException {
            UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
            return new ChannelPair(pair.first(), pair.second());
        }
    },

    JDK_STREAM(Names.JDK_STREAM, Names.C_STREAM) {
        @Override
        ChannelPair open() throws IOException {
            try (SocketFile file = SocketFile.create();
                    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file.path());
                server.bind(address);
                SocketChannel client = SocketChannel.open(address);
                return new ChannelPair(client, server.accept());
            }
        }
    },

    JUNIXSOCKET_STREAM(Names.JUNIXSOCKET_STREAM, Names.C_STREAM) {
        @Override
        ChannelPair open() throws IOException {
            AFSocketPair<AFUNIXSocketChannel> pair = AFUNIXSelectorProvider.provider().openSocketChannelPair();
            return new ChannelPair(pair.getSocket1(), pair.getSocket2());
        }
    },

    /** A DatagramChannel, as junixsocket has it. */
    JUNIXSOCKET_SEQPACKET(Names.JUNIXSOCKET_SEQPACKET, Names.C_SEQPACKET) {
        @Override
        ChannelPair open() throws IOException {
            AFSocketPair<AFUNIXDatagramChannel> pair =
                    AFUNIXSelectorProvider.provider().openDatagramChannelPair(AFSocketType.SOCK_SEQPACKET);
            return new ChannelPair(pair.getSocket1(), pair.getSocket2());
        }
    },

    JNR_UNIXSOCKET_STREAM("jnr-unixsocket STREAM", Names.C_STREAM) {
        @Override
        ChannelPair open() throws IOException {
            jnr.unixsocket.UnixSocketChannel[] pair = jnr.unixsocket.UnixSocketChannel.pair();
            return new ChannelPair(pair[0], pair[1]);
        }
    };

    private final String title;
    private final String twin;

    PairKind(String title, String twin) {
        this.title = title;
        this.twin = twin;
    }

    /** How its row is called. */
    String title() {
        return title;
    }

    /** How the row of C that does the same is called. */
    String twin() {
        return twin;
    }

    abstract ChannelPair open() throws IOException;

    private static ChannelPair ours(UnixProtocolFamily family) throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        return new ChannelPair(pair.first(), pair.second());
    }
}
