// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.bench.frame.Names;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newsclub.net.unix.AFSocketPair;
import org.newsclub.net.unix.AFSocketType;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** Whose channels are measured. Public because JMH sets it. */
public enum Library {
    OURS_SEQPACKET(Names.OURS_SEQPACKET, Names.C_SEQPACKET, 2) {
        @Override
        Ends connect() throws IOException {
            return ours(UnixProtocolFamily.SEQPACKET);
        }

        @Override
        Selector openSelector() throws IOException {
            return UnixSelectorProvider.provider().openSelector();
        }
    },

    OURS_STREAM(Names.OURS_STREAM, Names.C_STREAM, 2) {
        @Override
        Ends connect() throws IOException {
            return ours(UnixProtocolFamily.STREAM);
        }

        @Override
        Selector openSelector() throws IOException {
            return UnixSelectorProvider.provider().openSelector();
        }
    },

    JDK_STREAM(Names.JDK_STREAM, Names.C_STREAM, 2) {
        @Override
        Ends connect() throws IOException {
            Path directory = Files.createTempDirectory("bench");
            Path path = directory.resolve("socket");
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(path));
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                return new Ends(client, server.accept());
            } finally {
                Files.deleteIfExists(path);
                Files.delete(directory);
            }
        }

        @Override
        Selector openSelector() throws IOException {
            return Selector.open();
        }
    },

    JUNIXSOCKET_STREAM(Names.JUNIXSOCKET_STREAM, Names.C_STREAM, 4) {
        @Override
        Ends connect() throws IOException {
            AFSocketPair<AFUNIXSocketChannel> pair = AFUNIXSelectorProvider.provider().openSocketChannelPair();
            return new Ends(pair.getSocket1(), pair.getSocket2());
        }

        @Override
        Selector openSelector() throws IOException {
            return AFUNIXSelectorProvider.provider().openSelector();
        }
    },

    JUNIXSOCKET_SEQPACKET(Names.JUNIXSOCKET_SEQPACKET, Names.C_SEQPACKET, 4) {
        @Override
        Ends connect() throws IOException {
            AFSocketPair<AFUNIXDatagramChannel> pair =
                    AFUNIXSelectorProvider.provider().openDatagramChannelPair(AFSocketType.SOCK_SEQPACKET);
            return new Ends(pair.getSocket1(), pair.getSocket2());
        }

        @Override
        Selector openSelector() throws IOException {
            return AFUNIXSelectorProvider.provider().openSelector();
        }
    };

    /** What a process has open beside the channels that are measured, with room to spare. */
    private static final int OTHER_DESCRIPTORS = 200;

    private final String title;
    private final String twin;
    private final int descriptorsOfPair;

    Library(String title, String twin, int descriptorsOfPair) {
        this.title = title;
        this.twin = twin;
        this.descriptorsOfPair = descriptorsOfPair;
    }

    /** What its rows are called. */
    String title() {
        return title;
    }

    /** The row of C that does the same. */
    String twin() {
        return twin;
    }

    /** How many descriptors a process needs for so many pairs. */
    int descriptors(int pairs) {
        return descriptorsOfPair * pairs + OTHER_DESCRIPTORS;
    }

    /** Two blocking channels, connected to each other. */
    abstract Ends connect() throws IOException;

    abstract Selector openSelector() throws IOException;

    private static Ends ours(UnixProtocolFamily family) throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        return new Ends(pair.first(), pair.second());
    }
}
