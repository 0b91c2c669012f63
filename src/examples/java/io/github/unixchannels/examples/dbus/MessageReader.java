// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples.dbus;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSocketChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.freedesktop.dbus.FileDescriptor;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;
import org.freedesktop.dbus.spi.message.IMessageReader;

/**
 * Receives a message with its descriptors. A message begins with
 * {@code byte order, type, flags, version; uint32 body length, serial, fields length; fields, padded to 8 bytes; body}.
 */
final class MessageReader implements IMessageReader {

    private static final int FIXED_LENGTH = 12;
    private static final int FIELDS_LENGTH = 12; // where the length of the fields is
    private static final int BODY_LENGTH = 4; // where the length of the body is
    private static final int START_LENGTH = 16;
    private static final int LONGEST = 1 << 27;

    private final UnixSocketChannel channel;
    private final AncillaryData ancillary = AncillaryData.create();

    MessageReader(UnixSocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public Message readMessage() throws IOException, DBusException {
        List<OwnedFd> received = new ArrayList<>();
        try {
            Message message = readMessage(received);
            received.clear(); // they belong to the message
            return message;
        } finally {
            received.forEach(OwnedFd::close);
        }
    }

    private Message readMessage(List<OwnedFd> received) throws IOException, DBusException {
        byte[] start = readFully(START_LENGTH, received);
        ByteBuffer numbers = ByteBuffer.wrap(start).order(start[0] == 'l' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int fieldsLength = checked(numbers.getInt(FIELDS_LENGTH));
        int bodyLength = checked(numbers.getInt(BODY_LENGTH));
        byte[] fields = readFully(fieldsLength + 7 & ~7, received);
        byte[] body = readFully(bodyLength, received);

        byte[] fixed = new byte[FIXED_LENGTH];
        numbers.get(0, fixed);
        ByteBuffer header = ByteBuffer.allocate(8 + fields.length); // as dbus-java wants the header: the length, 4 bytes of 0, the fields
        header.put(0, start, FIELDS_LENGTH, Integer.BYTES).put(8, fields);
        List<FileDescriptor> descriptors = new ArrayList<>();
        for (OwnedFd owned : received) {
            descriptors.add(new FileDescriptor(owned.number()));
        }
        Message message = MessageFactory.createMessage(start[1], fixed, header.array(), body, descriptors);
        for (OwnedFd owned : received) {
            owned.detach();
        }
        return message;
    }

    private static int checked(int length) throws IOException {
        if (length < 0 || length > LONGEST) {
            throw new IOException("a D-Bus message has a part of " + Integer.toUnsignedLong(length) + " bytes");
        }
        return length;
    }

    private byte[] readFully(int length, List<OwnedFd> received) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.receive(bytes, ancillary).isEnd()) {
                throw new EOFException("the bus has closed the connection");
            }
            while (ancillary.descriptorCount() > 0) {
                received.add(ancillary.takeDescriptor());
            }
        }
        return bytes.array();
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
