// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples.dbus;

import io.github.unixchannels.UnixSocketChannel;
import java.nio.channels.SocketChannel;
import org.freedesktop.dbus.spi.message.IMessageReader;
import org.freedesktop.dbus.spi.message.IMessageWriter;
import org.freedesktop.dbus.spi.message.ISocketProvider;

/** Tells dbus-java how messages and their descriptors are read and written. */
public final class DescriptorSocketProvider implements ISocketProvider {

    private volatile boolean passesDescriptors;

    /** Called by dbus-java. */
    public DescriptorSocketProvider() {}

    @Override
    public IMessageReader createReader(SocketChannel channel) {
        return new MessageReader((UnixSocketChannel) channel);
    }

    @Override
    public IMessageWriter createWriter(SocketChannel channel) {
        return new MessageWriter((UnixSocketChannel) channel);
    }

    @Override
    public void setFileDescriptorSupport(boolean negotiated) {
        passesDescriptors = negotiated;
    }

    @Override
    public boolean isFileDescriptorPassingSupported() {
        return passesDescriptors;
    }
}
