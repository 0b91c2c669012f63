// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.message;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.bench.frame.Expected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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

/** A message is sent from one end of a SEQPACKET pair and received at the other with what travels beside it, by one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AncillaryBenchmark {

    /** What is passed, as often as there are descriptors. */
    static final String FILE = "/dev/null";

    @Param("0")
    public int descriptors;

    /** Whether they are taken and closed; otherwise the next receive closes them. */
    @Param("false")
    public boolean taken;

    @Param("false")
    public boolean credentials;

    @Param("64")
    public int bytes;

    private final AncillaryData sent = AncillaryData.create();
    private final AncillaryData received = AncillaryData.create();
    private UnixSocketChannel.Pair pair;
    private OwnedFd passed;
    private ByteBuffer source;
    private ByteBuffer target;

    @Setup
    public void open() throws IOException {
        pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
        pair.first().configureBlocking(false);
        pair.second().configureBlocking(false);
        if (credentials) {
            pair.second().setOption(UnixSocketOptions.SO_PASSCRED, true);
        }
        passed = OwnedFd.open(Path.of(FILE));
        source = ByteBuffer.allocateDirect(bytes);
        target = ByteBuffer.allocateDirect(bytes);
    }

    @Benchmark
    public int sendAndReceive() throws IOException {
        for (int i = 0; i < descriptors; i++) {
            sent.descriptor(passed);
        }
        pair.first().send(source.clear(), sent);
        MessageInfo info = pair.second().receive(target.clear(), received);
        Expected.descriptors(descriptors, received.descriptorCount());
        if (credentials && received.senderCredentials() == null) {
            throw new IllegalStateException("without credentials");
        }
        if (taken) {
            for (int i = 0; i < descriptors; i++) {
                received.takeDescriptor().close();
            }
        }
        return Expected.bytes(bytes, info.length());
    }

    @TearDown
    public void close() throws IOException {
        pair.close();
        sent.close();
        received.close();
        passed.close();
    }
}
