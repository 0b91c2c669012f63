// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.bench.frame.Expected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An event loop under load: all of many channels have something to read; they are selected and read. An operation is one key. What is
 * written to them before each turn is not measured: a turn takes so long that to read the clock for it makes no difference.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AllReadyBenchmark {

    static final int KEYS = 1000;
    static final int BYTES = 64;

    @Param("OURS_SEQPACKET")
    public Library library;

    private final List<Ends> pairs = new ArrayList<>();
    private final ByteBuffer source = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer target = ByteBuffer.allocateDirect(BYTES);
    private Selector selector;

    @Setup
    public void open() throws IOException {
        Channels channels = library.channels();
        selector = channels.openSelector();
        for (int i = 0; i < KEYS; i++) {
            Ends pair = channels.pair().configureBlocking(false);
            pair.reading().register(selector, SelectionKey.OP_READ);
            pairs.add(pair);
        }
    }

    @Setup(Level.Invocation)
    public void write() throws IOException {
        for (int i = 0; i < KEYS; i++) {
            Expected.bytes(BYTES, pairs.get(i).writer.write(source.clear()));
        }
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public int turn() throws IOException {
        int read = 0;
        while (read < KEYS * BYTES) {
            selector.select();
            for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
                SelectionKey key = i.next();
                i.remove();
                read += ((ReadableByteChannel) key.channel()).read(target.clear());
            }
        }
        return Expected.bytes(KEYS * BYTES, read);
    }

    @TearDown
    public void close() throws IOException {
        for (Ends pair : pairs) {
            pair.close();
        }
        selector.close();
    }
}
