// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashSet;
import java.util.Set;

/**
 * The end of a walk, when all walkers have ended and no system call fails any more: what is readable is selected, and all that was sent is
 * received.
 */
final class Drain {

    private static final int NUMBER = Flow.LANES - 1;

    private final World world;
    private final WalkBuffers buffers;

    Drain(World world) {
        this.world = world;
        this.buffers = new WalkBuffers(world.course.random(Flow.LANES + 2));
    }

    void run() throws IOException {
        Set<Handle> readable = select();
        for (int round = 0; round < 2; round++) {
            for (Handle handle : world.handles) {
                if (handle.channel.isOpen() && handle.end.in != null && !handle.connecting && !handle.channel.isBlocking()) {
                    drain(handle, round == 0 && !readable.contains(handle));
                }
            }
        }
        for (Handle handle : world.handles) {
            // UDP and TCP bring what was sent when the kernel likes.
            if (handle.channel.isOpen() && handle.end.in != null && !handle.connecting && !handle.channel.isBlocking() && !handle.end.kind.isPlatform()) {
                world.figures.add(Figure.LOST, handle.end.in.missing());
            }
        }
        buffers.release();
    }

    /** The channels that a selector of the walk, with all that was done to it, reports as readable. */
    private Set<Handle> select() throws IOException {
        Selector selector = world.openSelector();
        selector.selectNow();
        selector.selectedKeys().clear();
        for (Handle handle : world.handles) {
            if (handle.channel.isOpen() && handle.end.in != null && !handle.connecting) {
                register(handle, selector);
            }
        }
        Set<Handle> readable = new HashSet<>();
        selector.selectNow(key -> {
            if (key.isReadable()) {
                readable.add(handleOf(key));
            }
        });
        return readable;
    }

    private Handle handleOf(SelectionKey key) {
        for (Handle handle : world.handles) {
            if (handle.channel == key.channel()) {
                return handle;
            }
        }
        throw new AssertionError("a key of no channel of the walk: " + key);
    }

    private static void register(Handle handle, Selector selector) throws IOException {
        if (handle.channel.isBlocking()) {
            handle.channel.configureBlocking(false);
        }
        handle.channel.register(selector, SelectionKey.OP_READ);
    }

    private void drain(Handle handle, boolean notReadable) {
        try {
            handle.end.in.note("drained by " + handle);
            boolean came = receiveAll(world, handle, (ReadableByteChannel) handle.channel, buffers, NUMBER);
            if (came && notReadable && !handle.end.kind.isPlatform() && handle.end.handles.size() == 1) {
                world.verdict.broken(handle + " had something to read, and the selector did not say so");
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof IOException failure && Outcome.errnoOf(failure) == Errno.ECONNRESET) {
                handle.end.in.mayLose();
            }
            boolean allowed = handle.end.peerMayEnd() || handle.end.mayEnd || handle.end.mayBeDisconnected || world.faults.wasAnyInjected();
            handle.end.in.note(handle + ": " + e);
            if (!allowed) {
                world.verdict.broken(handle + ": at the end of the walk, " + e, e);
            }
        }
    }

    /** Receives what is there, of a non-blocking channel whose flow nobody else reads. Returns whether there was something. */
    static boolean receiveAll(World world, Handle handle, ReadableByteChannel channel, WalkBuffers buffers, int number) throws IOException {
        boolean came = false;
        for (;;) {
            ByteBuffer dst = buffers.oneRoom(MessageTransfers.ROOM);
            int n = receive(world, handle, channel, dst);
            buffers.check(world.verdict, handle);
            if (n <= 0) {
                return came;
            }
            came = true;
            world.figures.add(Figure.BYTES_RECEIVED, n);
            if (handle.end.in instanceof MessageFlow flow) {
                world.figures.count(Figure.MESSAGES_RECEIVED);
                flow.received(number, buffers.taken(n));
            } else {
                ((ByteFlow) handle.end.in).received(buffers.taken(n));
            }
        }
    }

    private static int receive(World world, Handle handle, ReadableByteChannel channel, ByteBuffer dst) throws IOException {
        if (!MessageTransfers.isOurs(handle) || !handle.end.kind.hasMessages()) {
            return channel.read(dst);
        }
        try (AncillaryData data = world.provider.ancillaryData()) {
            MessageInfo info = channel instanceof UnixSocketChannel ours
                    ? ours.receive(dst, data)
                    : ((UnixDatagramChannel) channel).receive(dst, data);
            world.figures.add(Figure.DESCRIPTORS_RECEIVED, data.descriptorCount());
            while (data.descriptorCount() > 0) {
                OwnedFd fd = data.takeDescriptor();
                if (!HandOver.receive(world, fd)) {
                    fd.close();
                }
            }
            return info == null ? 0 : info.isEnd() ? -1 : info.length();
        }
    }
}
