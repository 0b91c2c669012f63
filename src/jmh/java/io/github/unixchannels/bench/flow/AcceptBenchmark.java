// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import io.github.unixchannels.bench.frame.SocketFile;
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

/** A socket is opened and connected to a blocking listener by path, accepted, and both ends are closed, by one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AcceptBenchmark {

    @Param("OURS_STREAM")
    public ListenerKind listener;

    private SocketFile file;
    private ListenerKind.Listener listening;

    @Setup
    public void open() throws IOException {
        file = SocketFile.create();
        listening = listener.listen(file.path());
    }

    @Benchmark
    public void connectAcceptClose() throws IOException {
        listening.connectAndClose();
    }

    @TearDown
    public void close() throws IOException {
        listening.close();
        file.close();
    }
}
