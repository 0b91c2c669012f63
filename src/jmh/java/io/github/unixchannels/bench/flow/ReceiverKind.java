// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.bench.frame.Names;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Whose datagrams come from many sockets to one. Public because JMH sets it. */
public enum ReceiverKind {
    OURS(Names.OURS_DGRAM, Names.C_DGRAM) {
        @Override
        Receiver open(Path path, int bytes) throws IOException {
            return Receiver.oneAtATime(ours(path), bytes);
        }
    },

    OURS_IN_BATCHES(Names.OURS_DGRAM + Names.IN_BATCHES, Names.C_DGRAM + Names.IN_BATCHES) {
        @Override
        Receiver open(Path path, int bytes) throws IOException {
            return Receiver.inBatches(ours(path), bytes);
        }
    },

    JUNIXSOCKET("junixsocket DGRAM", Names.C_DGRAM) {
        @Override
        Receiver open(Path path, int bytes) throws IOException {
            return Receiver.oneAtATime(junixsocket(path), bytes);
        }

        @Override
        DatagramChannel openSender(Path path, Path target) throws IOException {
            return junixsocket(path).connect(AFUNIXSocketAddress.of(target));
        }
    };

    private final String title;
    private final String twin;

    ReceiverKind(String title, String twin) {
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

    /** What receives on a blocking channel that is bound to {@code path}. */
    abstract Receiver open(Path path, int bytes) throws IOException;

    /** A blocking channel of the same library, bound to {@code path} and connected to {@code target}. */
    DatagramChannel openSender(Path path, Path target) throws IOException {
        return ours(path).connect(UnixDomainSocketAddress.of(target));
    }

    private static UnixDatagramChannel ours(Path path) throws IOException {
        return UnixDatagramChannel.open().bind(UnixDomainSocketAddress.of(path));
    }

    private static AFUNIXDatagramChannel junixsocket(Path path) throws IOException {
        AFUNIXDatagramChannel channel = AFUNIXDatagramChannel.open();
        channel.bind(AFUNIXSocketAddress.of(path));
        return channel;
    }
}
