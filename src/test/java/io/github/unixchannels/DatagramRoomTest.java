// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FullReceiver;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Blocking sends to a receiver that has room again go on, whatever else holds the sender's bytes. Rests on unix_writable: a socket polls as
 * writable only while no more than a quarter of its send buffer is queued anywhere, and has room long after.
 */
@ExtendWith(NothingLeaks.class)
class DatagramRoomTest {

    /** The kernel doubles it. */
    private static final int SEND_BUFFER_BYTES = 100_000;

    /** More than a quarter of the send buffer and less than all. */
    private static final int DATAGRAMS = 5;
    private static final int DATAGRAM_BYTES = 20_000;

    private static void queueForOneThatReadsNothing(UnixDatagramChannel sender, UnixDatagramChannel stalled) throws IOException {
        stalled.bind(AbstractNames.unique());
        sender.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        for (int i = 0; i < DATAGRAMS; i++) {
            sender.send(ByteBuffer.allocate(DATAGRAM_BYTES), stalled.getLocalAddress());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSendGoesOnWhenItsReceiverHasRoomThoughAnotherReadsNothing(boolean connected) throws Exception {
        try (FullReceiver receiver = FullReceiver.open();
                UnixDatagramChannel stalled = UnixDatagramChannel.open();
                UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            queueForOneThatReadsNothing(sender, stalled);
            if (connected) {
                sender.connect(receiver.address());
            }
            BackgroundCall<Integer> sending =
                    BackgroundCall.start(() -> sender.send(ByteBuffer.allocate(3), receiver.address())).awaitBlocked();
            assertFalse(sending.isDone());
            receiver.takeOne();
            assertEquals(3, sending.result());
        }
    }

    @Test
    void aSendThatFindsNoRoomInItsOwnBufferGoesOnWhenAnyReceiverReads() throws Exception {
        try (UnixDatagramChannel stalled = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            sender.configureBlocking(false);
            int sent = 0;
            while (sender.send(ByteBuffer.allocate(100_000), stalled.getLocalAddress()) > 0) {
                sent++;
            }
            sender.configureBlocking(true);
            BackgroundCall<Integer> sending =
                    BackgroundCall.start(() -> sender.send(ByteBuffer.allocate(100_000), receiver.getLocalAddress())).awaitBlocked();
            for (int i = 0; i < sent; i++) {
                stalled.receive(ByteBuffer.allocate(1));
            }
            assertEquals(100_000, sending.result());
        }
    }
}
