// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.transfer.DatagramInput;
import io.github.unixchannels.transfer.MessageOutput;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;

/** The operations of a datagram channel on batches of datagrams, with the order of checks that those on one datagram have. */
final class DatagramBatches {

    private final OperationScope frame;
    private final DatagramEndpoint association;
    private final DatagramInput input;
    private final MessageOutput output;
    private final DatagramResults results;

    DatagramBatches(OperationScope frame, DatagramEndpoint association, DatagramInput input, MessageOutput output, DatagramResults results) {
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
            boolean blocking = frame.isBlocking();
            long n;
            batch.enter();
            try {
                requireTargets(batch, peer);
                n = send(batch, peer, blocking);
            } finally {
                batch.leave();
            }
            SocketAddress to = peer == null && batch.left() > 0 ? batch.target(batch.next()) : null;
            results.sent(n == -Errno.ENOTCONN && peer != null ? -Errno.ECONNREFUSED : n, to, 0);
            return batch.done();
        } finally {
            frame.leave(Descriptor.WRITING);
        }
    }

    private long send(NativeMessageBatch batch, SocketAddress peer, boolean blocking) throws IOException {
        long n = -Errno.EAGAIN;
        try {
            frame.beginIf(blocking);
            association.bindToSend();
            n = batch.left() > 0 ? output.send(batch, peer == null, blocking) : 0;
        } finally {
            frame.endIf(blocking, n >= 0);
        }
        return n;
    }

    private static void requireTargets(NativeMessageBatch batch, SocketAddress peer) {
        for (int i = batch.next(); i < batch.next() + batch.left(); i++) {
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
            batch.enter();
            try {
                frame.beginIf(blocking);
                association.bindToReceive();
                n = batch.left() > 0 ? input.receive(batch, blocking) : 0;
            } finally {
                batch.leave();
                frame.endIf(blocking, n >= 0);
            }
            return Math.max(0, n);
        } finally {
            frame.leave(Descriptor.READING);
        }
    }
}
