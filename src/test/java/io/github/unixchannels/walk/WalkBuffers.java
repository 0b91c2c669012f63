// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers for one operation at a time, of every kind of memory. Around what the operation may touch there are other bytes, which
 * {@link #check} looks at, or a page without access. For one thread.
 */
final class WalkBuffers {

    /** Room for the longest message in several parts. */
    private static final int SLAB_BYTES = 256 << 10;

    /** How many bytes before and behind a buffer are looked at. */
    private static final int MARGIN = 16;
    private static final byte MARGIN_BYTE = 0x5a;
    private static final int MOST_PARTS = 4;

    /** Memory is not given back, which would take longer than a walk. */
    private static final Queue<Map<MemoryKind, ByteBuffer>> SPARE = new ConcurrentLinkedQueue<>();

    private final SplittableRandom random;
    private final Map<MemoryKind, ByteBuffer> slabs;
    private final Map<MemoryKind, Integer> used = new EnumMap<>(MemoryKind.class);

    private ByteBuffer[] parts;
    private ByteBuffer[] memories;
    private int[] starts;
    private int[] ends;

    WalkBuffers(SplittableRandom random) {
        this.random = random;
        Map<MemoryKind, ByteBuffer> spare = SPARE.poll();
        slabs = spare != null ? spare : allocate();
    }

    private static Map<MemoryKind, ByteBuffer> allocate() {
        Map<MemoryKind, ByteBuffer> slabs = new EnumMap<>(MemoryKind.class);
        for (MemoryKind kind : MemoryKind.values()) {
            slabs.put(kind, kind.allocate(SLAB_BYTES));
        }
        return slabs;
    }

    /** Lets other walks use the memory. */
    void release() {
        SPARE.add(slabs);
    }

    /** One buffer or several that hold these bytes. */
    ByteBuffer[] of(byte[] content) {
        divide(content.length);
        int done = 0;
        for (ByteBuffer part : parts) {
            part.put(part.position(), content, done, part.remaining());
            done += part.remaining();
        }
        for (int i = 0; i < parts.length; i++) {
            if (random.nextInt(4) == 0) {
                parts[i] = parts[i].asReadOnlyBuffer();
            }
        }
        return parts.clone();
    }

    /** One buffer or several with room for so many bytes. */
    ByteBuffer[] room(int bytes) {
        divide(bytes);
        return parts.clone();
    }

    /** A single buffer, of the kinds that {@link #room} has, with room for so many bytes. */
    ByteBuffer oneRoom(int bytes) {
        divide(bytes, 1);
        return parts[0];
    }

    /** A single buffer that holds these bytes. */
    ByteBuffer oneOf(byte[] content) {
        divide(content.length, 1);
        return parts[0].put(parts[0].position(), content);
    }

    private void divide(int bytes) {
        divide(bytes, random.nextBoolean() ? 1 : random.nextInt(1, MOST_PARTS + 1));
    }

    private void divide(int bytes, int count) {
        used.clear();
        parts = new ByteBuffer[count];
        memories = new ByteBuffer[count];
        starts = new int[count];
        ends = new int[count];
        int left = bytes;
        for (int i = 0; i < count; i++) {
            int length = i == count - 1 ? left : random.nextInt(left + 1);
            left -= length;
            take(i, length);
        }
    }

    private void take(int index, int length) {
        MemoryKind kind = MemoryKind.values()[random.nextInt(MemoryKind.values().length)];
        ByteBuffer slab = slabs.get(kind);
        int first = used.getOrDefault(kind, 0);
        boolean atEnd = first == 0 && random.nextBoolean();
        int start = atEnd ? SLAB_BYTES - length : first == 0 && kind == MemoryKind.GUARDED ? 0 : first + MARGIN;
        if (start + length > SLAB_BYTES) {
            slab = ByteBuffer.allocate(length + 2 * MARGIN);
            start = MARGIN;
        } else {
            used.put(kind, atEnd ? SLAB_BYTES : start + length + MARGIN);
        }
        for (int i = 0; i < MARGIN; i++) {
            putMargin(slab, start - 1 - i);
            putMargin(slab, start + length + i);
        }
        memories[index] = slab;
        starts[index] = start;
        ends[index] = start + length;
        parts[index] = random.nextBoolean() ? slab.slice(start, length) : slab.duplicate().limit(start + length).position(start);
        ByteBuffer part = parts[index];
        for (int i = part.position(); i < part.limit() && length <= MARGIN; i++) {
            part.put(i, (byte) 0);
        }
    }

    private static void putMargin(ByteBuffer slab, int index) {
        if (index >= 0 && index < slab.capacity()) {
            slab.put(index, MARGIN_BYTE);
        }
    }

    /** The first bytes that an operation put into the buffers. */
    byte[] taken(long bytes) {
        byte[] taken = new byte[Math.toIntExact(bytes)];
        int done = 0;
        for (int i = 0; i < parts.length && done < taken.length; i++) {
            int length = Math.min(taken.length - done, ends[i] - starts[i]);
            memories[i].get(starts[i], taken, done, length);
            done += length;
        }
        return taken;
    }

    /** How many bytes the positions have moved by. */
    static long moved(ByteBuffer[] buffers, long bytesBefore) {
        long left = 0;
        for (ByteBuffer buffer : buffers) {
            left += buffer.remaining();
        }
        return bytesBefore - left;
    }

    /** Checks that nothing was written beside the buffers. */
    void check(Verdict verdict, Object what) {
        for (int i = 0; i < parts.length; i++) {
            for (int j = 0; j < MARGIN; j++) {
                if (isTouched(memories[i], starts[i] - 1 - j) || isTouched(memories[i], ends[i] + j)) {
                    verdict.broken(what + ": wrote beside a buffer of " + (ends[i] - starts[i]) + " bytes");
                }
            }
        }
    }

    private static boolean isTouched(ByteBuffer memory, int index) {
        return index >= 0 && index < memory.capacity() && memory.get(index) != MARGIN_BYTE;
    }
}
