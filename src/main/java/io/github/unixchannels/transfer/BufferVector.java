// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.sys.BufferScopes;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * The buffers of one operation, one after the other; a single buffer is a vector of one. Each buffer's position and limit are read once, when
 * the operation begins: addresses, lengths and copies go by what was read, so that a thread that moves a buffer meanwhile makes no transfer
 * leave the buffer's memory. A position is set to what was read plus what was transferred.
 *
 * <p>The kernel gets the address of a direct buffer, unless the buffer's memory can be given back ({@link BufferScopes}). The bytes of any
 * other buffer are copied, through the buffer itself, which checks that the memory is there.
 *
 * <p>It belongs to one side of one channel, is used by the thread that has entered that side, and keeps no buffer reachable between two
 * operations.
 */
public final class BufferVector {

    private static final int CACHE_LINE_BYTES = 64;

    /** Room for more buffers is dropped after use. */
    private static final int MOST_KEPT = 64;

    private final Object target;

    private ByteBuffer[] buffers = new ByteBuffer[1];

    /** Of each buffer, where the next byte is. */
    private int[] positions = new int[1];

    /** Of each buffer, how many bytes remain. */
    private int[] lengths = new int[1];

    private int count;

    /** Nothing remains in the buffers before this one. */
    private int first;

    private long remaining;

    /** See {@link #covered}. */
    private long covered;

    /**
     * Makes an empty one.
     *
     * @param target whose buffers they are, for messages
     */
    public BufferVector(Object target) {
        this.target = target;
    }

    /** Begins an operation on one buffer. The operation ends with {@link #clear}. */
    public void set(ByteBuffer buffer) {
        buffers[0] = buffer;
        count = 1;
        first = 0;
        remaining = read(0, buffer);
    }

    /** Begins an operation on several buffers. A null among them is found by {@link #requireNonNull} or {@link #requireUsable}. */
    public void set(ByteBuffer[] several, int offset, int length) {
        if (length > buffers.length) {
            buffers = new ByteBuffer[length];
            positions = new int[length];
            lengths = new int[length];
        }
        first = 0;
        long bytes = 0;
        for (int i = 0; i < length; i++) {
            ByteBuffer buffer = several[offset + i];
            buffers[i] = buffer;
            count = i + 1;
            bytes += buffer == null ? 0 : read(i, buffer);
        }
        remaining = bytes;
    }

    /** Begins an operation on {@code one} or, if that is null, on all of {@code several}. */
    public void set(ByteBuffer one, ByteBuffer[] several) {
        set(one, several, 0, one != null ? 1 : several.length);
    }

    /** Begins an operation on {@code one} or, if that is null, on some of {@code several}. */
    public void set(ByteBuffer one, ByteBuffer[] several, int offset, int length) {
        if (one != null) {
            set(one);
        } else {
            set(several, offset, length);
        }
    }

    private int read(int index, ByteBuffer buffer) {
        int position = buffer.position();
        int length = Math.max(0, buffer.limit() - position);
        positions[index] = position;
        lengths[index] = length;
        return length;
    }

    /** Ends the operation. */
    public void clear() {
        if (buffers.length > MOST_KEPT) {
            buffers = new ByteBuffer[1];
            positions = new int[1];
            lengths = new int[1];
        } else {
            for (int i = 0; i < count; i++) {
                buffers[i] = null;
            }
        }
        count = 0;
        remaining = 0;
    }

    /** How many bytes remain in all buffers. */
    public long remaining() {
        return remaining;
    }

    /** How many buffers there are, empty ones among them. */
    public int count() {
        return count;
    }

    /** @throws NullPointerException if a buffer is null */
    public void requireNonNull() {
        for (int i = 0; i < count; i++) {
            if (buffers[i] == null) {
                throw new NullPointerException("a buffer is null");
            }
        }
    }

    /**
     * Checks, one buffer after the other, that the buffers can be received into. It comes before anything is received: what no buffer can
     * take would be lost.
     *
     * @throws NullPointerException if a buffer is null
     * @throws IllegalArgumentException if a buffer is read-only
     * @throws IllegalStateException if bytes remain in a buffer whose memory was given back (an arena that is closed)
     * @throws WrongThreadException if bytes remain in a buffer whose memory is another thread's, on versions of Java that have such memory
     */
    public void requireUsable() {
        for (int i = 0; i < count; i++) {
            ByteBuffer dst = buffers[i];
            if (dst.isReadOnly()) {
                throw new IllegalArgumentException("Read-only buffer");
            }
            if (lengths[i] > 0 && dst.isDirect()) {
                BufferScopes.requireAccessible(dst);
            }
        }
    }

    /** The address of the only buffer's next byte; 0 if there are several buffers, or the bytes must be copied. */
    public long address(CallMemory memory) {
        return count == 1 ? address(memory, 0) : 0;
    }

    private long address(CallMemory memory, int index) {
        ByteBuffer buffer = buffers[index];
        if (!buffer.isDirect()) {
            return 0;
        }
        long start = memory.addressOf(buffer);
        return start == 0 ? 0 : start + positions[index];
    }

    /**
     * Writes an iovec for each buffer in which bytes remain, up to IOV_MAX of them.
     *
     * @return how many; 0 if nothing remains, or bytes of one of the buffers must be copied
     */
    public int segments(CallMemory memory) {
        int segments = 0;
        for (int i = first; i < count && segments < Linux.IOV_MAX; i++) {
            if (lengths[i] > 0) {
                long address = address(memory, i);
                if (address == 0) {
                    return 0;
                }
                MessageHeader.set(memory, segments++, address, lengths[i]);
            }
        }
        return segments;
    }

    /**
     * Writes an iovec for each buffer from which bytes are to be sent, up to IOV_MAX of them, and copies the bytes that must be copied to the
     * scratch memory. {@link #covered} tells how many bytes that were.
     *
     * @param operation what the bytes are for, for messages
     * @param mostCopied how many bytes are copied at most
     * @return how many iovecs
     * @throws IllegalStateException as {@link #gather}, and so do its other exceptions
     */
    public int gatherSegments(CallMemory memory, String operation, int mostCopied) throws IOException {
        int segments = 0;
        int copied = 0;
        covered = 0;
        for (int i = first; i < count && segments < Linux.IOV_MAX && copied < mostCopied; i++) {
            if (lengths[i] == 0) {
                continue;
            }
            int part = lengths[i];
            long address = address(memory, i);
            if (address == 0) {
                part = Math.min(part, mostCopied - copied);
                int need = (int) Math.min(mostCopied, remaining);
                copyFrom(i, part, memory.scratch(need).buffer(), copied, operation);
                address = memory.scratch(need).address() + copied;
                copied += part;
            }
            MessageHeader.set(memory, segments++, address, part);
            covered += part;
        }
        return segments;
    }

    /** How many bytes the last {@link #gatherSegments} wrote iovecs for. */
    public long covered() {
        return covered;
    }

    /** Where in its cache line the first buffer's next byte is, if that buffer is direct: a copy between two such places that agree is the fastest. */
    public int lineOffset() {
        ByteBuffer buffer = buffers[0];
        return buffer.isDirect() ? buffer.alignmentOffset(positions[0], CACHE_LINE_BYTES) : 0;
    }

    /**
     * Copies the next bytes, of which so many remain, to native memory; no position moves.
     *
     * @param operation what the bytes are for, for messages
     * @throws IllegalStateException if the memory of a buffer was given back (an arena that is closed)
     * @throws IllegalArgumentException if a buffer's limit was lowered meanwhile
     * @throws IOException if the memory of a buffer is not there (a mapped file that was shortened)
     */
    public void gather(ByteBuffer to, int toIndex, int lengthBytes, String operation) throws IOException {
        int left = lengthBytes;
        int at = toIndex;
        for (int i = first; left > 0; i++) {
            int n = Math.min(lengths[i], left);
            if (n > 0) {
                copyFrom(i, n, to, at, operation);
                at += n;
                left -= n;
            }
        }
    }

    private void copyFrom(int index, int lengthBytes, ByteBuffer to, int toIndex, String operation) throws IOException {
        ByteBuffer src = buffers[index];
        int position = positions[index];
        try {
            to.put(toIndex, src, position, lengthBytes);
            if (src.isDirect()) {
                BufferScopes.requireCopied(src, position, lengthBytes);
            }
        } catch (IndexOutOfBoundsException e) {
            throw lowered(e);
        } catch (InternalError e) {
            throw faulted(operation, e);
        }
    }

    /**
     * Copies bytes to the buffers, as many as there is room for, and moves the positions; when it throws, by what was copied.
     *
     * @param operation what the bytes are of, for messages
     * @return how many
     * @throws IllegalStateException if the memory of a buffer was given back (an arena that is closed)
     * @throws IllegalArgumentException if a buffer's limit was lowered meanwhile
     * @throws IOException if the memory of a buffer is not there (a mapped file that was shortened)
     */
    public int scatter(ByteBuffer from, int fromIndex, int lengthBytes, String operation) throws IOException {
        int copied = 0;
        for (int i = first; i < count && copied < lengthBytes; i++) {
            int n = Math.min(lengths[i], lengthBytes - copied);
            if (n > 0) {
                copyTo(i, from, fromIndex + copied, n, operation);
                copied += n;
            }
        }
        return copied;
    }

    private void copyTo(int index, ByteBuffer from, int fromIndex, int lengthBytes, String operation) throws IOException {
        ByteBuffer dst = buffers[index];
        int position = positions[index];
        try {
            dst.put(position, from, fromIndex, lengthBytes);
            if (dst.isDirect()) {
                BufferScopes.requireCopied(dst, position, lengthBytes);
            }
        } catch (IndexOutOfBoundsException e) {
            throw lowered(e);
        } catch (InternalError e) {
            throw faulted(operation, e);
        }
        move(index, lengthBytes);
    }

    private static IllegalArgumentException lowered(IndexOutOfBoundsException cause) {
        return new IllegalArgumentException("the limit of a buffer was lowered during the operation", cause);
    }

    /** As the kernel says of an address that it cannot reach. */
    private IOException faulted(String operation, InternalError cause) {
        IOException failure = ErrnoExceptions.io(operation, target, -Errno.EFAULT);
        failure.addSuppressed(cause); // its cause is the error number
        return failure;
    }

    /**
     * The kernel has transferred bytes: moves the positions. The buffers are reachable at least until then.
     *
     * @param n what a system call returned: how many bytes, at most {@link #remaining}, or an error number negated, which moves nothing
     * @return {@code n}
     * @throws IllegalArgumentException if a buffer's limit was lowered meanwhile
     */
    public long advance(long n) {
        Reference.reachabilityFence(buffers);
        long left = n;
        for (int i = first; left > 0; i++) {
            int part = (int) Math.min(left, lengths[i]);
            if (part > 0) {
                move(i, part);
                left -= part;
            }
        }
        return n;
    }

    private void move(int index, int bytes) {
        int position = positions[index] + bytes;
        positions[index] = position;
        lengths[index] -= bytes;
        remaining -= bytes;
        if (lengths[index] == 0) {
            first = index;
        }
        buffers[index].position(position);
    }
}
