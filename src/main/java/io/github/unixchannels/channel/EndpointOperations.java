// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.PeerCheck;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.socket.ConnectedPeer;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.socket.EndpointOptions;
import io.github.unixchannels.socket.SocketOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Set;

/** The operations that channels of connections and of datagrams have in common, and that never wait: names, options and the end. */
abstract class EndpointOperations {

    static final int BOTH_SIDES = Descriptor.READING | Descriptor.WRITING;

    final OperationScope scope;

    private final Endpoint endpoint;

    EndpointOperations(OperationScope scope, Endpoint endpoint) {
        this.scope = scope;
        this.endpoint = endpoint;
    }

    /** As {@link java.nio.channels.NetworkChannel#getLocalAddress}. */
    final SocketAddress localAddress() throws IOException {
        scope.enter(Descriptor.USING);
        try {
            return endpoint.localNow();
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** As {@link java.nio.channels.SocketChannel#getRemoteAddress}. */
    final SocketAddress remoteAddress() throws ClosedChannelException {
        scope.requireOpen();
        return endpoint.remote();
    }

    /** As {@link java.nio.channels.NetworkChannel#supportedOptions}. Asked when needed: most channels need no option. */
    abstract Set<SocketOption<?>> supportedOptions();

    /** As {@link java.nio.channels.NetworkChannel#setOption}. */
    final void setOption(SocketOption<?> name, Object value) throws IOException {
        SocketOptions.requireSupported(supportedOptions(), name);
        SocketOptions.requireValue(name, value);
        scope.enter(Descriptor.USING);
        try {
            EndpointOptions.set(endpoint, name, value);
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** As {@link java.nio.channels.NetworkChannel#getOption}. */
    final <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(supportedOptions(), name);
        scope.enter(Descriptor.USING);
        try {
            return name.type().cast(EndpointOptions.get(endpoint, name));
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** Whether a check admits the process at the other end. The check runs inside the descriptor, which keeps no thread from closing. */
    final boolean passes(PeerCheck check) throws IOException {
        Objects.requireNonNull(check);
        scope.enter(Descriptor.USING);
        try {
            return new ConnectedPeer(endpoint).passes(check);
        } finally {
            scope.leave(Descriptor.USING);
        }
    }

    /** The channel's end. */
    final void close() {
        endpoint.descriptor().close();
        endpoint.stopWaiting();
    }
}
