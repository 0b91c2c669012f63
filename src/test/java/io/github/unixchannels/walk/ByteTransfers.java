// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;

/** Reads and writes of bytes: STREAM, pipes and the Java platform's streams. */
final class ByteTransfers {

    private static final int MOST_BYTES = 8 << 10;

    private ByteTransfers() {}

    private static boolean hasBytes(Handle handle) {
        return !handle.end.kind.hasMessages();
    }

    static void read(Walker walker) {
        Handle handle = walker.world.pick(walker.random, each -> hasBytes(each) && each.end.in != null);
        if (handle == null || !(handle.channel instanceof ScatteringByteChannel channel) || !handle.end.in.reading.writeLock().tryLock()) {
            return;
        }
        try {
            // A read that would wait is tried now and then only: somebody must come and end it.
            if (handle.channel.isBlocking() && !handle.end.in.hasUnreceived() && walker.random.nextInt(8) != 0) {
                return;
            }
            read(walker, handle, channel);
        } finally {
            handle.end.in.reading.writeLock().unlock();
        }
    }

    private static void read(Walker walker, Handle handle, ScatteringByteChannel channel) {
        walker.use(handle, "read");
        int room = walker.random.nextInt(1, MOST_BYTES);
        ByteBuffer[] dsts = walker.buffers.room(room);
        try {
            long n = dsts.length == 1 ? readOne(walker, handle, channel, dsts[0]) : channel.read(dsts);
            walker.buffers.check(walker.world.verdict, walker);
            long moved = WalkBuffers.moved(dsts, room);
            if (moved != Math.max(0, n)) {
                walker.world.verdict.broken(walker + ": read " + n + " and moved " + moved);
            }
            received((ByteFlow) handle.end.in, walker.buffers, walker.world, moved);
            if (n < 0) {
                checkEnd(walker, handle);
            }
        } catch (Throwable e) {
            handle.end.mayBeDisconnected |= e instanceof IOException;
            if (e instanceof ClosedChannelException || e instanceof Error) {
                handle.end.in.mayLose();
            }
            Outcome.judge(walker, handle, e);
        }
    }

    private static long readOne(Walker walker, Handle handle, ScatteringByteChannel channel, ByteBuffer dst) throws IOException {
        if (channel instanceof UnixSocketChannel ours && walker.random.nextInt(3) == 0) {
            MessageInfo info = ours.receive(dst, walker.received);
            long n = info == null ? 0 : info.isEnd() ? -1 : info.length();
            Descriptors.take(walker, handle.end.in);
            return n;
        }
        return channel.read(dst);
    }

    static void received(ByteFlow flow, WalkBuffers buffers, World world, long bytes) {
        if (bytes > 0) {
            flow.received(buffers.taken(bytes));
            world.figures.add(Figure.BYTES_RECEIVED, bytes);
        }
    }

    /** The end must have a reason. */
    static void checkEnd(Walker walker, Handle handle) {
        if (!handle.end.peerMayEnd() && !handle.end.inputShut && !handle.end.mayEnd) {
            walker.world.verdict.broken(walker + ": the end came while the peer is open");
        }
    }

    static void write(Walker walker) {
        Handle handle = walker.world.pick(walker.random, each -> hasBytes(each) && each.end.out != null);
        if (handle == null || !(handle.channel instanceof GatheringByteChannel channel)) {
            return;
        }
        ByteFlow flow = (ByteFlow) handle.end.out;
        int count = walker.random.nextInt(1, walker.random.nextInt(50) == 0 ? 20 * MOST_BYTES : MOST_BYTES);
        byte[] bytes = flow.begin(walker.number, count);
        if (bytes == null) {
            return;
        }
        walker.use(handle, "write");
        ByteBuffer[] srcs = walker.buffers.of(bytes);
        boolean sure = false;
        try {
            int descriptors = channel instanceof UnixSocketChannel ? Descriptors.add(walker, flow) : 0;
            long n = write(walker, channel, srcs, descriptors > 0 || walker.random.nextInt(4) == 0);
            Descriptors.sent(walker, descriptors, n > 0);
            long moved = WalkBuffers.moved(srcs, count);
            if (moved != Math.max(0, n)) {
                walker.world.verdict.broken(walker + ": wrote " + n + " and moved " + moved);
            }
            flow.wrote(walker.number, moved);
            walker.world.figures.add(Figure.BYTES_SENT, moved);
            sure = true;
        } catch (Throwable e) {
            handle.end.mayBeDisconnected |= e instanceof IOException;
            Outcome.judge(walker, handle, e);
        } finally {
            Descriptors.drop(walker);
            if (!sure) {
                flow.unsure(walker.number);
            }
        }
    }

    private static long write(Walker walker, GatheringByteChannel channel, ByteBuffer[] srcs, boolean send) throws IOException {
        if (send && channel instanceof UnixSocketChannel ours) {
            return srcs.length == 1 ? ours.send(srcs[0], walker.sent) : ours.send(srcs, walker.sent);
        }
        return srcs.length == 1 ? channel.write(srcs[0]) : channel.write(srcs);
    }
}
