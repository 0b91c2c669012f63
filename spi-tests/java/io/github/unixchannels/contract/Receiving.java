// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** The operations that take a datagram, and wait for one in blocking mode. */
enum Receiving {
    RECEIVE,
    READ,
    SCATTERING_READ;

    /** Returns what the operation returns. */
    Object receive(DatagramChannel channel, ByteBuffer dst) throws IOException {
        return switch (this) {
            case RECEIVE -> channel.receive(dst);
            case READ -> channel.read(dst);
            case SCATTERING_READ -> channel.read(new ByteBuffer[] {dst, ByteBuffer.allocateDirect(8)});
        };
    }

    /** What the operation returns that takes a datagram of so many bytes. */
    Object result(DatagramChannel sender, int bytes) throws IOException {
        return switch (this) {
            case RECEIVE -> sender.getLocalAddress();
            case READ -> bytes;
            case SCATTERING_READ -> (long) bytes;
        };
    }
}
