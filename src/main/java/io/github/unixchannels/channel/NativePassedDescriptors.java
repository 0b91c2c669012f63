// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PassedDescriptors;
import io.github.unixchannels.message.NativeAncillaryData;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Turns the reads and writes of a STREAM channel into receives and sends with ancillary data. */
final class NativePassedDescriptors extends PassedDescriptors {

    private final NativeSocketChannel channel;
    private final MessageOperations messages;
    private final int limit;

    // Guarded by this, which is not held while the channel reads or writes.
    private final Deque<OwnedFd> waiting = new ArrayDeque<>();
    private final List<OwnedFd> attached = new ArrayList<>();
    private AncillaryData spare;
    private long refused;
    private boolean closed;

    NativePassedDescriptors(NativeSocketChannel channel, MessageOperations messages, int limit) {
        this.channel = channel;
        this.messages = messages;
        this.limit = limit;
    }

    @Override
    public synchronized PassedDescriptors attach(OwnedFd descriptor) {
        if (closed) {
            throw new IllegalStateException("the passing of descriptors has ended");
        }
        if (attached.size() == AncillaryData.MAX_DESCRIPTORS) {
            throw new IllegalStateException(attached.size() + " descriptors are attached already");
        }
        AncillaryData checked = borrow();
        try {
            checked.descriptor(descriptor);
        } finally {
            checked.clear();
            giveBack(checked);
        }
        attached.add(descriptor);
        return this;
    }

    @Override
    public synchronized OwnedFd take() {
        return waiting.poll();
    }

    @Override
    public synchronized int count() {
        return waiting.size();
    }

    @Override
    public synchronized long refusedCount() {
        return refused;
    }

    /** Reads as the channel does, into {@code dst} or, if that is null, into several buffers. */
    long read(ByteBuffer dst, ByteBuffer[] dsts) throws IOException {
        AncillaryData received = borrow();
        try {
            MessageInfo info = messages.receive(dst, dsts, NativeAncillaryData.require(received));
            keep(received);
            return info == null ? 0 : info.isEnd() ? -1 : info.length();
        } finally {
            giveBack(received);
        }
    }

    private synchronized AncillaryData borrow() {
        AncillaryData data = spare != null ? spare : AncillaryData.create();
        spare = null;
        return data;
    }

    private synchronized void giveBack(AncillaryData data) {
        if (spare == null && !closed) {
            spare = data;
        } else {
            data.close();
        }
    }

    private synchronized void keep(AncillaryData received) {
        while (received.descriptorCount() > 0 && waiting.size() < limit && !closed) {
            waiting.add(received.takeDescriptor());
        }
        refused += received.descriptorCount();
        received.clear();
    }

    /** Whether a write has descriptors to send. */
    synchronized boolean isAttached() {
        return !attached.isEmpty();
    }

    /** Writes as the channel does, from {@code src} or, if that is null, from several buffers, at least a byte, with what is attached. */
    long write(ByteBuffer src, ByteBuffer[] srcs) throws IOException {
        List<OwnedFd> descriptors = takeAttached();
        AncillaryData sent = borrow();
        boolean unsent = false;
        try {
            descriptors.forEach(sent::descriptor);
            long n = messages.send(src, srcs, NativeAncillaryData.require(sent));
            unsent = n == MessageOperations.NOTHING_SENT;
            return Math.max(0, n);
        } catch (SocketTimeoutException e) {
            unsent = e.bytesTransferred == 0;
            throw e;
        } finally {
            sent.clear();
            giveBack(sent);
            if (unsent) {
                attachAgain(descriptors);
            }
        }
    }

    private synchronized List<OwnedFd> takeAttached() {
        List<OwnedFd> descriptors = List.copyOf(attached);
        attached.clear();
        return descriptors;
    }

    private synchronized void attachAgain(List<OwnedFd> unsent) {
        if (!closed) {
            attached.addAll(0, unsent);
        }
    }

    @Override
    public void close() {
        channel.passNoDescriptors(this);
        Deque<OwnedFd> left;
        synchronized (this) {
            closed = true;
            left = new ArrayDeque<>(waiting);
            waiting.clear();
            attached.clear();
            if (spare != null) {
                spare.close();
                spare = null;
            }
        }
        left.forEach(OwnedFd::close);
    }
}
