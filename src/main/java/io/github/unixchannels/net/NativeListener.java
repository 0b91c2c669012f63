// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.channel.NativeServerSocketChannel;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** On a channel of this library, which is in blocking mode and has an accept of the kind. */
final class NativeListener implements Listener {

    private final NativeServerSocketChannel channel;

    private NativeListener(NativeServerSocketChannel channel) {
        this.channel = channel;
    }

    /** Returns null for a channel of another library. */
    static NativeListener on(ServerSocketChannel channel) throws IOException {
        if (!(channel instanceof NativeServerSocketChannel ours)) {
            return null;
        }
        ours.configureBlocking(true);
        ours.closeWhenUnreachable();
        return new NativeListener(ours);
    }

    @Override
    public ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public SocketChannel accept(int timeoutMillis) throws IOException {
        return channel.accept(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
