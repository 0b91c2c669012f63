// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.Payload;
import io.github.unixchannels.support.RawPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a read of messages returns while the peer is there: no byte lost, no two messages joined. */
class SeqpacketReadTest {

    private RawPeer peer;
    private UnixSocketChannel channel;

    @BeforeEach
    void connect() throws IOException {
        peer = RawPeer.ofMessages();
        channel = peer.channel();
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 1023, 1024, 1025, 3000})
    void aMessageFillsAnyNumberOfDirectBuffersAndTheRestIsKept(int count) throws IOException {
        byte[] message = Payload.bytes(count * 20 + 77);
        peer.send(message).send("next");
        ByteBuffer[] dsts = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            dsts[i] = BufferKind.DIRECT.room(20);
        }

        assertEquals(count * 20L, channel.read(dsts));
        ByteBuffer all = ByteBuffer.allocate(message.length);
        for (ByteBuffer dst : dsts) {
            all.put(BufferKind.taken(dst));
            BufferKind.assertMarginsUntouched(dst);
        }
        assertEquals(77, channel.read(all));
        assertArrayEquals(message, all.array());
        ByteBuffer next = ByteBuffer.allocate(9);
        assertEquals(4, channel.read(next));
        assertEquals("next", text(next));
    }

    @Test
    void anEmptyBufferTakesNothing() throws IOException {
        peer.send("").send("abc");

        assertEquals(0, channel.read(ByteBuffer.allocate(0)));
        assertEquals(0, channel.read(new ByteBuffer[] {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)}));
        assertEquals(0, channel.read(new ByteBuffer[0]));
        channel.configureBlocking(false);
        assertEquals(0, channel.read(ByteBuffer.allocate(1)), "the empty message");
        assertEquals(1, channel.read(ByteBuffer.allocate(1)));
        assertEquals(0, channel.read(ByteBuffer.allocate(0)));
        assertEquals(2, channel.read(ByteBuffer.allocate(9)));
    }

    @Test
    void anEmptyMessageReadsAsZeroWithoutBlockingWhereverItComes() throws IOException {
        channel.configureBlocking(false);
        peer.send("").send("").send("a").send("").send("bc").send("").send("").send("").send("d");

        ByteBuffer dst = ByteBuffer.allocate(9);
        for (int expected : new int[] {0, 0, 1, 0, 2, 0, 0, 0, 1}) {
            assertEquals(expected, channel.read(dst));
        }
        assertEquals("abcd", text(dst));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 64 << 10})
    void anEmptyMessageReadsAsZeroWithoutBlockingIntoAnyBuffers(int bytes) throws IOException {
        channel.configureBlocking(false);
        peer.send("").send("").send("").send("").send("a");
        ByteBuffer heap = ByteBuffer.allocate(bytes);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes);

        assertEquals(0, channel.read(heap));
        assertEquals(0, channel.read(direct));
        assertEquals(0, channel.read(new ByteBuffer[] {heap, direct}));
        assertEquals(0, channel.read(new ByteBuffer[] {direct, ByteBuffer.allocateDirect(1)}));
        assertEquals(0, heap.position() + direct.position());
        assertEquals(1, channel.read(direct));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 64 << 10})
    void aBlockingReadPassesOverEmptyMessages(int bytes) throws Exception {
        peer.send("").send("").send("ab").send("").send("cd").send("");
        ByteBuffer heap = ByteBuffer.allocate(bytes);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes);

        assertEquals(2, channel.read(heap));
        assertEquals(2, channel.read(new ByteBuffer[] {direct, ByteBuffer.allocateDirect(1)}));
        assertEquals("abcd", text(heap) + text(direct));
        BackgroundCall<Integer> waiting = BackgroundCall.start(() -> channel.read(heap)).awaitBlocked();
        peer.send("");
        waiting.awaitBlocked();
        peer.send("e");
        assertEquals(1, waiting.result());
        peer.send("").hangUp();
        assertEquals(-1, channel.read(heap));
    }

    @Test
    void aNonBlockingReadOfNothingReturnsZeroAndOfAKeptRestDoesNotWait() throws IOException {
        channel.configureBlocking(false);
        assertEquals(0, channel.read(ByteBuffer.allocate(3)));
        assertEquals(0, channel.read(new ByteBuffer[] {ByteBuffer.allocateDirect(3), ByteBuffer.allocateDirect(64 << 10)}));

        peer.send("abc");
        assertEquals(2, channel.read(ByteBuffer.allocate(2)));
        assertEquals(1, channel.read(ByteBuffer.allocate(2)));
        assertEquals(0, channel.read(ByteBuffer.allocate(2)));
    }

    @Test
    void shutdownInputEndsTheReadsAlsoOfAKeptRest() throws IOException {
        peer.send("abc").send("def");
        assertEquals(1, channel.read(ByteBuffer.allocate(1)));

        channel.shutdownInput();

        assertEquals(-1, channel.read(ByteBuffer.allocate(9)));
        assertEquals(-1, channel.read(new ByteBuffer[] {ByteBuffer.allocate(9)}));
        assertEquals(-1, channel.read(ByteBuffer.allocate(0)));
    }

    @Test
    void closeEndsTheReadsAlsoOfAKeptRest() throws IOException {
        peer.send("abc").send("def");
        assertEquals(1, channel.read(ByteBuffer.allocate(1)));

        channel.close();

        assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(9)));
        assertThrows(ClosedChannelException.class, () -> channel.read(new ByteBuffer[] {ByteBuffer.allocate(9)}));
    }

    /** Its bytes lie over each other, which is the caller's affair; but nothing may follow that nobody sent. */
    @Test
    void aBufferThatStandsTwiceInTheArrayLeavesNoRestThatNobodySent() throws IOException {
        channel.configureBlocking(false);
        ByteBuffer dst = ByteBuffer.allocateDirect(32 << 10);
        peer.send("x".repeat(40_000));

        assertEquals(40_000, channel.read(new ByteBuffer[] {dst, dst}));

        assertEquals(0, channel.read(ByteBuffer.allocate(9)));
    }
}
