// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples.dbus;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.freedesktop.dbus.FileDescriptor;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.spi.message.IMessageWriter;

/** Sends each message with its descriptors, which are closed afterwards. */
final class MessageWriter implements IMessageWriter {

    private final UnixSocketChannel channel;
    private final AncillaryData ancillary = AncillaryData.create();

    MessageWriter(UnixSocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public synchronized void writeMessage(Message message) throws IOException {
        ByteBuffer[] parts = Arrays.stream(message.getWireData()).filter(Objects::nonNull).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
        List<OwnedFd> given = new ArrayList<>();
        try {
            for (FileDescriptor descriptor : message.getFiledescriptors()) {
                OwnedFd owned = OwnedFd.adopt(descriptor.getIntFileDescriptor());
                given.add(owned);
                ancillary.descriptor(owned);
            }
            channel.send(parts, ancillary); // all bytes, since the channel blocks
        } finally {
            ancillary.clear();
            given.forEach(OwnedFd::close);
        }
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
