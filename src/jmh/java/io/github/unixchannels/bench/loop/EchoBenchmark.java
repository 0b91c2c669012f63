// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.bench.frame.Expected;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A client writes, the server's loop selects, reads and writes back, and the client reads: all in one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EchoBenchmark {

    static final int BYTES = 64;

    /** TCP channels of the JDK that are registered and idle, where there are any beside Unix channels. */
    private static final int IDLE = 10;

    /** Who echoes in whose selector. Public because JMH sets it. */
    public enum Loop {
        TCP_IN_OURS(true, true, 0), TCP_IN_JDKS(true, false, 0), UNIX_ALONE(false, true, 0), UNIX_BESIDE_TCP(false, true, IDLE);

        private final boolean tcp;
        private final boolean ours;
        private final int idle;

        Loop(boolean tcp, boolean ours, int idle) {
            this.tcp = tcp;
            this.ours = ours;
            this.idle = idle;
        }
    }

    @Param("TCP_IN_OURS")
    public Loop loop;

    private final ByteBuffer source = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer echo = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer target = ByteBuffer.allocateDirect(BYTES);
    private final List<SocketChannel> channels = new ArrayList<>();
    private ServerSocketChannel listener;
    private Selector selector;
    private SocketChannel client;

    @Setup
    public void open() throws IOException {
        selector = loop.ours ? UnixSelectorProvider.provider().openSelector() : Selector.open();
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        for (int i = 0; i < loop.idle; i++) {
            register(tcp());
        }
        client = loop.tcp ? tcp() : unix();
        register(client);
    }

    /** Connects two, of which the second is the server's. Returns the client's. */
    private SocketChannel tcp() throws IOException {
        SocketChannel near = SocketChannel.open(listener.getLocalAddress());
        near.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channels.add(near);
        channels.add(listener.accept());
        return near;
    }

    private SocketChannel unix() throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
        channels.add(pair.first());
        channels.add(pair.second());
        return pair.first();
    }

    private void register(SocketChannel near) throws IOException {
        SocketChannel server = channels.get(channels.indexOf(near) + 1);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_READ);
    }

    @Benchmark
    public int roundTrip() throws IOException {
        client.write(source.clear());
        selector.select();
        for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
            SocketChannel server = (SocketChannel) i.next().channel();
            i.remove();
            server.read(echo.clear());
            server.write(echo.flip());
        }
        return Expected.bytes(BYTES, client.read(target.clear()));
    }

    @TearDown
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        listener.close();
        selector.close();
    }
}
