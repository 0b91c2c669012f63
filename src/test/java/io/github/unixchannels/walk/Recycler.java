// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.walk.Figures.Figure;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that opens and closes files, sockets and pipes all the time, which get the numbers that channels gave back an instant ago. What
 * is in them, and at which place they are read next, tells whether a system call that was meant for another descriptor came to them.
 */
final class Recycler implements Runnable {

    private static final long MARK = 0x6d61726b65640a00L;
    private static final int MOST = 6;
    private static final long PAUSE_NANOS = 20_000;

    private final Syscalls sys = HostSyscalls.get();
    private final NativeMemory memory = NativeMemory.allocate(sys, 64);
    private final World world;
    private final SplittableRandom random;
    private final Thread thread = new Thread(this, "recycler");
    private volatile boolean over;

    Recycler(World world) {
        this.world = world;
        this.random = world.course.random(Flow.LANES);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void end() throws InterruptedException {
        over = true;
        thread.join();
    }

    @Override
    public void run() {
        try {
            while (!over) {
                cycle();
            }
        } catch (Throwable e) {
            world.verdict.broken("the thread that uses numbers again", e);
        }
    }

    private void cycle() {
        int count = random.nextInt(1, MOST + 1);
        int[][] files = new int[count][];
        for (int i = 0; i < count; i++) {
            files[i] = open(random.nextInt(3));
        }
        world.figures.add(Figure.NUMBERS_RECYCLED, count);
        LockSupport.parkNanos(PAUSE_NANOS);
        for (int[] each : files) {
            check(each);
            for (int fd : each) {
                require("close", sys.close(fd), 0);
            }
        }
    }

    /** A file, or two ends, from which MARK can be read once. */
    private int[] open(int kind) {
        if (kind == 0) {
            return new int[] {OwnedMemory.open(MARK)};
        }
        int result = kind == 1
                ? sys.socketpair(Linux.AF_UNIX, Linux.SOCK_SEQPACKET | Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK, 0, memory.address())
                : sys.pipe2(memory.address(), Linux.O_CLOEXEC | Linux.O_NONBLOCK);
        require("open", result, 0);
        int[] ends = {memory.buffer().getInt(0), memory.buffer().getInt(4)};
        memory.buffer().putLong(8, MARK);
        require("write", sys.write(ends[1], memory.address() + 8, Long.BYTES), Long.BYTES);
        return ends;
    }

    private void check(int[] ends) {
        memory.buffer().putLong(16, 0);
        require("read", sys.read(ends[0], memory.address() + 16, 16), Long.BYTES);
        if (memory.buffer().getLong(16) != MARK) {
            world.verdict.broken("a file with the number " + ends[0] + " has a content that is not its own");
        }
        require("read", sys.read(ends[0], memory.address() + 16, 16), ends.length == 1 ? 0 : -Errno.EAGAIN);
    }

    private void require(String call, long result, long expected) {
        if (result != expected) {
            world.verdict.broken(call + " of a file that nobody else has: " + result + " in place of " + expected);
        }
    }
}
