// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.message;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.bench.frame.Expected;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
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

/** A direct buffer is sent from one named channel to another and received with its sender, by one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DatagramBenchmark {

    @Param("false")
    public boolean connected;

    @Param("64")
    public int bytes;

    private UnixDatagramChannel sender;
    private UnixDatagramChannel receiver;
    private SocketAddress from;
    private SocketAddress to;
    private ByteBuffer source;
    private ByteBuffer target;

    @Setup
    public void open() throws IOException {
        sender = UnixDatagramChannel.open().bind(null);
        receiver = UnixDatagramChannel.open().bind(null);
        from = sender.getLocalAddress();
        to = receiver.getLocalAddress();
        if (connected) {
            sender.connect(to);
            receiver.connect(from);
        }
        sender.configureBlocking(false);
        receiver.configureBlocking(false);
        source = ByteBuffer.allocateDirect(bytes);
        target = ByteBuffer.allocateDirect(bytes);
    }

    @Benchmark
    public int sendAndReceive() throws IOException {
        sender.send(source.clear(), to);
        if (!from.equals(receiver.receive(target.clear()))) {
            throw new IllegalStateException("from somebody else");
        }
        return Expected.bytes(bytes, target.position());
    }

    @TearDown
    public void close() throws IOException {
        sender.close();
        receiver.close();
    }
}
