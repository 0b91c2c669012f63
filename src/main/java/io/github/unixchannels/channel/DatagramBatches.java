// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.transfer.DatagramInput;
import io.github.unixchannels.transfer.MessageOutput;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;

/** The operations of a datagram channel on several datagrams, and on their lengths, with the order of checks that those on one datagram have. */
final class DatagramBatches {

    private final DatagramOperations operations;
    private final OperationScope scope;
    private final DatagramEndpoint endpoint;
    private final DatagramInput input;
    private final MessageOutput output;

    DatagramBatches(DatagramOperations operations, DatagramEndpoint endpoint, DatagramInput input, MessageOutput output) {
        this.operations = operations;
        this.scope = operations.scope;
        this.endpoint = endpoint;
        this.input = input;
        this.output = output;
    }

    /** As {@link UnixDatagramChannel#send(MessageBatch)}. */
    int send(NativeMessageBatch batch) throws IOException {
        long timeout = scope.enter(Descriptor.WRITING, endpoint.sendTimeoutNanos());
        try {
            SocketAddress peer = endpoint.remote();
            long n;
            batch.enter();
            try {
                requireTargets(batch, peer);
                n = send(batch, peer, timeout);
            } finally {
                batch.leave();
            }
            SocketAddress to = peer == null && batch.left() > 0 ? batch.target(batch.next()) : null;
            operations.sent(n == -Errno.ENOTCONN && peer != null ? -Errno.ECONNREFUSED : n, to, 0);
            return batch.done();
        } finally {
            scope.leave(Descriptor.WRITING);
        }
    }

    private long send(NativeMessageBatch batch, SocketAddress peer, long timeout) throws IOException {
        boolean blocking = timeout != Timeout.NO_WAIT;
        long n = -Errno.EAGAIN;
        try {
            scope.beginIf(blocking);
            endpoint.bindToSend();
            n = batch.left() > 0 ? output.send(scope, batch, peer == null, timeout) : 0;
        } finally {
            scope.endIf(blocking, n >= 0);
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

    /** As {@link UnixDatagramChannel#nextMessageLength}. */
    int nextLength() throws IOException {
        long timeout = scope.enter(Descriptor.READING, endpoint.receiveTimeoutNanos());
        try {
            boolean blocking = timeout != Timeout.NO_WAIT;
            long n = DatagramInput.UNAVAILABLE;
            try {
                scope.beginIf(blocking);
                endpoint.bindToReceive();
                n = input.nextLength(scope, timeout);
            } finally {
                scope.endIf(blocking, n >= 0);
            }
            return (int) Math.max(-1, n);
        } finally {
            scope.leave(Descriptor.READING);
        }
    }

    /** As {@link UnixDatagramChannel#receive(MessageBatch)}. */
    int receive(NativeMessageBatch batch) throws IOException {
        long timeout = scope.enter(Descriptor.READING, endpoint.receiveTimeoutNanos());
        try {
            boolean blocking = timeout != Timeout.NO_WAIT;
            int n = DatagramInput.UNAVAILABLE;
            batch.enter();
            try {
                scope.beginIf(blocking);
                endpoint.bindToReceive();
                n = batch.left() > 0 ? input.receive(scope, batch, timeout) : 0;
            } finally {
                batch.leave();
                scope.endIf(blocking, n >= 0);
            }
            return Math.max(0, n);
        } finally {
            scope.leave(Descriptor.READING);
        }
    }
}
