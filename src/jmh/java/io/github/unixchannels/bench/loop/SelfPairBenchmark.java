// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.bench.frame.Expected;
import java.io.IOException;
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

/** A direct buffer is written to one end of a pair and read from the other, by one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SelfPairBenchmark {

    @Param("OURS_SEQPACKET")
    public Library library;

    @Param("64")
    public int bytes;

    @Param("false")
    public boolean blocking;

    private Ends ends;
    private ByteBuffer source;
    private ByteBuffer target;

    @Setup
    public void open() throws IOException {
        ends = library.connect();
        ends.configureBlocking(blocking);
        source = ByteBuffer.allocateDirect(bytes);
        target = ByteBuffer.allocateDirect(bytes);
    }

    @Benchmark
    public int writeAndRead() throws IOException {
        ends.writer.write(source.clear());
        return Expected.bytes(bytes, ends.reader.read(target.clear()));
    }

    @TearDown
    public void close() throws IOException {
        ends.close();
    }
}
