// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Pairs whose buffers belong to all walkers at once: while one is in an operation, others move the buffer's position and limit, or close the
 * arena that its memory is of. What is sent is not known then, but each byte of it must be one of the buffer's, and nothing is written
 * beside the buffer.
 */
final class MovedBuffers implements Closeable {

    private static final int BYTES = 16 << 10;
    private static final int AROUND = 4 << 10;
    private static final byte INSIDE = 0x77;
    private static final byte OUTSIDE = 0x11;

    /** Memory of which a part is the buffer. */
    private record Part(AutoCloseable arena, ByteBuffer whole, ByteBuffer buffer) {

        static Part of(byte content, boolean inArena) {
            boolean closeable = inArena && Arenas.areAvailable();
            AutoCloseable arena = closeable ? Arenas.openShared() : null;
            ByteBuffer whole = closeable ? Arenas.allocate(arena, BYTES + 2 * AROUND) : ByteBuffer.allocateDirect(BYTES + 2 * AROUND);
            for (int i = 0; i < whole.capacity(); i++) {
                whole.put(i, i < AROUND || i >= AROUND + BYTES ? OUTSIDE : content);
            }
            return new Part(arena, whole, whole.slice(AROUND, BYTES));
        }
    }

    private final World world;
    private final UnixSocketChannel.Pair pair;
    private volatile Part src;
    private volatile Part dst;

    MovedBuffers(World world, SplittableRandom random) throws IOException {
        this.world = world;
        UnixSelectorProvider provider = UnixSelectorProvider.provider();
        pair = provider.openSocketPair(random.nextBoolean() ? UnixProtocolFamily.STREAM : UnixProtocolFamily.SEQPACKET);
        pair.first().configureBlocking(false);
        pair.second().configureBlocking(false);
        src = Part.of(INSIDE, random.nextBoolean());
        dst = Part.of((byte) 0, random.nextBoolean());
    }

    /** One step of a walker: a write, a read, or a change of what the others are using. */
    static void use(Walker walker) {
        MovedBuffers moved = walker.world.moved;
        walker.doing = "use of buffers that others move";
        try {
            switch (walker.random.nextInt(8)) {
                case 0, 1 -> moved.pair.first().write(moved.src.buffer);
                case 2 -> moved.pair.first().write(new ByteBuffer[] {moved.src.buffer, moved.src.buffer.duplicate()});
                case 3, 4 -> moved.read(walker);
                case 5 -> moved.move(walker.random, moved.src.buffer);
                case 6 -> moved.move(walker.random, moved.dst.buffer);
                default -> moved.closeArena(walker);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            // a limit before the position, or memory that is gone: the operation did nothing
        } catch (IOException e) {
            walker.world.verdict.broken(walker + ": with a buffer that others move", e);
        }
    }

    private void read(Walker walker) throws IOException {
        Part to = dst;
        if (walker.random.nextBoolean()) {
            pair.second().read(to.buffer);
        } else {
            pair.second().receive(to.buffer, walker.received);
        }
        for (int i = 0; i < to.whole.capacity(); i += walker.random.nextInt(1, 64)) {
            boolean outside = i < AROUND || i >= AROUND + BYTES;
            byte found = to.whole.get(i);
            if (outside ? found != OUTSIDE : found != 0 && found != INSIDE) {
                world.verdict.broken(walker + ": byte " + (i - AROUND) + " of " + BYTES + " is " + found);
                return;
            }
        }
    }

    private void move(SplittableRandom random, ByteBuffer buffer) {
        for (int i = 0; i < 20; i++) {
            int limit = random.nextInt(BYTES + 1);
            buffer.limit(limit);
            buffer.position(random.nextInt(limit + 1));
        }
        buffer.clear();
    }

    private void closeArena(Walker walker) {
        Part old = walker.random.nextBoolean() ? src : dst;
        if (old.arena == null) {
            return;
        }
        try {
            old.arena.close();
        } catch (Exception e) {
            return; // by another walker, or somebody looks at the memory just now
        }
        if (old == src) {
            src = Part.of(INSIDE, true);
        } else {
            dst = Part.of((byte) 0, true);
        }
    }

    @Override
    public void close() throws IOException {
        pair.close();
    }
}
