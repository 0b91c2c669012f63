// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A socket channel that hands every call on. */
class FacadeSocket extends SocketChannel implements FacadeChannel {

    private final SocketChannel behind;

    FacadeSocket(FacadeProvider provider, SocketChannel behind) {
        super(provider);
        this.behind = behind;
    }

    @Override
    public final SocketChannel behind() {
        return behind;
    }

    /** An interrupt, or a connection that failed, has closed the channel behind: this one is closed then, too. */
    private void follow() throws IOException {
        if (!behind.isOpen()) {
            close();
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        try {
            return behind.read(dst);
        } finally {
            follow();
        }
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        try {
            return behind.read(dsts, offset, length);
        } finally {
            follow();
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        try {
            return behind.write(src);
        } finally {
            follow();
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        try {
            return behind.write(srcs, offset, length);
        } finally {
            follow();
        }
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        try {
            return behind.connect(remote);
        } finally {
            follow();
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        try {
            return behind.finishConnect();
        } finally {
            follow();
        }
    }

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        behind.bind(local);
        return this;
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        behind.shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        behind.shutdownOutput();
        return this;
    }

    @Override
    public boolean isConnected() {
        return behind.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return behind.isConnectionPending();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return behind.getLocalAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return behind.getRemoteAddress();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
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
    public Socket socket() {
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
