// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The operations of a connection that may wait, as {@link java.net.Socket} has them. They wait in both modes of the channel. The
 * interrupt of a platform thread does not end a wait, and stays set. The interrupt of a virtual thread ends a wait with {@link
 * java.nio.channels.ClosedByInterruptException}; the caller closes. A close by another thread ends a wait with {@link
 * java.nio.channels.ClosedChannelException} or one of its subclasses.
 *
 * <p>One thread reads at a time, and one writes.
 */
interface Transport extends Closeable {

    /** On a channel of any library, which is in no operation and in no selector. */
    static Transport on(SocketChannel channel) throws IOException {
        Transport ours = UnderlyingChannels.isOfThisLibrary(channel) ? NativeTransport.on(channel) : null;
        return ours != null ? ours : new SelectorTransport(channel);
    }

    /** What the connection is on, for all that does not wait. */
    SocketChannel channel();

    /**
     * Connects. The caller closes if connecting fails.
     *
     * @param timeoutMillis how long to wait at most; 0: without limit
     * @throws java.net.SocketTimeoutException if the connection is not there after that time
     */
    void connect(SocketAddress remote, int timeoutMillis) throws IOException;

    /**
     * Reads at least one byte into a buffer with room.
     *
     * @param timeoutMillis how long to wait at most; 0: without limit
     * @return how many bytes; -1 at the end of the stream
     * @throws java.net.SocketTimeoutException if no byte is there after that time
     */
    int read(ByteBuffer dst, int timeoutMillis) throws IOException;

    /** Writes all that remains in the buffer. */
    void write(ByteBuffer src) throws IOException;

    /** Shuts the output down, which ends a write that waits: {@link java.nio.channels.ClosedChannelException}. */
    void shutdownOutput() throws IOException;

    /** How many bytes a read would return without waiting, as far as can be told; at least 0. */
    int available() throws IOException;
}
