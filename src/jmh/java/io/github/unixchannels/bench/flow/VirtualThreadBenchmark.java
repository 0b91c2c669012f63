// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import java.io.IOException;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
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
 * Many connections with a virtual thread at each end: an operation is a message there and an answer back on each of them. Java 21 and later.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VirtualThreadBenchmark {

    private static final int BYTES = 64;

    @Param("OURS_CHANNEL")
    public SocketKind kind;

    @Param("1000")
    public int connections;

    private final Phaser done = new Phaser(1);
    private Semaphore[] starts;
    private ByteEnd[] clients;
    private volatile IOException failure;

    @Setup
    public void open() throws Exception {
        starts = new Semaphore[connections];
        clients = new ByteEnd[connections];
        for (int i = 0; i < connections; i++) {
            ByteEnd[] ends = kind.open();
            clients[i] = ends[0];
            starts[i] = new Semaphore(0);
            Semaphore start = starts[i];
            done.register();
            startVirtual(() -> ask(ends[0], start));
            startVirtual(() -> answer(ends[1]));
        }
    }

    /** Thread.startVirtualThread, which Java 17 does not have. */
    private static void startVirtual(Runnable task) throws ReflectiveOperationException {
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }

    private void ask(ByteEnd end, Semaphore start) {
        byte[] message = new byte[BYTES];
        try {
            for (;;) {
                start.acquireUninterruptibly();
                end.write(message);
                if (end.read(message) < 0) {
                    return;
                }
                done.arrive();
            }
        } catch (IOException e) {
            failure = e;
            done.forceTermination();
        }
    }

    private void answer(ByteEnd end) {
        byte[] message = new byte[BYTES];
        try (end) {
            while (end.read(message) > 0) {
                end.write(message);
            }
        } catch (IOException e) {
            failure = e;
            done.forceTermination();
        }
    }

    @Benchmark
    public int exchange() throws IOException {
        for (Semaphore start : starts) {
            start.release();
        }
        int phase = done.arriveAndAwaitAdvance();
        if (failure != null) {
            throw failure;
        }
        return phase;
    }

    @TearDown
    public void close() throws IOException {
        for (ByteEnd client : clients) {
            client.close();
        }
    }
}
