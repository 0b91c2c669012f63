// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.Batches;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch by itself: its slots, its position and its limit. */
class MessageBatchTest {

    private final MessageBatch batch = MessageBatch.create(3, 5);

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "1025, 1", "1, 0", "1, -1", "2, 2147483647", "1024, 2097152", "1, 2147483647"})
    void aSizeOutOfRangeIsRefused(int capacity, int messageBytes) {
        assertThrowsExactly(IllegalArgumentException.class, () -> MessageBatch.create(capacity, messageBytes));
    }

    @Test
    void aNewBatchHasRoomInEverySlotAndNoMessage() {
        assertEquals(3, batch.capacity());
        assertEquals(5, batch.messageBytes());
        assertEquals(0, batch.position());
        assertEquals(3, batch.limit());
        assertEquals(3, batch.remaining());
        for (int i = 0; i < 3; i++) {
            assertEquals(5, batch.buffer(i).capacity());
            assertFalse(batch.buffer(i).hasRemaining());
            assertTrue(batch.buffer(i).isDirect());
            assertEquals(0, batch.fullLength(i));
            assertFalse(batch.isTruncated(i));
            assertFalse(batch.isControlTruncated(i));
            assertEquals(UnixAddresses.UNNAMED, batch.sender(i));
            assertNull(batch.target(i));
        }
        assertEquals(1024, MessageBatch.create(MessageBatch.MAX_CAPACITY, 1).capacity());
    }

    @Test
    void positionAndLimitAreThoseOfABuffer() {
        assertEquals(2, batch.position(2).position());
        assertEquals(1, batch.limit(1).limit());
        assertEquals(1, batch.position());
        assertFalse(batch.hasRemaining());
        assertThrowsExactly(IllegalArgumentException.class, () -> batch.position(2));
        assertThrowsExactly(IllegalArgumentException.class, () -> batch.position(-1));
        assertThrowsExactly(IllegalArgumentException.class, () -> batch.limit(4));
        assertThrowsExactly(IllegalArgumentException.class, () -> batch.limit(-1));
        assertEquals(1, batch.position());
        assertEquals(1, batch.limit());
        assertEquals(0, batch.flip().position());
        assertEquals(1, batch.limit());
        assertEquals(3, batch.clear().limit());
        assertEquals("MessageBatch[position=0 limit=3 capacity=3 messageBytes=5]", batch.toString());
    }

    @Test
    void whatIsAddedIsACopyInTheSlotAtThePosition() {
        ByteBuffer src = Batches.bytes("abcde");
        batch.target(0, AbstractNames.unique());
        batch.add(src).add(Batches.bytes(""));
        src.put(0, (byte) 'x');
        assertFalse(src.hasRemaining());
        assertEquals(2, batch.position());
        assertEquals(List.of("abcde", ""), Batches.received(batch));
        assertNull(batch.target(0));
    }

    @Test
    void whatDoesNotFitIsNotAdded() {
        ByteBuffer src = Batches.bytes("abcdef");
        assertThrowsExactly(BufferOverflowException.class, () -> batch.add(src));
        assertEquals(6, src.remaining());
        assertEquals(0, batch.position());
        batch.limit(0);
        src.limit(1);
        assertThrowsExactly(BufferOverflowException.class, () -> batch.add(src));
        assertEquals(1, src.remaining());
    }

    @Test
    void slotsDoNotOverlapAndAreTheSameBuffersEachTime() {
        for (int i = 0; i < 3; i++) {
            assertSame(batch.buffer(i), batch.buffer(i));
            batch.buffer(i).clear();
            for (int j = 0; j < 5; j++) {
                batch.buffer(i).put(j, (byte) i);
            }
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(ByteBuffer.wrap(new byte[] {(byte) i, (byte) i, (byte) i, (byte) i, (byte) i}), batch.buffer(i));
        }
    }

    @Test
    void whatIsNoSlotIsRefused() {
        for (int index : new int[] {-1, 3}) {
            assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.buffer(index));
            assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.fullLength(index));
            assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.isTruncated(index));
            assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.isControlTruncated(index));
            assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.sender(index));
            assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.target(index));
            assertThrowsExactly(IndexOutOfBoundsException.class, () -> batch.target(index, null));
        }
    }

    @Test
    void aTargetIsAnAddressThatCanBeSentTo() {
        SocketAddress name = AbstractNames.unique();
        assertSame(name, batch.target(1, name).target(1));
        assertNull(batch.target(0));
        assertThrowsExactly(UnsupportedAddressTypeException.class, () -> batch.target(1, new InetSocketAddress(1)));
        assertThrowsExactly(UnsupportedAddressTypeException.class, () -> batch.target(1, AbstractSocketAddress.AUTOBIND));
        assertSame(name, batch.target(1));
        assertNull(batch.target(1, null).target(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"SEQPACKET", "DGRAM"})
    void aBatchThatIsInUseRefusesAnotherUseAndIsFreeAfterwards(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
                UnixDatagramChannel.Pair datagrams = UnixDatagramChannel.pair()) {
            boolean messages = family == UnixProtocolFamily.SEQPACKET;
            BackgroundCall<Integer> waiting = BackgroundCall.start(
                    () -> messages ? pair.second().receive(batch) : datagrams.second().receive(batch)).awaitBlocked();

            assertThrowsExactly(IllegalStateException.class, () -> pair.first().send(batch));
            assertThrowsExactly(IllegalStateException.class, () -> pair.first().receive(batch));
            assertThrowsExactly(IllegalStateException.class, () -> datagrams.first().send(batch));
            assertThrowsExactly(IllegalStateException.class, () -> datagrams.first().receive(batch));
            assertThrowsExactly(IllegalStateException.class, () -> batch.position(1));
            assertThrowsExactly(IllegalStateException.class, () -> batch.limit(1));
            assertThrowsExactly(IllegalStateException.class, () -> batch.clear());
            assertThrowsExactly(IllegalStateException.class, () -> batch.add(ByteBuffer.allocate(1)));
            assertThrowsExactly(IllegalStateException.class, () -> batch.target(0, null));

            ByteBuffer message = ByteBuffer.allocate(3);
            int sent = messages ? pair.first().write(message) : datagrams.first().write(message);
            assertEquals(3, sent);
            assertEquals(1, waiting.result());
            assertEquals(1, batch.position());
            assertEquals(0, batch.flip().position());
            assertEquals(1, pair.first().send(batch));
        }
    }
}
