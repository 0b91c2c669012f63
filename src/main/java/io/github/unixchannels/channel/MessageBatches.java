// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.transfer.MessageInput;
import io.github.unixchannels.transfer.MessageOutput;
import io.github.unixchannels.transfer.SocketInput;
import io.github.unixchannels.transfer.SocketOutput;
import java.io.IOException;

/** The operations of a socket channel on several messages, and on their lengths, with the order of checks that those on one message have. */
final class MessageBatches {

    private final OperationScope scope;
    private final Connection connection;
    private final SocketInput input;
    private final SocketOutput output;
    private final RefusedOutput held;

    MessageBatches(OperationScope scope, Connection connection, SocketInput input, SocketOutput output, RefusedOutput held) {
        this.scope = scope;
        this.connection = connection;
        this.input = input;
        this.output = output;
        this.held = held;
    }

    /** As {@link UnixSocketChannel#send(MessageBatch)}. */
    int send(NativeMessageBatch batch) throws IOException {
        MessageOutput messages = requireMessages(output, MessageOutput.class);
        long timeout = scope.enter(Descriptor.WRITING, connection.sendTimeoutNanos());
        try {
            connection.requireConnected();
            boolean blocking = timeout != Timeout.NO_WAIT;
            long n = -Errno.EAGAIN;
            batch.enter();
            try {
                scope.beginIf(blocking);
                connection.requireOutputOpen();
                n = batch.left() > 0 ? messages.send(scope, batch, false, timeout) : 0;
            } finally {
                batch.leave();
                scope.endIf(blocking, n >= 0);
            }
            if (n >= 0) {
                held.accepted();
            } else {
                connection.writeResult("send", n);
            }
            return batch.done();
        } finally {
            scope.leave(Descriptor.WRITING);
        }
    }

    /** As {@link UnixSocketChannel#receive(MessageBatch)}. */
    int receive(NativeMessageBatch batch) throws IOException {
        MessageInput messages = requireMessages(input, MessageInput.class);
        long timeout = scope.enter(Descriptor.READING, connection.receiveTimeoutNanos());
        try {
            connection.requireConnected();
            boolean blocking = timeout != Timeout.NO_WAIT;
            int n = SocketInput.UNAVAILABLE;
            batch.enter();
            try {
                scope.beginIf(blocking);
                n = connection.isInputShutdown() ? SocketInput.END : transfer(messages, batch, timeout);
            } finally {
                batch.leave();
                scope.endIf(blocking, n > 0);
            }
            return n == SocketInput.UNAVAILABLE ? 0 : n;
        } finally {
            scope.leave(Descriptor.READING);
        }
    }

    /** As {@link UnixSocketChannel#nextMessageLength}. */
    int nextLength() throws IOException {
        MessageInput messages = requireMessages(input, MessageInput.class);
        long timeout = scope.enter(Descriptor.READING, connection.receiveTimeoutNanos());
        try {
            connection.requireConnected();
            boolean blocking = timeout != Timeout.NO_WAIT;
            long n = SocketInput.UNAVAILABLE;
            try {
                scope.beginIf(blocking);
                n = connection.isInputShutdown() ? SocketInput.END : messages.nextLength(scope, timeout);
            } finally {
                scope.endIf(blocking, n >= 0);
            }
            return (int) Math.max(-1, n);
        } finally {
            scope.leave(Descriptor.READING);
        }
    }

    private int transfer(MessageInput messages, NativeMessageBatch batch, long timeoutNanos) throws IOException {
        if (batch.left() == 0) {
            messages.requireNotReset("receive");
            return 0;
        }
        return messages.receive(scope, batch, timeoutNanos);
    }

    private static <T> T requireMessages(Object side, Class<T> ofMessages) {
        if (!ofMessages.isInstance(side)) {
            throw new UnsupportedOperationException("STREAM has no messages");
        }
        return ofMessages.cast(side);
    }
}
