// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
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

/** A channel comes to a selector that has others, and goes: each takes effect with a selection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChurnBenchmark {

    static final int OTHER_KEYS = 100;

    @Param("OURS_SEQPACKET")
    public Library library;

    private Selector selector;
    private IdleClients idle;
    private Ends pair;
    private SelectableChannel coming;

    @Setup
    public void open() throws IOException {
        Channels channels = library.channels();
        selector = channels.openSelector();
        idle = IdleClients.register(channels, OTHER_KEYS, selector);
        pair = channels.pair().configureBlocking(false);
        coming = pair.reading();
    }

    @Benchmark
    public int comeAndGo() throws IOException {
        SelectionKey key = coming.register(selector, SelectionKey.OP_READ);
        int ready = selector.selectNow();
        key.cancel();
        return ready + selector.selectNow();
    }

    @TearDown
    public void close() throws IOException {
        if (coming.isRegistered() || selector.keys().size() != OTHER_KEYS) {
            throw new IllegalStateException("keys: expected=" + OTHER_KEYS + ", actual=" + selector.keys().size());
        }
        pair.close();
        idle.close();
        selector.close();
    }
}
