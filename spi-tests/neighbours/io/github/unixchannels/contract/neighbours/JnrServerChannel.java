// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import jnr.enxio.channels.NativeSelectableChannel;
import jnr.unixsocket.UnixServerSocketChannel;

/**
 * jnr-unixsocket's server channel as a {@link ServerSocketChannel}, which it is not. Every call goes to it; what it does not have is
 * {@link NotOffered}. Registration is done here, by the class of java.nio.channels that both extend.
 */
final class JnrServerChannel extends ServerSocketChannel implements NativeSelectableChannel {

    private final UnixServerSocketChannel channel;

    JnrServerChannel(UnixServerSocketChannel channel) {
        super(channel.provider());
        this.channel = channel;
    }

    @Override
    public int getFD() {
        return channel.getFD();
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        if (backlog == 0) { // so java.nio.channels passes on that none was told
            channel.socket().bind(local);
        } else {
            channel.socket().bind(local, backlog);
        }
        return this;
    }

    @Override
    public SocketChannel accept() throws IOException {
        try {
            return channel.accept();
        } finally {
            // An interrupt closes the channel that accepts.
            if (!channel.isOpen()) {
                close();
            }
        }
    }

    @Override
    public SocketAddress getLocalAddress() {
        return channel.getLocalSocketAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        channel.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        channel.configureBlocking(block);
    }

    @Override
    public ServerSocket socket() {
        throw new NotOffered("socket");
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
        throw new NotOffered("setOption");
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new NotOffered("getOption");
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        throw new NotOffered("supportedOptions");
    }

    @Override
    public String toString() {
        return channel.toString();
    }
}
