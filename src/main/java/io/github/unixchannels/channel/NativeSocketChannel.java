// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.UnixAddresses;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.SelectorProvider;

/** A socket channel of AF_UNIX: what it does that may wait is said in {@link ConnectionOperations}. */
public final class NativeSocketChannel extends ConnectionChannel {

    private final ConnectionOperations operations;

    NativeSocketChannel(SelectorProvider provider, SocketType type, Connection connection) {
        this(provider, type, connection, type.input(connection));
    }

    private NativeSocketChannel(SelectorProvider provider, SocketType type, Connection connection, SocketInput input) {
        this(provider, type, connection, input, new ConnectionReadiness(connection, input));
    }

    private NativeSocketChannel(
            SelectorProvider provider, SocketType type, Connection connection, SocketInput input, Selectable readiness) {
        super(provider, type, connection, readiness);
        Frame frame = new Frame(this, connection.descriptor()) {
            @Override
            void begin() {
                NativeSocketChannel.this.begin();
            }

            @Override
            void end(boolean completed) throws AsynchronousCloseException {
                NativeSocketChannel.this.end(completed);
            }
        };
        this.operations = new ConnectionOperations(frame, connection, input, type.output(connection), readiness);
    }

    /** Opens an unconnected channel. */
    public static NativeSocketChannel open(SelectorProvider provider, Syscalls sys, SocketType type) throws IOException {
        return new NativeSocketChannel(provider, type, new Connection(SocketFactory.socket(sys, type)));
    }

    /** Opens two channels that are connected to each other. */
    public static Pair pair(SelectorProvider provider, Syscalls sys, SocketType type) throws IOException {
        SocketDescriptor[] ends = SocketFactory.pair(sys, type);
        return new Pair(paired(provider, type, ends[0]), paired(provider, type, ends[1]));
    }

    private static NativeSocketChannel paired(SelectorProvider provider, SocketType type, SocketDescriptor end) {
        return new NativeSocketChannel(provider, type, new Connection(end, UnixAddresses.UNNAMED, UnixAddresses.UNNAMED));
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return operations.read(dst);
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        return operations.read(dsts, offset, length);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return operations.write(src);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        return operations.write(srcs, offset, length);
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return operations.connect(UnixAddresses.requireTarget(remote));
    }

    @Override
    public boolean finishConnect() throws IOException {
        return operations.finishConnect();
    }

    @Override
    public UnixSocketChannel shutdownInput() throws IOException {
        operations.shutdownInput();
        return this;
    }

    @Override
    public UnixSocketChannel shutdownOutput() throws IOException {
        operations.shutdownOutput();
        return this;
    }
}
