// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.message;

import io.github.unixchannels.bench.frame.Expected;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.newsclub.net.unix.AFSocketPair;
import org.newsclub.net.unix.AFSocketType;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What {@link AncillaryBenchmark} does where the descriptors are taken, with junixsocket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JunixsocketDescriptorBenchmark {

    /** Room for the control messages of this many bytes: 16 descriptors, with room to spare. */
    private static final int CONTROL_BYTES = 1024;

    @Param("0")
    public int descriptors;

    @Param("64")
    public int bytes;

    private AFUNIXDatagramChannel sender;
    private AFUNIXDatagramChannel receiver;
    private FileInputStream file;
    private FileDescriptor[] passed;
    private ByteBuffer source;
    private ByteBuffer target;

    @Setup
    public void open() throws IOException {
        AFSocketPair<AFUNIXDatagramChannel> pair =
                AFUNIXSelectorProvider.provider().openDatagramChannelPair(AFSocketType.SOCK_SEQPACKET);
        sender = pair.getSocket1();
        receiver = pair.getSocket2();
        sender.configureBlocking(false);
        receiver.configureBlocking(false);
        receiver.setAncillaryReceiveBufferSize(CONTROL_BYTES);
        file = new FileInputStream(AncillaryBenchmark.FILE);
        passed = new FileDescriptor[descriptors];
        Arrays.fill(passed, file.getFD());
        source = ByteBuffer.allocateDirect(bytes);
        target = ByteBuffer.allocateDirect(bytes);
    }

    @Benchmark
    public int sendAndReceive() throws IOException {
        if (descriptors > 0) {
            sender.setOutboundFileDescriptors(passed);
        }
        sender.write(source.clear());
        int read = receiver.read(target.clear());
        FileDescriptor[] received = receiver.getReceivedFileDescriptors();
        Expected.descriptors(descriptors, received.length);
        for (FileDescriptor descriptor : received) {
            new FileInputStream(descriptor).close();
        }
        return Expected.bytes(bytes, read);
    }

    @TearDown
    public void close() throws IOException {
        sender.close();
        receiver.close();
        file.close();
    }
}
