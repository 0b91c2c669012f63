// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** New STREAM channels: of this library where the platform is supported, otherwise of the Java platform. */
final class DefaultChannels {

    private DefaultChannels() {}

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
