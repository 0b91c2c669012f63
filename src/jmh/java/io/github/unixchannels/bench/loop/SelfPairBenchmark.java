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

/** A buffer is written to one end of a pair and read from the other, by one thread: until all of it has come, if not at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SelfPairBenchmark {

    @Param("OURS_SEQPACKET")
    public Library library;

    @Param("64")
    public int bytes;

    @Param("true")
    public boolean direct;

    @Param("false")
    public boolean blocking;

    private Ends ends;
    private ByteBuffer source;
    private ByteBuffer target;

    @Setup
    public void open() throws IOException {
        ends = library.channels().pair().configureBlocking(blocking);
        source = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
        target = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    @Benchmark
    public int writeAndRead() throws IOException {
        source.clear();
        target.clear();
        int read = 0;
        do {
            if (source.hasRemaining()) {
                ends.writer.write(source);
            }
            read += ends.reader.read(target);
        } while (read < bytes);
        return Expected.bytes(bytes, read);
    }

    @TearDown
    public void close() throws IOException {
        ends.close();
    }
}
