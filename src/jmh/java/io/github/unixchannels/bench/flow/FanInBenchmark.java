// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.Expected;
import io.github.unixchannels.bench.frame.SocketFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
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
 * Datagrams come from many sockets, which are connected to the one that receives them and have names. They are sent by another thread, from
 * one socket after the other, each of the two threads on a CPU of its own; or by a thread for each socket, wherever the kernel runs it. An
 * operation is a datagram received with its sender.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FanInBenchmark {

    static final int SENDERS = 16;

    /** The first byte of the last datagram of a thread. */
    private static final byte LAST = 1;

    @Param("OURS")
    public ReceiverKind library;

    @Param("1")
    public int threads;

    @Param("64")
    public int bytes;

    private final List<SocketFile> files = new ArrayList<>();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final List<Partner> partners = new ArrayList<>();
    private Receiver receiver;
    private volatile boolean stopped;

    @Setup
    public void open() throws IOException {
        if (threads == 1) {
            Cpus.bindThread(0);
        }
        SocketFile file = newFile();
        receiver = library.open(file.path(), bytes);
        for (int i = 0; i < SENDERS; i++) {
            channels.add(library.openSender(newFile().path(), file.path()));
        }
        int share = SENDERS / threads;
        for (int i = 0; i < threads; i++) {
            List<DatagramChannel> mine = channels.subList(i * share, (i + 1) * share);
            partners.add(Partner.start(() -> send(mine), receiver));
        }
    }

    private SocketFile newFile() throws IOException {
        SocketFile file = SocketFile.create();
        files.add(file);
        return file;
    }

    private void send(List<DatagramChannel> mine) throws IOException {
        if (threads == 1) {
            Cpus.bindThread(1);
        }
        ByteBuffer source = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; !stopped; i = (i + 1) % mine.size()) {
            mine.get(i).write(source.clear());
        }
        source.put(0, LAST);
        mine.get(0).write(source.clear());
    }

    @Benchmark
    public int receive() throws IOException {
        return Expected.bytes(bytes, receiver.next().remaining());
    }

    @TearDown
    public void close() throws Exception {
        stopped = true;
        for (int running = threads; running > 0; ) {
            running -= receiver.next().get(0) == LAST ? 1 : 0;
        }
        for (Partner partner : partners) {
            partner.join();
        }
        receiver.close();
        for (DatagramChannel channel : channels) {
            channel.close();
        }
        for (SocketFile file : files) {
            file.close();
        }
    }
}
