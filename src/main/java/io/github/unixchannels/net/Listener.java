// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listening socket as {@link java.net.ServerSocket} has it, with the rules of {@link Transport}. */
interface Listener extends Closeable {

    /** On a channel of any library. */
    static Listener on(ServerSocketChannel channel) throws IOException {
        Listener ours = UnderlyingChannels.isOfThisLibrary(channel) ? NativeListener.on(channel) : null;
        return ours != null ? ours : new SelectorListener(channel);
    }

    /** What listens, for all that does not wait. */
    ServerSocketChannel channel();

    /**
     * Accepts a connection. One thread at a time.
     *
     * @param timeoutMillis how long to wait at most; 0: without limit
     * @throws java.net.SocketTimeoutException if there is none after that time
     */
    SocketChannel accept(int timeoutMillis) throws IOException;
}
