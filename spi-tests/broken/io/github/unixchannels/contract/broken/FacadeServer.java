// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A server channel that hands every call on. */
class FacadeServer extends ServerSocketChannel implements FacadeChannel {

    private final FacadeProvider provider;
    private final ServerSocketChannel behind;

    FacadeServer(FacadeProvider provider, ServerSocketChannel behind) {
        super(provider);
        this.provider = provider;
        this.behind = behind;
    }

    @Override
    public final ServerSocketChannel behind() {
        return behind;
    }

    @Override
    public SocketChannel accept() throws IOException {
        try {
            SocketChannel accepted = behind.accept();
            return accepted == null ? null : provider.wrap(accepted);
        } finally {
            if (!behind.isOpen()) {
                close();
            }
        }
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        behind.bind(local, backlog);
        return this;
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return behind.getLocalAddress();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        behind.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return behind.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return behind.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        behind.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        behind.configureBlocking(block);
    }

    @Override
    public String toString() {
        return behind.toString();
    }
}
