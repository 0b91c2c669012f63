// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.layer;

import io.github.unixchannels.bench.frame.Expected;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.EpollEventLayout;
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

/** The system calls of a write and a read, and of a turn of an event loop, through this library's lowest layer and no other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LayerBenchmark {

    /** What is called. Public because JMH sets it. */
    public enum Calls {
        RECV_OF_NOTHING, SEND_AND_RECV, SEND_EPOLL_WAIT_AND_RECV
    }

    static final int BYTES = 64;

    private static final int EVENTS = 64;
    private static final int FOR_EVER = -1;

    @Param("SEND_AND_RECV")
    public Calls calls;

    @Param("SEQPACKET")
    public Type type;

    /** Of the pair. Public because JMH sets it. */
    public enum Type {
        SEQPACKET(Linux.SOCK_SEQPACKET, Linux.MSG_TRUNC), STREAM(Linux.SOCK_STREAM, 0);

        private final int number;
        private final int truncation;

        Type(int number, int truncation) {
            this.number = number;
            this.truncation = truncation;
        }
    }

    private final Syscalls sys = HostSyscalls.get();
    private final NativeMemory memory = NativeMemory.allocate(sys, 2 * BYTES);
    private final NativeMemory events = NativeMemory.allocate(sys, EVENTS * EpollEventLayout.NATIVE.size());
    private long source;
    private long target;
    private int near;
    private int far;
    private int epoll;

    @Setup
    public void open() {
        int result = sys.socketpair(Linux.AF_UNIX, type.number, 0, memory.address());
        near = memory.buffer().getInt(0);
        far = memory.buffer().getInt(Integer.BYTES);
        epoll = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        events.buffer().putInt(EpollEventLayout.EVENTS, Linux.POLLIN);
        Expected.results(0, result | sys.epollCtl(epoll, Linux.EPOLL_CTL_ADD, far, events.address()));
        source = memory.address();
        target = source + BYTES;
    }

    @Benchmark
    public long call() {
        return switch (calls) {
            case RECV_OF_NOTHING -> Expected.results(-Errno.EBADF, sys.recv(-1, target, BYTES, Linux.MSG_DONTWAIT));
            case SEND_AND_RECV -> send() + receive();
            case SEND_EPOLL_WAIT_AND_RECV -> send() + await() + receive();
        };
    }

    private long send() {
        return Expected.results(BYTES, sys.send(near, source, BYTES, Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL));
    }

    private long await() {
        return Expected.results(1, sys.epollWait(epoll, events.address(), EVENTS, FOR_EVER));
    }

    private long receive() {
        return Expected.results(BYTES, sys.recv(far, target, BYTES, Linux.MSG_DONTWAIT | type.truncation));
    }

    @TearDown
    public void close() {
        sys.close(near);
        sys.close(far);
        sys.close(epoll);
    }
}
