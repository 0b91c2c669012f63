// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.transfer.BufferOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;

/** Writes bytes to a channel, and holds no lock that a read of the same channel holds: see {@link ChannelInputStream}. */
final class ChannelOutputStream extends BufferOutputStream {

    private final NativeSocketChannel channel;

    ChannelOutputStream(NativeSocketChannel channel) {
        this.channel = channel;
    }

    /** {@inheritDoc} A blocking write that wrote fewer found the connection failing, which the next one tells. */
    @Override
    protected void write(ByteBuffer src) throws IOException {
        do {
            if (!channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            channel.write(src);
        } while (src.hasRemaining());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
