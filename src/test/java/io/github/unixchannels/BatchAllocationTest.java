// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.MessageEnds;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches in a steady loop make no garbage. */
class BatchAllocationTest {

    private static final int MESSAGES = 4;

    private final MessageBatch sent = MessageBatch.create(MESSAGES, 64);
    private final MessageBatch received = MessageBatch.create(MESSAGES, 64);

    static Stream<Arguments> all() {
        return Stream.of(UnixProtocolFamily.SEQPACKET, UnixProtocolFamily.DGRAM)
                .flatMap(family -> Stream.of(false, true).map(blocking -> Arguments.of(family, blocking)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aBatchThatGoesAndComesAllocatesNothing(UnixProtocolFamily family, boolean blocking) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            ends.first().channel().configureBlocking(blocking);
            ends.second().channel().configureBlocking(blocking);

            Allocations.assertNone(() -> {
                moved(MESSAGES, ends.first().send(full(sent)));
                moved(MESSAGES, ends.second().receive(received.clear()));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void datagramsToTargetsAllocateNothing(boolean blocking) throws IOException {
        try (UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            channel.configureBlocking(blocking);
            SocketAddress name = channel.getLocalAddress();

            Allocations.assertNone(() -> {
                full(sent);
                for (int i = 0; i < MESSAGES; i++) {
                    sent.target(i, name);
                }
                moved(MESSAGES, channel.send(sent));
                moved(MESSAGES, channel.receive(received.clear()));
                if (!name.equals(received.sender(MESSAGES - 1))) {
                    assertEquals(name, received.sender(MESSAGES - 1));
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void nothingToReceiveAllocatesNothing(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            ends.second().channel().configureBlocking(false);
            Allocations.assertNone(() -> moved(0, ends.second().receive(received.clear())));
        }
    }

    private static MessageBatch full(MessageBatch batch) {
        batch.clear();
        for (int i = 0; i < MESSAGES; i++) {
            batch.buffer(i).clear();
        }
        return batch;
    }

    private static void moved(int expected, int actual) {
        if (actual != expected) {
            assertEquals(expected, actual);
        }
    }
}
