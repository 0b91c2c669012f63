// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
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

/**
 * This thread sends and another receives, each on a CPU of its own and as fast as it can: one write a message, and a read with room for one.
 * An operation is a message sent: what is sent and not yet received fits into a socket, and is next to nothing beside all.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ThroughputBenchmark {

    @Param("OURS_STREAM")
    public PairKind pair;

    @Param("64")
    public int bytes;

    private ChannelPair channels;
    private Partner receiver;
    private ByteBuffer source;
    private long sentBytes;

    /** When the receiver may end. */
    private volatile long allBytes = Long.MAX_VALUE;

    @Setup
    public void open() throws IOException {
        Cpus.bindThread(0);
        channels = pair.open();
        source = ByteBuffer.allocateDirect(bytes);
        receiver = Partner.start(() -> receiveAll(channels.far()), channels);
    }

    private void receiveAll(ByteChannel channel) throws IOException {
        Cpus.bindThread(1);
        ByteBuffer target = ByteBuffer.allocateDirect(bytes);
        long received = 0;
        while (received < allBytes) {
            int n = channel.read(target.clear());
            if (n <= 0) {
                throw new EOFException("after " + received + " bytes");
            }
            received += n;
        }
    }

    @Benchmark
    public long send() throws IOException {
        source.clear();
        while (source.hasRemaining()) {
            channels.near().write(source);
        }
        sentBytes += bytes;
        return sentBytes;
    }

    @TearDown
    public void close() throws Exception {
        allBytes = sentBytes + bytes;
        send();
        receiver.join();
        channels.close();
    }
}
