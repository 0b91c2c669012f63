// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples.dbus;

import org.freedesktop.dbus.connections.BusAddress;
import org.freedesktop.dbus.connections.config.TransportConfig;
import org.freedesktop.dbus.connections.transports.AbstractTransport;
import org.freedesktop.dbus.exceptions.TransportConfigurationException;
import org.freedesktop.dbus.spi.transport.ITransportProvider;
import org.freedesktop.dbus.utils.Util;

/** Tells dbus-java of {@link UnixTransport}. */
public final class UnixTransportProvider implements ITransportProvider {

    /** Called by dbus-java. */
    public UnixTransportProvider() {}

    @Override
    public String getTransportName() {
        return "unix-channels";
    }

    @Override
    public String getSupportedBusType() {
        return "UNIX";
    }

    @Override
    public AbstractTransport createTransport(BusAddress address, TransportConfig config) throws TransportConfigurationException {
        return new UnixTransport(address, config);
    }

    @Override
    public String createDynamicSessionAddress(boolean listening) {
        return Util.createDynamicSessionAddress(listening, true);
    }
}
