// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.message;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.bench.frame.Expected;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** As many messages go from one end of a pair to the other, by one thread, in a batch or one after another. An operation is a message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BatchBenchmark {

    static final int MESSAGES = 32;

    /** A message there and back, or as many as a batch has. */
    private interface Exchange {
        int run() throws IOException;
    }

    @Param("SEQPACKET")
    public UnixProtocolFamily family;

    @Param("true")
    public boolean batched;

    @Param("64")
    public int bytes;

    private Closeable ends;
    private Exchange exchange;
    private MessageBatch outgoing;
    private MessageBatch incoming;
    private ByteBuffer source;
    private ByteBuffer target;

    @Setup
    public void open() throws IOException {
        outgoing = MessageBatch.create(MESSAGES, bytes);
        incoming = MessageBatch.create(MESSAGES, bytes);
        source = ByteBuffer.allocateDirect(bytes);
        target = ByteBuffer.allocateDirect(bytes);
        if (family == UnixProtocolFamily.DGRAM) {
            UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
            pair.first().configureBlocking(false);
            pair.second().configureBlocking(false);
            ends = pair;
            exchange = batched ? () -> exchange(pair) : () -> exchangeOne(pair);
        } else {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
            pair.first().configureBlocking(false);
            pair.second().configureBlocking(false);
            ends = pair;
            exchange = batched ? () -> exchange(pair) : () -> exchangeOne(pair);
        }
    }

    private int exchange(UnixSocketChannel.Pair pair) throws IOException {
        pair.first().send(full());
        return pair.second().receive(incoming.clear());
    }

    private int exchange(UnixDatagramChannel.Pair pair) throws IOException {
        pair.first().send(full());
        return pair.second().receive(incoming.clear());
    }

    private MessageBatch full() {
        for (int i = 0; i < MESSAGES; i++) {
            outgoing.buffer(i).clear();
        }
        return outgoing.clear();
    }

    private int exchangeOne(UnixSocketChannel.Pair pair) throws IOException {
        pair.first().write(source.clear());
        return Expected.bytes(bytes, pair.second().read(target.clear()));
    }

    private int exchangeOne(UnixDatagramChannel.Pair pair) throws IOException {
        pair.first().write(source.clear());
        return Expected.bytes(bytes, pair.second().read(target.clear()));
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int sendAndReceive() throws IOException {
        if (!batched) {
            for (int i = 0; i < MESSAGES; i++) {
                exchange.run();
            }
            return MESSAGES;
        }
        int count = Expected.messages(MESSAGES, exchange.run());
        for (int i = 0; i < count; i++) {
            Expected.bytes(bytes, incoming.buffer(i).remaining());
        }
        return count;
    }

    @TearDown
    public void close() throws IOException {
        ends.close();
    }
}
