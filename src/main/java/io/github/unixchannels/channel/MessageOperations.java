// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.transfer.BufferVector;
import io.github.unixchannels.transfer.Buffers;
import io.github.unixchannels.transfer.SocketInput;
import io.github.unixchannels.transfer.SocketOutput;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/**
 * The operations of a socket channel on messages and what travels beside them, with the order of checks that they have in common with
 * NIO's.
 */
final class MessageOperations {

    /** What a send returns that sent nothing, for 0 is an empty message. */
    static final int NOTHING_SENT = -1;

    private final OperationScope scope;
    private final Connection connection;
    private final SocketInput input;
    private final SocketOutput output;
    private final ConnectionReadiness readiness;
    private final RefusedOutput held;
    private final boolean stream;

    MessageOperations(
            OperationScope scope, Connection connection, SocketInput input, SocketOutput output, ConnectionReadiness readiness, boolean stream) {
        this.scope = scope;
        this.connection = connection;
        this.input = input;
        this.output = output;
        this.readiness = readiness;
        this.held = readiness.heldOutput();
        this.stream = stream;
    }

    /**
     * As {@link UnixSocketChannel#send(ByteBuffer, io.github.unixchannels.AncillaryData)}, from {@code src} or, if that is null, from
     * several buffers.
     */
    long send(ByteBuffer src, ByteBuffer[] srcs, NativeAncillaryData control) throws IOException {
        boolean withoutRoom = false;
        control.beginUse();
        try {
            Buffers.requireSource(src, srcs);
            control.beginSend(connection.descriptor(), null);
            long n = sendInUse(src, srcs, control);
            withoutRoom = n == NOTHING_SENT;
            return n;
        } catch (SocketTimeoutException e) {
            withoutRoom = e.bytesTransferred == 0;
            throw e;
        } finally {
            control.endSend(withoutRoom);
        }
    }

    private long sendInUse(ByteBuffer src, ByteBuffer[] srcs, NativeAncillaryData control) throws IOException {
        BufferVector buffers = output.buffers();
        long timeout = scope.enter(Descriptor.WRITING, connection.sendTimeoutNanos());
        try {
            buffers.set(src, srcs);
            connection.requireConnected();
            boolean blocking = timeout != Timeout.NO_WAIT;
            long n = -Errno.EAGAIN;
            try {
                scope.beginIf(blocking);
                connection.requireOutputOpen();
                buffers.requireNonNull();
                requireCarried(buffers.remaining(), control);
                n = output.send(scope, control, null, timeout);
            } finally {
                scope.endIf(blocking, n >= 0);
            }
            return sendResult(n, control);
        } finally {
            buffers.clear();
            scope.leave(Descriptor.WRITING);
        }
    }

    private void requireCarried(long bytes, NativeAncillaryData control) {
        if (bytes == 0 && stream && control.isToBeSent()) {
            throw new IllegalArgumentException(
                    "send(" + connection + "): on STREAM descriptors and credentials need at least one byte");
        }
    }

    private long sendResult(long n, NativeAncillaryData control) throws IOException {
        if (n >= 0) {
            held.accepted();
            return n;
        }
        if (n == -Errno.ETOOMANYREFS) {
            held.refused();
        }
        String meaning = control.meaningOf(n);
        if (meaning != null) {
            throw ErrnoExceptions.io("send", connection, n, meaning);
        }
        return n == -Errno.EAGAIN || n == -Errno.ETOOMANYREFS ? NOTHING_SENT : connection.writeResult("send", n);
    }

    /**
     * As {@link UnixSocketChannel#receive(ByteBuffer, io.github.unixchannels.AncillaryData)}, into {@code dst} or, if that is null, into
     * several buffers.
     */
    MessageInfo receive(ByteBuffer dst, ByteBuffer[] dsts, NativeAncillaryData control) throws IOException {
        BufferVector buffers = input.buffers();
        control.beginReceive();
        try {
            long timeout = scope.enter(Descriptor.READING, connection.receiveTimeoutNanos());
            try {
                buffers.set(dst, dsts);
                connection.requireConnected();
                boolean blocking = timeout != Timeout.NO_WAIT;
                MessageInfo info = null;
                try {
                    scope.beginIf(blocking);
                    if (connection.isInputShutdown()) {
                        info = control.end(connection.remote());
                    } else {
                        buffers.requireUsable();
                        info = input.receive(scope, control, timeout);
                    }
                } finally {
                    readiness.inputChanged();
                    scope.endIf(blocking, info != null && !info.isEnd());
                }
                return info;
            } finally {
                buffers.clear();
                scope.leave(Descriptor.READING);
            }
        } finally {
            control.endUse();
        }
    }
}
