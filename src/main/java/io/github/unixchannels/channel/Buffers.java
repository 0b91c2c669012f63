// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.sys.CallMemory;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Arrays of buffers as one run of bytes, and buffers as addresses. */
final class Buffers {

    private static final int CACHE_LINE_BYTES = 64;

    private Buffers() {}

    /**
     * The address of a direct buffer's position. The caller keeps the buffer reachable until it has used it.
     *
     * @throws IllegalStateException if its memory was given back (an arena that is closed)
     * @throws WrongThreadException if its memory is another thread's, on versions of Java that have such memory
     */
    static long address(CallMemory memory, ByteBuffer direct) {
        requireAccessible(direct);
        return memory.addressOf(direct) + direct.position();
    }

    /**
     * As {@link #address}, or 0 if the bytes are better copied: the buffer is not direct, or no more than {@code copyBytes} remain and
     * its address is not at hand.
     */
    static long addressUnlessCopied(CallMemory memory, ByteBuffer buffer, int copyBytes) {
        if (!buffer.isDirect()) {
            return 0;
        }
        if (buffer.remaining() > copyBytes) {
            return address(memory, buffer);
        }
        requireAccessible(buffer);
        long known = memory.knownAddressOf(buffer);
        return known == 0 ? 0 : known + buffer.position();
    }

    /**
     * Checks that what remains in a buffer, if anything, can be used by the calling thread.
     *
     * @throws IllegalStateException if its memory was given back (an arena that is closed)
     * @throws WrongThreadException if its memory is another thread's, on versions of Java that have such memory
     */
    static void requireAccessible(ByteBuffer buffer) {
        // An address alone is no proof that the memory is still there: touching it through the buffer is checked.
        int position = buffer.position();
        if (position < buffer.limit()) {
            buffer.get(position);
        }
    }

    /**
     * Checks that a buffer can be received into. It comes before anything is received: what no buffer can take would be lost.
     *
     * @throws IllegalArgumentException if it is read-only
     * @throws IllegalStateException as {@link #requireAccessible}
     */
    static void requireUsable(ByteBuffer dst) {
        requireWritable(dst);
        requireAccessible(dst);
    }

    /** Checks the first half of {@link #requireUsable}: for whoever asks for the address, which checks the other, before it receives. */
    static void requireWritable(ByteBuffer dst) {
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }

    /** Checks that there is a buffer or, if it is null, an array of several, none of which is null. */
    static void requireSource(ByteBuffer buffer, ByteBuffer[] buffers) {
        if (buffer == null) {
            for (ByteBuffer each : buffers) {
                Objects.requireNonNull(each);
            }
        }
    }

    /** As {@link #requireWritable(ByteBuffer)}, of each. */
    static void requireWritable(ByteBuffer[] dsts) {
        for (ByteBuffer dst : dsts) {
            requireWritable(dst);
        }
    }

    /** As {@link #requireAccessible(ByteBuffer)}, of {@code buffer} or, if that is null, of each of several. */
    static void requireAccessible(ByteBuffer buffer, ByteBuffer[] buffers) {
        if (buffer != null) {
            requireAccessible(buffer);
            return;
        }
        for (ByteBuffer each : buffers) {
            requireAccessible(each);
        }
    }

    /** Where in its cache line a direct buffer's position is: a copy between two such places that agree is the fastest. Else 0. */
    static int lineOffset(ByteBuffer buffer) {
        return buffer.isDirect() ? buffer.alignmentOffset(buffer.position(), CACHE_LINE_BYTES) : 0;
    }

    static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            total += buffers[i].remaining();
        }
        return total;
    }

    static boolean allDirect(ByteBuffer[] buffers, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!buffers[i].isDirect()) {
                return false;
            }
        }
        return true;
    }

    /** Copies as many bytes as fit, from the front of {@code from}, and moves the positions. Returns how many. */
    static int scatter(ByteBuffer from, int lengthBytes, ByteBuffer[] dsts, int offset, int length) {
        int done = 0;
        for (int i = offset; i < offset + length && done < lengthBytes; i++) {
            done += put(from, done, Math.min(dsts[i].remaining(), lengthBytes - done), dsts[i]);
        }
        return done;
    }

    /** Copies {@code lengthBytes} bytes, for which there is room, and moves {@code to}'s position. */
    static int put(ByteBuffer from, int fromIndex, int lengthBytes, ByteBuffer to) {
        int position = to.position();
        to.put(position, from, fromIndex, lengthBytes);
        to.position(position + lengthBytes);
        return lengthBytes;
    }

    /** Copies all that remains, for which there is room, and moves no position of the sources. */
    static void gather(ByteBuffer[] srcs, int offset, int length, ByteBuffer to) {
        int at = 0;
        for (int i = offset; i < offset + length; i++) {
            int n = srcs[i].remaining();
            to.put(at, srcs[i], srcs[i].position(), n);
            at += n;
        }
    }

    /** Moves the positions by a count of bytes altogether, and returns what of it went beyond the last. */
    static long advance(ByteBuffer[] buffers, int offset, int length, long count) {
        long left = count;
        for (int i = offset; i < offset + length && left > 0; i++) {
            int n = (int) Math.min(left, buffers[i].remaining());
            buffers[i].position(buffers[i].position() + n);
            left -= n;
        }
        return left;
    }
}
