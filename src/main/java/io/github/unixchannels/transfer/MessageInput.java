// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Timeout;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Reads of SOCK_SEQPACKET, where the kernel drops what does not fit: a message is received with the thread's scratch memory
 * behind the buffers (or instead of them, if they are small or the kernel cannot have their addresses), and what does not fit is kept for
 * the next reads.
 *
 * <p>Two things that recv(2) leaves open are settled here. 0 may be an empty message or the end: a peer that can still send, or bytes that
 * are still queued, say that it was a message. ECONNRESET comes before what the peer had sent (__skb_try_recv_datagram), or just after a 0
 * for the end (unix_release_sock), so it is noted and raised when the queue is empty.
 */
public final class MessageInput extends SocketInput {

    /** From here on, a direct buffer is received into: recvmsg(2) costs more than recv(2), and a copy of less costs less. */
    private static final int RECEIVE_INTO_BYTES = 16 << 10;

    /** How messages name the operation that looks at the length of a message. */
    private static final String PEEK = "nextMessageLength";

    private final AncillaryInput beside;

    public MessageInput(Connection connection) {
        super(connection);
        this.beside = new AncillaryInput(connection.descriptor(), buffers(), kept());
    }

    @Override
    long tryRead(int flags) throws IOException {
        if (hasKept()) {
            return kept().take(buffers(), "read");
        }
        requireNotReset("read");
        long n;
        do {
            n = receiveOne(connection().isResetNoted() ? flags | Linux.MSG_DONTWAIT : flags);
        } while (isFirstReset(n));
        return received("read", n);
    }

    private long receiveOne(int flags) throws IOException {
        CallMemory memory = CallMemory.acquire(descriptor().sys());
        try {
            NativeMemory scratch = memory.scratch(CallMemory.SCRATCH_BYTES);
            BufferVector dsts = buffers();
            boolean into = dsts.remaining() >= RECEIVE_INTO_BYTES && dsts.count() < Linux.IOV_MAX;
            int segments = into ? dsts.segments(memory) : 0;
            if (segments > 0) {
                return receiveInto(memory, segments, scratch, flags);
            }
            int start = dsts.lineOffset();
            int room = scratch.capacity() - start;
            long n = descriptor().recv(scratch.address() + start, room, flags | Linux.MSG_TRUNC);
            if (n <= 0) {
                return n;
            }
            requireFits(n, room);
            return kept().deliver(scratch.buffer(), start, (int) n, dsts, "read");
        } finally {
            memory.release();
        }
    }

    /** Receives into the buffers themselves, with the scratch memory behind the last. */
    private long receiveInto(CallMemory memory, int segments, NativeMemory scratch, int flags) throws IOException {
        long room = buffers().remaining();
        MessageHeader.set(memory, segments, scratch.address(), scratch.capacity());
        long n = descriptor().recvmsg(MessageHeader.message(memory, segments + 1), flags | Linux.MSG_TRUNC);
        if (n <= 0) {
            buffers().advance(0);
            return n;
        }
        requireFits(n, room + scratch.capacity());
        int beyond = (int) Math.max(0, n - room);
        kept().keep(scratch.buffer(), 0, beyond);
        return buffers().advance(n - beyond);
    }

    @Override
    MessageInfo tryReceive(NativeAncillaryData control, int flags) throws IOException {
        if (hasKept()) {
            return receiveKept(control);
        }
        requireNotReset("receive");
        requireTimestamps();
        int room = (int) Math.min(Integer.MAX_VALUE, buffers().remaining());
        long n;
        CallMemory memory = CallMemory.acquire(descriptor().sys());
        try {
            do {
                int now = connection().isResetNoted() ? flags | Linux.MSG_DONTWAIT : flags;
                n = beside.receive(memory, now | Linux.MSG_TRUNC, false, control);
            } while (isFirstReset(n));
        } finally {
            memory.release();
        }
        boolean atEnd = n == 0 && !control.isTimestamped();
        if (atEnd) {
            noteResetAtEnd();
        }
        if (n >= 0 && !atEnd) {
            return control.message((int) Math.min(n, room), (int) n, connection().remote());
        }
        if (connection().isResetNoted()) {
            failed("receive", -Errno.ECONNRESET);
        }
        return atEnd ? control.end(connection().remote()) : unavailable(n);
    }

    /** If that cannot be told, the end stands. */
    private void noteResetAtEnd() {
        isEnd(events());
    }

    /** What a read left of a message is all that there is of it still. */
    private MessageInfo receiveKept(NativeAncillaryData control) throws IOException {
        int left = kept().remaining();
        int taken = kept().take(buffers(), "receive");
        kept().drop();
        return control.message(taken, left, connection().remote());
    }

    /**
     * Receives messages into a batch with room, as many as are there, and moves its position behind them.
     *
     * @param timeoutNanos how long to wait for the first: a number of {@link Timeout}
     * @return how many, {@link #END}, also if the channel is closed meanwhile, or {@link #UNAVAILABLE}
     * @throws java.net.SocketTimeoutException if the time is over
     */
    public int receive(OperationScope scope, NativeMessageBatch batch, long timeoutNanos) throws IOException {
        int flags = inputWait().begin(timeoutNanos);
        do {
            int n = tryReceive(batch, flags);
            if (n != UNAVAILABLE || timeoutNanos == Timeout.NO_WAIT) {
                inputWait().end();
                return n;
            }
            flags = awaitInput(scope, "receive");
        } while (flags != InputWait.ENDED);
        return END;
    }

    /**
     * How long the message is that is next, or what is left of one.
     *
     * @param timeoutNanos how long to wait for one: a number of {@link Timeout}
     * @return how many bytes, {@link #END}, also if the channel is closed meanwhile, or {@link #UNAVAILABLE}
     * @throws java.net.SocketTimeoutException if the time is over
     */
    public long nextLength(OperationScope scope, long timeoutNanos) throws IOException {
        int flags = inputWait().begin(timeoutNanos);
        do {
            long n = tryPeek(flags);
            if (n != UNAVAILABLE || timeoutNanos == Timeout.NO_WAIT) {
                inputWait().end();
                return n;
            }
            flags = awaitInput(scope, PEEK);
        } while (flags != InputWait.ENDED);
        return END;
    }

    private long tryPeek(int flags) throws IOException {
        if (hasKept()) {
            return kept().remaining();
        }
        requireNotReset(PEEK);
        long n;
        CallMemory memory = CallMemory.acquire(descriptor().sys());
        try {
            do {
                int now = connection().isResetNoted() ? flags | Linux.MSG_DONTWAIT : flags;
                n = descriptor().recv(memory.structs().address(), 0, now | Linux.MSG_PEEK | Linux.MSG_TRUNC);
            } while (isFirstReset(n));
        } finally {
            memory.release();
        }
        return received(PEEK, n);
    }

    private int tryReceive(NativeMessageBatch batch, int flags) throws IOException {
        if (hasKept()) {
            int left = kept().remaining();
            ByteBuffer dst = batch.buffer(batch.next()).clear();
            batch.received(kept().take(dst, 0, batch.messageBytes()), left, connection().remote());
            kept().drop();
            return 1;
        }
        requireNotReset("receive");
        int n;
        do {
            n = receiveSeveral(batch, flags | (connection().isResetNoted() ? Linux.MSG_DONTWAIT : 0));
        } while (isFirstReset(n));
        int messages = messagesOf(batch, n);
        if (messages > 0) {
            batch.received(messages, connection().remote());
            return messages;
        }
        if (connection().isResetNoted()) {
            return failed("receive", -Errno.ECONNRESET);
        }
        return n > 0 ? END : failed("receive", n);
    }

    private int receiveSeveral(NativeMessageBatch batch, int flags) {
        int all = flags | Linux.MSG_TRUNC | ((flags & Linux.MSG_DONTWAIT) == 0 ? Linux.MSG_WAITFORONE : 0);
        int n;
        do {
            batch.prepareToReceive(false);
            n = descriptor().sys().recvmmsg(descriptor().fd(), batch.incoming(), batch.left(), all);
        } while (n == -Errno.EINTR && descriptor().isToBeRepeated(Descriptor.READING, flags));
        Reference.reachabilityFence(batch);
        return n;
    }

    /**
     * How many of those that recvmmsg(2) returned are messages. The end is as many empty ones as there is room for; or fewer, if an error
     * came after the first of them: a peer that closes sets the end, and ECONNRESET an instant later.
     */
    private int messagesOf(NativeMessageBatch batch, int received) throws IOException {
        if (received <= 0 || batch.incomingLength(received - 1) != 0) {
            return received;
        }
        int messages = received - 1;
        while (messages > 0 && batch.incomingLength(messages - 1) == 0) {
            messages--;
        }
        boolean filled = received == batch.left();
        return (filled ? endsAfter(messages) : isCutByAnError()) ? messages : received;
    }

    /** Whether empty messages that follow so many others are the end. If that cannot be told, the others are not lost for it. */
    private boolean endsAfter(int messages) throws IOException {
        try {
            return isEnd();
        } catch (IOException e) {
            if (messages > 0) {
                return true;
            }
            throw e;
        }
    }

    /** Whether the end came, and then an error, which recvmmsg(2) leaves to the next call. If that cannot be told, neither did. */
    private boolean isCutByAnError() {
        int events = events();
        boolean error = events > 0 && (events & Linux.POLLERR) != 0 || connection().isResetNoted(); // a write may have met it
        return error && isEnd(events);
    }

    private MessageInfo unavailable(long n) throws IOException {
        failed("receive", n);
        return null;
    }

    /**
     * A message then comes with a time, an empty one too, and the end of the stream does not: nothing else tells them apart in every
     * case.
     */
    private void requireTimestamps() throws IOException {
        if (!connection().isTimestamped()) {
            connection().requireTimestamps();
        }
    }

    private void requireFits(long messageBytes, long roomBytes) throws IOException {
        if (messageBytes > roomBytes) {
            throw lost(messageBytes, roomBytes);
        }
    }

    private boolean isFirstReset(long n) {
        boolean first = n == -Errno.ECONNRESET && !connection().isResetNoted();
        if (first) {
            connection().noteReset();
        }
        return first;
    }

    private long received(String operation, long n) throws IOException {
        if (n > 0) {
            return n;
        }
        boolean atEnd = n == 0 && isEnd();
        if (connection().isResetNoted() && (atEnd || n < 0)) {
            return failed(operation, -Errno.ECONNRESET);
        }
        if (atEnd) {
            return END;
        }
        return n == 0 ? 0 : failed(operation, n);
    }

    /** Whether a 0 from recv(2) was the end: nobody can send any more, and no byte is queued. */
    private boolean isEnd() throws IOException {
        int events = events();
        if (events < 0) {
            throw ErrnoExceptions.io("poll", connection(), events);
        }
        return isEnd(events);
    }

    /** An end with an error pending is a reset: the kernel sets the end first, and a call in between returns 0. */
    private boolean isEnd(int events) {
        boolean ended = events > 0 && (events & (Linux.POLLRDHUP | Linux.POLLHUP | Linux.POLLERR)) != 0 && descriptor().queuedBytes() <= 0;
        if (ended && (events & Linux.POLLERR) != 0) {
            connection().noteReset();
        }
        return ended;
    }

    private int events() {
        return Waiting.poll(descriptor(), Linux.POLLIN | Linux.POLLRDHUP, 0);
    }
}
