// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.UnixDatagramChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Waits for datagrams, and looks who sent them. */
abstract class Receiver implements Closeable {

    /** How many datagrams are received at once, at most: more than the queue of a receiver takes. */
    private static final int BATCH = 32;

    private final DatagramChannel channel;

    private Receiver(DatagramChannel channel) {
        this.channel = channel;
    }

    /** Returns the next datagram, from the position to the limit: one that was received already, or else after waiting for it. */
    abstract ByteBuffer next() throws IOException;

    @Override
    public final void close() throws IOException {
        channel.close();
    }

    static Receiver oneAtATime(DatagramChannel channel, int bytes) {
        ByteBuffer target = ByteBuffer.allocateDirect(bytes);
        return new Receiver(channel) {
            @Override
            ByteBuffer next() throws IOException {
                requireSender(channel.receive(target.clear()));
                return target.flip();
            }
        };
    }

    static Receiver inBatches(UnixDatagramChannel channel, int bytes) {
        MessageBatch batch = MessageBatch.create(BATCH, bytes);
        return new Receiver(channel) {
            private int received;
            private int taken;

            @Override
            ByteBuffer next() throws IOException {
                if (taken == received) {
                    received = channel.receive(batch.clear());
                    taken = 0;
                }
                requireSender(batch.sender(taken));
                return batch.buffer(taken++);
            }
        };
    }

    private static void requireSender(SocketAddress sender) {
        if (sender == null) {
            throw new IllegalStateException("from nobody");
        }
    }
}
