// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples.dbus;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import org.freedesktop.dbus.connections.BusAddress;
import org.freedesktop.dbus.connections.config.TransportConfig;
import org.freedesktop.dbus.connections.transports.AbstractUnixTransport;
import org.freedesktop.dbus.exceptions.TransportConfigurationException;

/** Connects to {@code unix:path=…} and {@code unix:abstract=…}, and listens there. */
final class UnixTransport extends AbstractUnixTransport {

    private final SocketAddress address;
    private UnixServerSocketChannel listener; // null until bound
    private SocketChannel connection; // null until connected

    UnixTransport(BusAddress bus, TransportConfig config) throws TransportConfigurationException {
        super(bus, config);
        address = toSocketAddress(bus);
    }

    private static SocketAddress toSocketAddress(BusAddress bus) throws TransportConfigurationException {
        if (bus.hasParameter("abstract")) {
            return AbstractSocketAddress.of(bus.getParameterValue("abstract"));
        }
        if (bus.hasParameter("path")) {
            return UnixDomainSocketAddress.of(bus.getParameterValue("path"));
        }
        throw new TransportConfigurationException(bus + " has neither a path nor an abstract name");
    }

    @Override
    protected boolean hasFileDescriptorSupport() {
        return true;
    }

    @Override
    protected SocketChannel connectImpl() throws IOException {
        connection = UnixSocketChannel.open(address);
        return connection;
    }

    @Override
    protected void bindImpl() throws IOException {
        UnixServerSocketChannel opened = UnixServerSocketChannel.open(UnixProtocolFamily.STREAM);
        try {
            opened.bind(address);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        listener = opened;
    }

    @Override
    protected boolean isBound() {
        return listener != null;
    }

    @Override
    protected SocketChannel acceptImpl() throws IOException {
        return listener.accept();
    }

    /** The user of a client, who cannot lie: SO_PEERCRED. */
    @Override
    public int getUid(SocketChannel client) throws IOException {
        return (int) client.getOption(UnixSocketOptions.SO_PEERCRED).uid();
    }

    @Override
    protected void closeTransport() throws IOException {
        try {
            if (connection != null) {
                connection.close();
            }
        } finally {
            if (listener != null) {
                listener.close();
            }
        }
    }
}
