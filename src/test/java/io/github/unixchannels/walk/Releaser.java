// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.SplittableRandom;

/** Ends the wait of walkers that wait for each other: by what they wait for, by an interrupt, or by closing what they wait on. */
final class Releaser {

    /** Its lane in every flow. */
    private static final int NUMBER = Flow.LANES - 1;

    private final World world;
    private final SplittableRandom random;
    private final WalkBuffers buffers;

    Releaser(World world) {
        this.world = world;
        this.random = world.course.random(Flow.LANES + 1);
        this.buffers = new WalkBuffers(random.split());
    }

    void end() {
        buffers.release();
    }

    /** Releases one walker, or several. */
    void release() {
        world.figures.count(Figure.RELEASES);
        for (World.Selecting each : world.selectors) {
            each.selector.wakeup();
        }
        Walker walker = world.walkers.get(random.nextInt(world.walkers.size()));
        Handle handle = walker.used();
        if (walker.ended || handle == null) {
            return;
        }
        int way = random.nextInt(10);
        if (way < 6 && fulfil(handle)) {
            return;
        }
        if (way < 8) {
            walker.interrupt();
        } else {
            handle.mayClose();
            close(handle.channel);
        }
    }

    private void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            world.verdict.broken("a close failed", e);
        }
    }

    /** Sends to a reader, and reads what a writer has no room for, if that can be done without waiting. */
    private boolean fulfil(Handle handle) {
        End peer = handle.end.peer;
        if (peer == null) {
            return false;
        }
        for (Handle other : peer.handles) {
            if (!other.end.kind.isPlatform() && fulfilBy(other)) {
                return true;
            }
        }
        return false;
    }

    private boolean fulfilBy(Handle other) {
        synchronized (other.channel.blockingLock()) { // so that the mode stays what it is
            if (!other.channel.isOpen() || other.channel.isBlocking()) {
                return false;
            }
            try {
                send(other);
                receive(other);
                return true;
            } catch (IOException | RuntimeException e) {
                MessageTransfers.failed(other, e);
                return false; // closed meanwhile, or its peer; who else uses it is told too
            }
        }
    }

    private void send(Handle other) throws IOException {
        if (!(other.channel instanceof WritableByteChannel channel) || other.end.out == null) {
            return;
        }
        if (other.end.out instanceof MessageFlow flow) {
            Content message = flow.begin(NUMBER, 0, 0);
            if (channel.write(buffers.oneOf(message.bytes())) > 0) {
                flow.sent(message);
                world.figures.count(Figure.MESSAGES_SENT);
            } else {
                flow.refused(message);
            }
            return;
        }
        ByteFlow flow = (ByteFlow) other.end.out;
        byte[] bytes = flow.begin(NUMBER, 1);
        if (bytes != null) {
            boolean sure = false;
            try {
                int n = channel.write(ByteBuffer.wrap(bytes));
                flow.wrote(NUMBER, n);
                world.figures.add(Figure.BYTES_SENT, n);
                sure = true;
            } finally {
                if (!sure) {
                    flow.unsure(NUMBER);
                }
            }
        }
    }

    private void receive(Handle other) throws IOException {
        Flow flow = other.end.in;
        if (flow == null || !(other.channel instanceof ReadableByteChannel channel) || !flow.reading.writeLock().tryLock()) {
            return;
        }
        try {
            Drain.receiveAll(world, other, channel, buffers, NUMBER);
        } finally {
            flow.reading.writeLock().unlock();
        }
    }
}
