// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.Expected;
import java.io.EOFException;
import java.io.IOException;
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

/** Bytes in arrays: written and read by one thread, to another thread and back, or one way as fast as it can be. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SocketBenchmark {

    /** The first byte of the last message. */
    private static final byte LAST = 1;

    /** What an operation is. Public because JMH sets it. */
    public enum Way {
        /** A write and a read that finds what was written, by the same thread. */
        ONE_THREAD,
        /** A message goes to another thread on the same CPU, which waits for it, and comes back. */
        PING_PONG,
        /** A message to another thread on a CPU of its own. */
        ONE_WAY
    }

    @Param("OURS_SOCKET")
    public SocketKind kind;

    @Param("PING_PONG")
    public Way way;

    @Param("64")
    public int bytes;

    private ByteEnd near;
    private ByteEnd far;
    private Partner partner;
    private byte[] source;
    private byte[] target;

    @Setup
    public void open() throws IOException {
        Cpus.bindThread(0);
        ByteEnd[] ends = kind.open();
        near = ends[0];
        far = ends[1];
        source = new byte[bytes];
        target = new byte[bytes];
        if (way != Way.ONE_THREAD) {
            partner = Partner.start(way == Way.PING_PONG ? this::echo : this::take, far);
        }
    }

    private void echo() throws IOException {
        Cpus.bindThread(0);
        byte[] message = new byte[bytes];
        do {
            Expected.bytes(bytes, far.read(message));
            far.write(message);
        } while (message[0] != LAST);
    }

    private void take() throws IOException {
        Cpus.bindThread(1);
        byte[] message = new byte[bytes];
        boolean last = false;
        while (!last) {
            int n = far.read(message);
            if (n < 0) {
                throw new EOFException();
            }
            last = message[n - 1] == LAST;
        }
    }

    @Benchmark
    public int message() throws IOException {
        near.write(source);
        return switch (way) {
            case ONE_THREAD -> Expected.bytes(bytes, far.read(target));
            case PING_PONG -> Expected.bytes(bytes, near.read(target));
            case ONE_WAY -> bytes;
        };
    }

    @TearDown
    public void close() throws Exception {
        if (partner != null) {
            source[0] = LAST;
            source[bytes - 1] = LAST;
            message();
            partner.join();
        }
        near.close();
        far.close();
    }
}
