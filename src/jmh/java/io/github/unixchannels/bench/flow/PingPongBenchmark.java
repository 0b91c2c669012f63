// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.Expected;
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

/** A message goes to another thread, which waits for it, and comes back to this one, which waits for that. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PingPongBenchmark {

    /** The first byte of the last message. */
    private static final byte LAST = 1;

    @Param("OURS_STREAM")
    public PairKind pair;

    @Param("64")
    public int bytes;

    /** How many CPUs the two threads have: the same, or one each. */
    @Param("2")
    public int cpus;

    private ChannelPair channels;
    private Partner partner;
    private ByteBuffer source;
    private ByteBuffer target;

    @Setup
    public void open() throws IOException {
        Cpus.bindThread(0);
        channels = pair.open();
        source = ByteBuffer.allocateDirect(bytes);
        target = ByteBuffer.allocateDirect(bytes);
        partner = Partner.start(() -> echo(channels.far()), channels);
    }

    private void echo(ByteChannel channel) throws IOException {
        Cpus.bindThread(cpus - 1);
        ByteBuffer message = ByteBuffer.allocateDirect(bytes);
        do {
            Expected.bytes(bytes, channel.read(message.clear()));
            channel.write(message.flip());
        } while (message.get(0) != LAST);
    }

    @Benchmark
    public int roundTrip() throws IOException {
        channels.near().write(source.clear());
        return Expected.bytes(bytes, channels.near().read(target.clear()));
    }

    @TearDown
    public void close() throws Exception {
        source.put(0, LAST);
        roundTrip();
        partner.join();
        channels.close();
    }
}
