// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** New STREAM channels: of this library where the platform is supported, otherwise of the Java platform. And which of them a channel is. */
final class UnderlyingChannels {

    private UnderlyingChannels() {}

    /**
     * Checks that a socket can be on a channel.
     *
     * @param ofTcp an option that a channel of TCP has, and none of AF_UNIX
     */
    static <C extends SelectableChannel & NetworkChannel> void requireUsable(C channel, SocketOption<?> ofTcp) throws IOException {
        if (channel.supportedOptions().contains(ofTcp)) {
            throw new IllegalArgumentException(channel + " is not AF_UNIX");
        }
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        if (channel.isRegistered()) {
            throw new IllegalStateException(channel + " is registered with a selector");
        }
    }

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
