// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/** A flow of messages: each arrives once, whole, and in the order of its lane. Thread safe. */
final class MessageFlow extends Flow {

    private static final class Lane {
        int next;
        final BitSet sent = new BitSet();
        final BitSet refused = new BitSet();
        final BitSet received = new BitSet();
    }

    private final Lane[] lanes = new Lane[LANES];

    /** The last message of each lane that each walker received. */
    private final int[][] last = new int[LANES][LANES];

    private int sent;
    private int received;

    MessageFlow(int id, Verdict verdict) {
        super(id, verdict);
        Arrays.setAll(lanes, i -> new Lane());
        for (int[] of : last) {
            Arrays.fill(of, -1);
        }
    }

    /** The next message of a lane, which is about to be sent. */
    synchronized Content begin(int lane, int descriptors, int length) {
        return new Content(id, lane, lanes[lane].next++, descriptors, Math.max(Content.HEADER_BYTES, length));
    }

    /** The send has returned: the message is to arrive. */
    synchronized void sent(Content message) {
        lanes[message.lane()].sent.set(message.sequence());
        sent++;
    }

    /** The send found no room or failed: the message must not arrive. */
    synchronized void refused(Content message) {
        lanes[message.lane()].refused.set(message.sequence());
        if (lanes[message.lane()].received.get(message.sequence())) {
            broken("was not sent, and arrived: " + message);
        }
    }

    /** The beginning of a message was received, which had so many bytes and is gone. */
    synchronized Content receivedInPart(int reader, byte[] beginning, int fullLength) {
        ByteBuffer header = ByteBuffer.wrap(beginning);
        Content content = new Content(header.getInt(0), header.getInt(4), header.getInt(8), header.getInt(12), fullLength);
        byte[] whole = content.bytes();
        if (!Arrays.equals(whole, 0, beginning.length, beginning, 0, beginning.length)) {
            broken("the beginning of a message is not as it was sent: " + content);
            return null;
        }
        return received(reader, whole);
    }

    /**
     * A message was received.
     *
     * @param reader the walker
     * @return what it says; null if it is not as it was sent
     */
    synchronized Content received(int reader, byte[] message) {
        Content content = Content.of(message);
        if (content == null || content.flow() != id || content.lane() < 0 || content.lane() >= LANES) {
            broken("bytes that are no message of this flow: " + content + ", " + message.length + " bytes, "
                    + Arrays.toString(Arrays.copyOf(message, Math.min(message.length, Content.HEADER_BYTES))));
            return null;
        }
        Lane lane = lanes[content.lane()];
        int sequence = content.sequence();
        if (sequence >= lane.next) {
            broken("was never sent: " + content);
            return null;
        }
        if (lane.refused.get(sequence)) {
            broken("was refused, and arrived: " + content);
        }
        if (lane.received.get(sequence)) {
            broken("arrived twice: " + content);
        }
        if (last[reader][content.lane()] >= sequence) {
            broken("arrived after number " + last[reader][content.lane()] + ": " + content);
        }
        last[reader][content.lane()] = sequence;
        lane.received.set(sequence);
        received++;
        return content;
    }

    @Override
    synchronized boolean hasUnreceived() {
        return sent > received;
    }

    @Override
    synchronized long missing() {
        long missing = 0;
        for (Lane lane : lanes) {
            BitSet lost = (BitSet) lane.sent.clone();
            lost.andNot(lane.received);
            if (!lost.isEmpty() && !isLossy()) {
                missing += lost.cardinality();
                broken("of " + lane.next + " messages never arrived: " + lost);
            }
        }
        return missing;
    }
}
