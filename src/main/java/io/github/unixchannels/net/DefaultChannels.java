// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** New STREAM channels: of this library where the platform is supported, otherwise of the Java platform. And which of them a channel is. */
final class DefaultChannels {

    private DefaultChannels() {}

    /** Whether a channel may be of this library. Asked first, so that no class of its implementation is loaded for another's. */
    static boolean isOfThisLibrary(Channel channel) {
        return channel instanceof UnixSocketChannel || channel instanceof UnixServerSocketChannel;
    }

    static SocketChannel openSocket() throws IOException {
        try {
            return UnixSocketChannel.open();
        } catch (UnsupportedOperationException e) {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        }
    }

    static ServerSocketChannel openServer() throws IOException {
        try {
            return UnixServerSocketChannel.open();
        } catch (UnsupportedOperationException e) {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        }
    }
}
