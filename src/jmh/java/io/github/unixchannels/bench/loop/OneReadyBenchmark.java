// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.bench.frame.Expected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
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

/** A turn of an event loop: one channel of many is written to, selected and read. The others are connected, registered and idle. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OneReadyBenchmark {

    static final int BYTES = 64;

    @Param("OURS_SEQPACKET")
    public Library library;

    @Param("1")
    public int keys;

    private final ByteBuffer source = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer target = ByteBuffer.allocateDirect(BYTES);
    private Selector selector;
    private IdleClients idle;
    private Ends active;

    @Setup
    public void open() throws IOException {
        Channels channels = library.channels();
        selector = channels.openSelector();
        idle = IdleClients.register(channels, keys - 1, selector);
        active = channels.pair().configureBlocking(false);
        active.reading().register(selector, SelectionKey.OP_READ);
    }

    @Benchmark
    public int turn() throws IOException {
        active.writer.write(source.clear());
        selector.select();
        int read = 0;
        for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
            SelectionKey key = i.next();
            i.remove();
            read += ((ReadableByteChannel) key.channel()).read(target.clear());
        }
        return Expected.bytes(BYTES, read);
    }

    @TearDown
    public void close() throws IOException {
        active.close();
        idle.close();
        selector.close();
    }
}
