// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.DatagramEndpoint;
import io.github.unixchannels.socket.EndpointOptions;
import io.github.unixchannels.socket.SocketOptions;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A channel on an {@link DatagramEndpoint}: all of it that never waits for the kernel, which is its names, options and end. */
abstract class DatagramEndpointChannel extends UnixDatagramChannel implements EpollChannel {

    private static final int BOTH_SIDES = Descriptor.READING | Descriptor.WRITING;

    private final DatagramEndpoint association;
    private final SocketDescriptor descriptor;
    private final DatagramReadiness readiness;
    private final OperationScope frame;

    DatagramEndpointChannel(SelectorProvider provider, DatagramEndpoint association, DatagramReadiness readiness) {
        super(provider);
        this.association = association;
        this.descriptor = association.descriptor();
        this.readiness = readiness;
        this.frame = new OperationScope(this, descriptor) {
            @Override
            protected void begin() {
                DatagramEndpointChannel.this.begin();
            }

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {
                DatagramEndpointChannel.this.end(completed);
            }
        };
    }

    @Override
    public final UnixDatagramChannel bind(SocketAddress local) throws IOException {
        frame.enter(BOTH_SIDES);
        try {
            association.bind(local == null ? AbstractSocketAddress.AUTOBIND : UnixAddresses.requireUnix(local));
            return this;
        } finally {
            frame.leave(BOTH_SIDES);
        }
    }

    @Override
    public final UnixDatagramChannel connect(SocketAddress remote) throws IOException {
        SocketAddress target = UnixAddresses.requireTarget(remote);
        frame.enter(BOTH_SIDES);
        try {
            if (association.isConnected()) {
                throw new AlreadyConnectedException();
            }
            association.connect(target);
            readiness.accepted();
            return this;
        } finally {
            frame.leave(BOTH_SIDES);
        }
    }

    @Override
    public final UnixDatagramChannel disconnect() throws IOException {
        if (!descriptor.enter(BOTH_SIDES)) {
            return this;
        }
        try {
            if (association.isConnected()) {
                association.disconnect();
                readiness.accepted();
            }
            return this;
        } finally {
            frame.leave(BOTH_SIDES);
        }
    }

    @Override
    public final boolean isConnected() {
        return association.isConnected() && isOpen();
    }

    @Override
    public final SocketAddress getLocalAddress() throws IOException {
        frame.enter(Descriptor.USING);
        try {
            return association.localNow();
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public final SocketAddress getRemoteAddress() throws ClosedChannelException {
        frame.requireOpen();
        return association.remote();
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return EndpointOptions.ofDatagrams(association.family());
    }

    @Override
    public final <T> UnixDatagramChannel setOption(SocketOption<T> name, T value) throws IOException {
        SocketOptions.requireSupported(EndpointOptions.ofDatagrams(association.family()), name);
        SocketOptions.requireValue(name, value);
        frame.enter(Descriptor.USING);
        try {
            EndpointOptions.set(association, name, value);
            return this;
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public final <T> T getOption(SocketOption<T> name) throws IOException {
        SocketOptions.requireSupported(EndpointOptions.ofDatagrams(association.family()), name);
        frame.enter(Descriptor.USING);
        try {
            return name.type().cast(EndpointOptions.get(association, name));
        } finally {
            frame.leave(Descriptor.USING);
        }
    }

    @Override
    public final DatagramSocket socket() {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public final MembershipKey join(InetAddress group, NetworkInterface networkInterface) {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    public final MembershipKey join(InetAddress group, NetworkInterface networkInterface, InetAddress source) {
        throw new UnsupportedOperationException("Not supported");
    }

    @Override
    protected final void implCloseSelectableChannel() {
        descriptor.close();
        association.stopWaiting();
    }

    @Override
    protected final void implConfigureBlocking(boolean block) {
        // The mode is read anew by each operation, which tells the kernel in its own call.
    }

    @Override
    public final Selectable selectable() {
        return readiness;
    }

    @Override
    public final String toString() {
        return UnixDatagramChannel.class.getName() + "[" + (isOpen() ? association.describe() : "closed") + "]";
    }

    final OperationScope frame() {
        return frame;
    }
}
