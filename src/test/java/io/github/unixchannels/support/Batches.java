// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.MessageBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Batches of messages as lists of texts. */
public final class Batches {

    private Batches() {}

    /** A batch that has these messages, to be sent. */
    public static MessageBatch of(int messageBytes, String... messages) {
        return fill(MessageBatch.create(Math.max(1, messages.length), messageBytes), messages);
    }

    /** Puts these messages, and nothing else, into a batch, to be sent. */
    public static MessageBatch fill(MessageBatch batch, String... messages) {
        batch.clear();
        for (String message : messages) {
            batch.add(bytes(message));
        }
        return batch.flip();
    }

    public static ByteBuffer bytes(String message) {
        return ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8));
    }

    /** What is in the slots before the position. */
    public static List<String> received(MessageBatch batch) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < batch.position(); i++) {
            messages.add(StandardCharsets.UTF_8.decode(batch.buffer(i).duplicate()).toString());
        }
        return messages;
    }
}
