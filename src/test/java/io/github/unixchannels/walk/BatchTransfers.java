// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/** Sends and receives of several messages by one call. */
final class BatchTransfers {

    private BatchTransfers() {}

    private static boolean takesBatches(Handle handle) {
        return handle.end.kind.hasMessages() && MessageTransfers.isOurs(handle);
    }

    static void send(Walker walker) {
        Handle handle = walker.world.pick(walker.random, BatchTransfers::takesBatches);
        if (handle == null) {
            return;
        }
        walker.use(handle, "send of a batch");
        MessageFlow flow = (MessageFlow) handle.end.out;
        MessageBatch batch = walker.batch.clear();
        List<Content> messages = new ArrayList<>();
        int count = walker.random.nextInt(1, batch.capacity() + 1);
        for (int i = 0; i < count; i++) {
            Content message = flow.begin(walker.number, 0, walker.random.nextInt(1, Walker.BATCH_BYTES));
            messages.add(message);
            batch.add(walker.buffers.oneOf(message.bytes()));
        }
        batch.flip();
        boolean sure = true;
        try {
            int n = send(handle, batch);
            if (n != batch.position()) {
                walker.world.verdict.broken(walker + ": " + n + " of a batch went, and its position is " + batch.position());
            }
        } catch (Throwable e) {
            sure = !(e instanceof ClosedChannelException);
            MessageTransfers.failed(handle, e);
            Outcome.judge(walker, handle, e);
        }
        account(walker, flow, messages, batch.position(), sure);
    }

    /** Those before the position went; the others did not, if that is sure. */
    private static void account(Walker walker, MessageFlow flow, List<Content> messages, int went, boolean sure) {
        for (int i = 0; i < messages.size(); i++) {
            Content message = messages.get(i);
            if (i < went) {
                flow.sent(message);
                walker.world.figures.count(Figure.MESSAGES_SENT);
                walker.world.figures.add(Figure.BYTES_SENT, message.length());
            } else if (sure) {
                flow.refused(message);
            }
        }
    }

    private static int send(Handle handle, MessageBatch batch) throws IOException {
        return handle.channel instanceof UnixSocketChannel ours ? ours.send(batch) : ((UnixDatagramChannel) handle.channel).send(batch);
    }

    static void receive(Walker walker) {
        Handle handle = walker.world.pick(walker.random, BatchTransfers::takesBatches);
        if (handle == null || MessageTransfers.mayWaitLong(walker, handle) || !handle.end.in.reading.readLock().tryLock()) {
            return;
        }
        walker.use(handle, "receive of a batch");
        MessageBatch batch = walker.batch.clear();
        try {
            int n = handle.channel instanceof UnixSocketChannel ours
                    ? ours.receive(batch)
                    : ((UnixDatagramChannel) handle.channel).receive(batch);
            if (Math.max(0, n) != batch.position()) {
                walker.world.verdict.broken(walker + ": " + n + " came, and the position of the batch is " + batch.position());
            }
            for (int i = 0; i < n; i++) {
                received(walker, handle, batch, i);
            }
            if (n < 0) {
                ByteTransfers.checkEnd(walker, handle);
            }
        } catch (Throwable e) {
            MessageTransfers.failed(handle, e);
            if (e instanceof ClosedChannelException || e instanceof Error) {
                handle.end.in.mayLose();
            }
            Outcome.judge(walker, handle, e);
        } finally {
            handle.end.in.reading.readLock().unlock();
        }
    }

    /** Of a message that is longer than a slot the beginning came, which says what it was. */
    private static void received(Walker walker, Handle handle, MessageBatch batch, int slot) {
        ByteBuffer message = batch.buffer(slot);
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        if (!batch.isTruncated(slot)) {
            MessageTransfers.received(walker, handle, bytes);
            return;
        }
        MessageFlow flow = (MessageFlow) handle.end.in;
        walker.world.figures.count(Figure.MESSAGES_RECEIVED);
        flow.receivedInPart(walker.number, bytes, batch.fullLength(slot));
    }
}
