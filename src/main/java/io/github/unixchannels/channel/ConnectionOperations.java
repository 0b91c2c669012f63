// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketScope;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.socket.EndpointOptions;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.transfer.BufferVector;
import io.github.unixchannels.transfer.SocketInput;
import io.github.unixchannels.transfer.SocketOutput;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.NoConnectionPendingException;
import java.util.Set;

/**
 * The operations of a socket channel of any family, with NIO's order of checks, and which may run beside which. What
 * a read, a write and a connect really do is said in {@link SocketInput}, {@link SocketOutput} and {@link Connection}.
 */
final class ConnectionOperations extends EndpointOperations {

    private final Connection connection;
    private final SocketInput input;
    private final SocketOutput output;
    private final ConnectionReadiness readiness;

    ConnectionOperations(OperationScope scope, Connection connection, SocketInput input, SocketOutput output, ConnectionReadiness readiness) {
        super(scope, connection);
        this.connection = connection;
        this.input = input;
        this.output = output;
        this.readiness = readiness;
    }

    /** The same operations on the same connection, with interrupts as in {@link java.net.Socket}. */
    ConnectionOperations in(SocketScope socketScope) {
        return new ConnectionOperations(socketScope, connection, input, output, readiness);
    }

    /** Those on messages of the same connection. */
    MessageOperations onMessages(boolean stream) {
        return new MessageOperations(scope, connection, input, output, readiness, stream);
    }

    /** Those on batches of messages of the same connection. */
    MessageBatches onBatches() {
        return new MessageBatches(scope, connection, input, output, readiness.heldOutput());
    }

    /**
     * As {@link java.nio.channels.SocketChannel#read(ByteBuffer[], int, int)}, into {@code one} buffer or, if that is null, into several.
     */
    long read(ByteBuffer one, ByteBuffer[] several, int offset, int length) throws IOException {
        return read(one, several, offset, length, connection.receiveTimeoutNanos());
    }

    /** As {@link #read(ByteBuffer, ByteBuffer[], int, int)}, with another timeout than the channel's. */
    long read(ByteBuffer one, ByteBuffer[] several, int offset, int length, long timeoutNanos) throws IOException {
        BufferVector dsts = input.buffers();
        long timeout = scope.enter(Descriptor.READING, timeoutNanos);
        try {
            dsts.set(one, several, offset, length);
            connection.requireConnected();
            boolean blocking = timeout != Timeout.NO_WAIT;
            long n = 0;
            try {
                scope.beginIf(blocking);
                if (connection.isInputShutdown()) {
                    n = SocketInput.END;
                } else {
                    dsts.requireUsable();
                    n = dsts.remaining() == 0 ? input.readNothing() : input.read(scope, timeout);
                }
            } finally {
                readiness.inputChanged();
                scope.endIf(blocking, n > 0);
            }
            return readResult(n);
        } finally {
            dsts.clear();
            scope.leave(Descriptor.READING);
        }
    }

    /** How many bytes are there to be read, which another read may take. System call: ioctl(2), FIONREAD. Waits for nothing. */
    int available() throws IOException {
        scope.enter(Descriptor.USING);
        try {
            connection.requireConnected();
            if (connection.isInputShutdown()) {
                return 0;
            }
            int queued = connection.descriptor().queuedBytes();
            if (queued < 0) {
                throw ErrnoExceptions.io("ioctl", connection + ", FIONREAD", queued);
            }
            return queued + input.keptBytes();
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    private long readResult(long n) {
        if (n > 0) {
            return n;
        }
        if (connection.isInputShutdown()) {
            return SocketInput.END;
        }
        return n == SocketInput.UNAVAILABLE ? 0 : n;
    }

    /** SO_RCVTIMEO of the channel. */
    long receiveTimeoutNanos() {
        return connection.receiveTimeoutNanos();
    }

    /** SO_SNDTIMEO of the channel. */
    long sendTimeoutNanos() {
        return connection.sendTimeoutNanos();
    }

    /** As {@link java.nio.channels.SocketChannel#write(ByteBuffer[], int, int)}, from {@code one} buffer or, if that is null, from several. */
    long write(ByteBuffer one, ByteBuffer[] several, int offset, int length) throws IOException {
        return write(one, several, offset, length, connection.sendTimeoutNanos());
    }

    /** As {@link #write(ByteBuffer, ByteBuffer[], int, int)}, with another timeout than the channel's. */
    long write(ByteBuffer one, ByteBuffer[] several, int offset, int length, long timeoutNanos) throws IOException {
        BufferVector srcs = output.buffers();
        long timeout = scope.enter(Descriptor.WRITING, timeoutNanos);
        try {
            srcs.set(one, several, offset, length);
            connection.requireConnected();
            boolean blocking = timeout != Timeout.NO_WAIT;
            long n = 0;
            try {
                scope.beginIf(blocking);
                connection.requireOutputOpen();
                srcs.requireNonNull();
                if (srcs.remaining() > 0) {
                    n = output.send(scope, null, null, timeout);
                }
            } finally {
                scope.endIf(blocking, n > 0);
            }
            return connection.writeResult("write", n);
        } finally {
            srcs.clear();
            scope.leave(Descriptor.WRITING);
        }
    }

    @Override
    Set<SocketOption<?>> supportedOptions() {
        return EndpointOptions.ofConnections(connection.family());
    }

    /** As {@link java.nio.channels.SocketChannel#bind}. */
    void bind(SocketAddress local) throws IOException {
        scope.enter(BOTH_SIDES);
        try {
            connection.bind(local);
        } finally {
            scope.leave(BOTH_SIDES);
        }
    }

    /** As {@link java.nio.channels.SocketChannel#connect}. */
    boolean connect(SocketAddress remote) throws IOException {
        return connect(remote, connection.sendTimeoutNanos());
    }

    /** As {@link #connect(SocketAddress)}, with another timeout than the channel's. */
    boolean connect(SocketAddress remote, long timeoutNanos) throws IOException {
        SocketAddress target = connection.family().requireTarget(remote);
        try {
            long timeout = scope.enter(BOTH_SIDES, timeoutNanos);
            try {
                boolean blocking = timeout != Timeout.NO_WAIT;
                boolean connected = false;
                try {
                    scope.beginIf(blocking);
                    connected = establish(connection.begin(target), timeout);
                } finally {
                    scope.endIf(blocking, connected);
                }
                return connected;
            } finally {
                scope.leave(BOTH_SIDES);
            }
        } catch (IOException e) {
            scope.closeChannel();
            throw e;
        }
    }

    /** As {@link java.nio.channels.SocketChannel#finishConnect}. */
    boolean finishConnect() throws IOException {
        try {
            long timeout = scope.enter(BOTH_SIDES, connection.sendTimeoutNanos());
            try {
                if (connection.isConnected()) {
                    return true;
                }
                boolean blocking = timeout != Timeout.NO_WAIT;
                boolean connected = false;
                try {
                    scope.beginIf(blocking);
                    if (!connection.isPending()) {
                        throw new NoConnectionPendingException();
                    }
                    connected = establish(connection.attempt(), timeout);
                } finally {
                    scope.endIf(blocking, connected);
                }
                return connected;
            } finally {
                scope.leave(BOTH_SIDES);
            }
        } catch (IOException e) {
            scope.closeChannel();
            throw e;
        }
    }

    /** From the result of an attempt to the result of a connect, by further attempts if this one may wait. */
    private boolean establish(int first, long timeoutNanos) throws IOException {
        int result = first == -Errno.EAGAIN && timeoutNanos != Timeout.NO_WAIT ? attemptAgain(timeoutNanos) : first;
        if (result == -Errno.EAGAIN) {
            return false;
        }
        if (result < 0) {
            throw ErrnoExceptions.connect(UnixAddresses.describe(connection.remote()), result);
        }
        connection.established();
        readiness.registrations().channelChanged();
        return true;
    }

    /** Attempts until there is an answer or the time is over. */
    private int attemptAgain(long timeoutNanos) throws IOException {
        Backoff backoff = new Backoff();
        long deadline = Timeout.deadline(timeoutNanos);
        int result;
        do {
            if (Timeout.isOver(deadline)) {
                throw Timeout.exceeded("connect", UnixAddresses.describe(connection.remote()), "not connected", timeoutNanos);
            }
            connection.awaitAttempt(scope, backoff, deadline);
            scope.goOn();
            result = connection.attempt();
        } while (result == -Errno.EAGAIN);
        return result;
    }

    /** As {@link java.nio.channels.SocketChannel#shutdownInput}. */
    void shutdownInput() throws IOException {
        scope.enter(Descriptor.USING);
        try {
            connection.requireConnected();
            checkShutdown(connection.shutdownInput());
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** As {@link java.nio.channels.SocketChannel#shutdownOutput}. */
    void shutdownOutput() throws IOException {
        scope.enter(Descriptor.USING);
        try {
            connection.requireConnected();
            checkShutdown(connection.shutdownOutput());
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    private void checkShutdown(int result) throws IOException {
        if (result < 0 && result != -Errno.ENOTCONN) {
            throw ErrnoExceptions.socket("shutdown", connection, result);
        }
    }
}
