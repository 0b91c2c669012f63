// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.util.concurrent.locks.Lock;

/** Sends and receives of single messages: SEQPACKET, DGRAM and UDP. */
final class MessageTransfers {

    private static final int MOST_BYTES = 1 << 10;
    private static final int LONG_BYTES = 60_000;

    /** No message is as long. */
    static final int ROOM = LONG_BYTES + 100;

    private MessageTransfers() {}

    static int length(Walker walker) {
        return walker.random.nextInt(1, walker.random.nextInt(30) == 0 ? LONG_BYTES : MOST_BYTES);
    }

    static void send(Walker walker) {
        Handle handle = walker.world.pick(walker.random, each -> each.end.kind.hasMessages());
        if (handle == null) {
            return;
        }
        walker.use(handle, "send of a message");
        MessageFlow flow = (MessageFlow) handle.end.out;
        boolean beside = !handle.end.kind.isPlatform() && isOurs(handle) && walker.random.nextInt(3) == 0;
        Content message = null;
        try {
            int descriptors = beside ? Descriptors.add(walker, flow) : 0;
            message = flow.begin(walker.number, descriptors, length(walker));
            ByteBuffer[] srcs = walker.buffers.of(message.bytes());
            long n = send(walker, (GatheringByteChannel) handle.channel, srcs, beside);
            Descriptors.sent(walker, descriptors, n > 0);
            sent(walker, flow, message, n, WalkBuffers.moved(srcs, message.length()));
        } catch (Throwable e) {
            failed(handle, e);
            if (message != null && !(e instanceof ClosedChannelException)) {
                flow.refused(message);
            }
            Outcome.judge(walker, handle, e);
        } finally {
            Descriptors.drop(walker);
        }
    }

    static boolean isOurs(Handle handle) {
        return handle.channel instanceof UnixSocketChannel || handle.channel instanceof UnixDatagramChannel;
    }

    /** A datagram socket whose peer is gone is no longer connected, and has dropped what it had not read. */
    static void failed(Handle handle, Throwable e) {
        if (handle.end.kind == End.Kind.DGRAM && e instanceof IOException) {
            handle.end.mayBeDisconnected = true;
            handle.end.in.mayLose();
        }
    }

    private static long send(Walker walker, GatheringByteChannel channel, ByteBuffer[] srcs, boolean beside) throws IOException {
        if (beside && channel instanceof UnixSocketChannel ours) {
            return srcs.length == 1 ? ours.send(srcs[0], walker.sent) : ours.send(srcs, walker.sent);
        }
        if (beside && channel instanceof UnixDatagramChannel ours) {
            return srcs.length == 1 ? ours.send(srcs[0], walker.sent) : ours.send(srcs, walker.sent);
        }
        return srcs.length == 1 ? channel.write(srcs[0]) : channel.write(srcs);
    }

    private static void sent(Walker walker, MessageFlow flow, Content message, long n, long moved) {
        if (n == message.length() && moved == n) {
            flow.sent(message);
            walker.world.figures.count(Figure.MESSAGES_SENT);
            walker.world.figures.add(Figure.BYTES_SENT, n);
        } else if (n <= 0 && moved == 0) {
            flow.refused(message);
        } else {
            walker.world.verdict.broken(walker + ": sent " + n + " bytes, moved " + moved + ", of " + message);
        }
    }

    static void receive(Walker walker) {
        Handle handle = walker.world.pick(walker.random, each -> each.end.kind.hasMessages());
        if (handle == null || mayWaitLong(walker, handle)) {
            return;
        }
        boolean inParts = handle.end.kind == End.Kind.SEQPACKET && walker.random.nextInt(4) == 0;
        Lock lock = inParts ? handle.end.in.reading.writeLock() : handle.end.in.reading.readLock();
        if (!lock.tryLock()) {
            return;
        }
        try {
            walker.use(handle, "receive of a message");
            if (inParts) {
                readInParts(walker, handle);
            } else {
                receive(walker, handle);
            }
        } catch (Throwable e) {
            failed(handle, e);
            if (e instanceof ClosedChannelException || e instanceof Error) {
                handle.end.in.mayLose();
            }
            Outcome.judge(walker, handle, e);
        } finally {
            lock.unlock();
        }
    }

    /** A receive that would wait is tried now and then only: somebody must come and end it. */
    static boolean mayWaitLong(Walker walker, Handle handle) {
        return handle.channel.isBlocking() && !handle.end.in.hasUnreceived() && walker.random.nextInt(8) != 0;
    }

    private static void receive(Walker walker, Handle handle) throws IOException {
        ByteBuffer[] dsts = walker.buffers.room(ROOM);
        long n;
        MessageInfo info = null;
        if (isOurs(handle) && walker.random.nextBoolean()) {
            info = receive(walker, handle, dsts);
            n = info == null ? 0 : info.isEnd() ? -1 : info.length();
        } else {
            ScatteringByteChannel channel = (ScatteringByteChannel) handle.channel;
            n = dsts.length == 1 ? channel.read(dsts[0]) : channel.read(dsts);
        }
        walker.buffers.check(walker.world.verdict, walker);
        long moved = WalkBuffers.moved(dsts, ROOM);
        if (moved != Math.max(0, n)) {
            walker.world.verdict.broken(walker + ": received " + n + " and moved " + moved);
        }
        if (n < 0) {
            ByteTransfers.checkEnd(walker, handle);
        }
        Content content = n > 0 ? received(walker, handle, walker.buffers.taken(n)) : null;
        if (info != null) {
            boolean truncated = info.isControlTruncated();
            int came = Descriptors.take(walker, handle.end.in);
            if (content != null && came != content.descriptors() && !(truncated && walker.world.faults.wasControlTruncated())) {
                walker.world.verdict.broken(walker + ": " + came + " descriptors came, truncated=" + truncated + ", with " + content);
            }
        }
    }

    private static MessageInfo receive(Walker walker, Handle handle, ByteBuffer[] dsts) throws IOException {
        if (handle.channel instanceof UnixSocketChannel ours) {
            return dsts.length == 1 ? ours.receive(dsts[0], walker.received) : ours.receive(dsts, walker.received);
        }
        UnixDatagramChannel ours = (UnixDatagramChannel) handle.channel;
        return dsts.length == 1 ? ours.receive(dsts[0], walker.received) : ours.receive(dsts, walker.received);
    }

    static Content received(Walker walker, Handle handle, byte[] message) {
        walker.world.figures.count(Figure.MESSAGES_RECEIVED);
        walker.world.figures.add(Figure.BYTES_RECEIVED, message.length);
        return ((MessageFlow) handle.end.in).received(walker.number, message);
    }

    /** Reads a message of SEQPACKET into small buffers, one after the other; nobody else reads meanwhile. */
    private static void readInParts(Walker walker, Handle handle) throws IOException {
        UnixSocketChannel channel = (UnixSocketChannel) handle.channel;
        ByteBuffer message = ByteBuffer.allocate(ROOM);
        int end = Content.HEADER_BYTES;
        while (message.position() < end) {
            int room = walker.random.nextInt(1, 1 << walker.random.nextInt(1, 14));
            ByteBuffer dst = walker.buffers.oneRoom(room);
            int n = channel.read(dst);
            walker.buffers.check(walker.world.verdict, walker);
            if (n <= 0) {
                if (message.position() > 0 && !handle.end.inputShut) {
                    walker.world.verdict.broken(walker + ": " + n + " after " + message.position() + " of " + end + " bytes");
                }
                if (n < 0) {
                    ByteTransfers.checkEnd(walker, handle);
                }
                return;
            }
            message.put(walker.buffers.taken(n));
            if (message.position() >= Content.HEADER_BYTES && end == Content.HEADER_BYTES) {
                end = Content.lengthIn(message);
            }
        }
        byte[] whole = new byte[message.position()];
        message.get(0, whole);
        received(walker, handle, whole);
    }
}
