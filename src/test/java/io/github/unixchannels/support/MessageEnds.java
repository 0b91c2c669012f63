// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.AbstractSelectableChannel;

/** Two channels that are connected to each other, of any type, under the methods for messages that all of them have. */
public record MessageEnds(End first, End second) implements Closeable {

    /** One of the two. */
    public interface End extends Closeable {

        AbstractSelectableChannel channel();

        int send(ByteBuffer src, AncillaryData beside) throws IOException;

        long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException;

        MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException;

        MessageInfo receive(ByteBuffer[] dsts, AncillaryData beside) throws IOException;

        int send(MessageBatch batch) throws IOException;

        int receive(MessageBatch batch) throws IOException;

        int read(ByteBuffer dst) throws IOException;

        int write(ByteBuffer src) throws IOException;

        @Override
        default void close() throws IOException {
            channel().close();
        }
    }

    private record Socket(UnixSocketChannel channel) implements End {

        @Override
        public int send(ByteBuffer src, AncillaryData beside) throws IOException {
            return channel.send(src, beside);
        }

        @Override
        public long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException {
            return channel.send(srcs, beside);
        }

        @Override
        public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
            return channel.receive(dst, beside);
        }

        @Override
        public MessageInfo receive(ByteBuffer[] dsts, AncillaryData beside) throws IOException {
            return channel.receive(dsts, beside);
        }

        @Override
        public int send(MessageBatch batch) throws IOException {
            return channel.send(batch);
        }

        @Override
        public int receive(MessageBatch batch) throws IOException {
            return channel.receive(batch);
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return channel.read(dst);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            return channel.write(src);
        }
    }

    private record Datagram(UnixDatagramChannel channel) implements End {

        @Override
        public int send(ByteBuffer src, AncillaryData beside) throws IOException {
            return channel.send(src, beside);
        }

        @Override
        public long send(ByteBuffer[] srcs, AncillaryData beside) throws IOException {
            return channel.send(srcs, beside);
        }

        @Override
        public MessageInfo receive(ByteBuffer dst, AncillaryData beside) throws IOException {
            return channel.receive(dst, beside);
        }

        @Override
        public MessageInfo receive(ByteBuffer[] dsts, AncillaryData beside) throws IOException {
            return channel.receive(dsts, beside);
        }

        @Override
        public int send(MessageBatch batch) throws IOException {
            return channel.send(batch);
        }

        @Override
        public int receive(MessageBatch batch) throws IOException {
            return channel.receive(batch);
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return channel.read(dst);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            return channel.write(src);
        }
    }

    /** Opens two ends of a type. */
    public static MessageEnds open(UnixProtocolFamily family) throws IOException {
        return open(UnixSelectorProvider.provider(), family);
    }

    /** Opens two ends of a type, of that provider. */
    public static MessageEnds open(UnixSelectorProvider provider, UnixProtocolFamily family) throws IOException {
        if (family == UnixProtocolFamily.DGRAM) {
            UnixDatagramChannel.Pair pair = provider.openDatagramPair();
            return new MessageEnds(new Datagram(pair.first()), new Datagram(pair.second()));
        }
        UnixSocketChannel.Pair pair = provider.openSocketPair(family);
        return new MessageEnds(new Socket(pair.first()), new Socket(pair.second()));
    }

    /** A channel that is connected to anybody. */
    public static End end(UnixSocketChannel channel) {
        return new Socket(channel);
    }

    /** A channel that is connected to anybody. */
    public static End end(UnixDatagramChannel channel) {
        return new Datagram(channel);
    }

    @Override
    public void close() throws IOException {
        try (second) {
            first.close();
        }
    }
}
