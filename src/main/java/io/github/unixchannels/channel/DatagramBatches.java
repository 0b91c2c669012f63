// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;

/** The operations of a datagram channel on batches of datagrams, with the order of checks that those on one datagram have. */
final class DatagramBatches {

    private final Frame frame;
    private final Association association;
    private final DatagramInput input;
    private final DatagramOutput output;
    private final DatagramResults results;

    DatagramBatches(Frame frame, Association association, DatagramInput input, DatagramOutput output, DatagramResults results) {
        this.frame = frame;
        this.association = association;
        this.input = input;
        this.output = output;
        this.results = results;
    }

    /** As {@link UnixDatagramChannel#send(MessageBatch)}. */
    int send(NativeMessageBatch batch) throws IOException {
        frame.enter(Descriptor.WRITING);
        try {
            SocketAddress peer = association.remote();
            requireTargets(batch, peer);
            boolean blocking = frame.isBlocking();
            int first = batch.position();
            long n = -Errno.EAGAIN;
            try {
                frame.beginIf(blocking);
                association.bindToSend();
                n = batch.hasRemaining() ? output.send(batch, peer == null, blocking) : 0;
            } finally {
                frame.endIf(blocking, n >= 0);
            }
            SocketAddress to = peer == null && batch.hasRemaining() ? batch.target(batch.position()) : null;
            results.sent(n == -Errno.ENOTCONN && peer != null ? -Errno.ECONNREFUSED : n, to, 0);
            return batch.position() - first;
        } finally {
            frame.leave(Descriptor.WRITING);
        }
    }

    private static void requireTargets(NativeMessageBatch batch, SocketAddress peer) {
        for (int i = batch.position(); i < batch.limit(); i++) {
            SocketAddress target = batch.target(i);
            if (peer == null && target == null) {
                throw new NotYetConnectedException();
            }
            if (peer != null && target != null && !peer.equals(target)) {
                throw new AlreadyConnectedException();
            }
        }
    }

    /** As {@link UnixDatagramChannel#receive(MessageBatch)}. */
    int receive(NativeMessageBatch batch) throws IOException {
        frame.enter(Descriptor.READING);
        try {
            boolean blocking = frame.isBlocking();
            int n = DatagramInput.UNAVAILABLE;
            try {
                frame.beginIf(blocking);
                association.bindToReceive();
                n = batch.hasRemaining() ? input.receive(batch, blocking) : 0;
            } finally {
                frame.endIf(blocking, n >= 0);
            }
            return Math.max(0, n);
        } finally {
            frame.leave(Descriptor.READING);
        }
    }
}
