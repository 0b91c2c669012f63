// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.Payload;
import io.github.unixchannels.support.RawPeer;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages longer than the default send buffer allows, as far as Linux carries them, and beyond. */
class SeqpacketLargeMessageTest {

    private static final int SEND_BUFFER_BYTES = 8 << 20;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SCRATCH_BYTES = 8 << 20;
    private static final String NOT_PERMITTED = "a send buffer this large takes CAP_NET_ADMIN";

    private final FaultySyscalls faulty = new FaultySyscalls();
    private RawPeer peer;
    private UnixSocketChannel channel;

    @BeforeEach
    void connect() throws IOException {
        peer = RawPeer.of(new UnixSelectorProvider(faulty::syscalls), UnixProtocolFamily.SEQPACKET);
        channel = peer.channel();
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1000, false", "1, 1000, true", "1, 100000, false", "1, 100000, true", "1, 2000000, false", "1, 2000000, true",
        "3, 50000, false", "3, 50000, true", "3, 1000000, true", "3, 4000000, false", "3, 4000000, true"
    })
    void aMessageOfMegabytesIsReadWholeIntoAnyBuffers(int megabytes, int roomBytes, boolean direct) throws IOException {
        assumeTrue(peer.forceSendBuffer(SEND_BUFFER_BYTES), NOT_PERMITTED);
        byte[] message = Payload.bytes(megabytes << 20);
        peer.send(message).send("next");
        ByteBuffer dst = direct ? ByteBuffer.allocateDirect(roomBytes) : ByteBuffer.allocate(roomBytes);

        ByteBuffer all = ByteBuffer.allocate(message.length);
        while (all.hasRemaining()) {
            int expected = Math.min(roomBytes, all.remaining());
            assertEquals(expected, channel.read(dst.clear()));
            all.put(dst.flip());
        }

        assertArrayEquals(message, all.array());
        assertEquals(4, channel.read(dst.clear()));
        assertEquals("next", text(dst));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aMessageOfMegabytesIsScatteredOverManyBuffers(int megabytes) throws IOException {
        assumeTrue(peer.forceSendBuffer(SEND_BUFFER_BYTES), NOT_PERMITTED);
        byte[] message = Payload.bytes(megabytes << 20);
        peer.send(message);
        ByteBuffer[] dsts = IntStream.range(0, 1500)
                .mapToObj(i -> i % 2 == 0 ? ByteBuffer.allocate(500) : ByteBuffer.allocateDirect(500))
                .toArray(ByteBuffer[]::new);

        assertEquals(750_000, channel.read(dsts));
        ByteBuffer all = ByteBuffer.allocate(message.length);
        for (ByteBuffer dst : dsts) {
            all.put(dst.flip());
        }
        assertEquals(message.length - 750_000, channel.read(all));
        assertArrayEquals(message, all.array());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "1, 1, false", "3, 1, true", "3, 1, false", "3, 3, true", "3, 3, false", "1, 1025, true", "1, 1025, false"})
    void aMessageOfMegabytesIsWrittenFromAnyBuffers(int megabytes, int count, boolean direct) throws IOException {
        try (UnixSocketChannel.Pair pair = new UnixSelectorProvider(faulty::syscalls).openSocketPair(UnixProtocolFamily.SEQPACKET)) {
            assumeTrue(forceSendBuffer(pair.first()), NOT_PERMITTED);
            byte[] message = Payload.bytes(megabytes << 20);
            ByteBuffer whole = direct ? ByteBuffer.allocateDirect(message.length) : ByteBuffer.allocate(message.length);
            whole.put(0, message);
            int part = message.length / count + 1;
            ByteBuffer[] srcs = IntStream.range(0, count)
                    .mapToObj(i -> whole.slice(i * part, Math.min(part, message.length - i * part)))
                    .toArray(ByteBuffer[]::new);

            assertEquals(message.length, count == 1 ? pair.first().write(srcs[0]) : pair.first().write(srcs));

            ByteBuffer dst = ByteBuffer.allocate(message.length + 1);
            assertEquals(message.length, pair.second().read(dst));
            assertArrayEquals(message, Arrays.copyOf(dst.array(), message.length));
        }
    }

    /** The option goes to the kernel under another number, which knows no limit. */
    private boolean forceSendBuffer(UnixSocketChannel of) throws IOException {
        faulty.next("setsockopt", (real, arguments) -> real.with(arguments[0], arguments[1], SO_SNDBUFFORCE, arguments[3], arguments[4]));
        try {
            of.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    /** No kernel with pages of 4 KiB makes such a message, so recv(2) is made to report one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageBeyondAllRoomIsAnExceptionThatNamesBothSizes(boolean scatter) throws IOException {
        faulty.next("recv", (real, arguments) -> (Long) real.with(arguments) + SCRATCH_BYTES);
        peer.send("abc").send("next");
        ByteBuffer[] dsts = {ByteBuffer.allocate(2), ByteBuffer.allocateDirect(2)};

        IOException lost = assertThrows(IOException.class, () -> {
            long n = scatter ? channel.read(dsts) : channel.read(dsts[0]);
        });

        assertBothNamed(lost, SCRATCH_BYTES + 3, SCRATCH_BYTES);
        assertEquals(0, dsts[0].position() + dsts[1].position());
        assertEquals(4, channel.read(ByteBuffer.allocate(9)), "the next message is read as if nothing had been");
    }

    @Test
    void aMessageBeyondALargeDirectBufferAndAllRoomBehindItIsAnExceptionToo() throws IOException {
        int room = 64 << 10;
        faulty.next("recvmsg", (real, arguments) -> (Long) real.with(arguments) + room + SCRATCH_BYTES);
        peer.send("abc").send("next");
        ByteBuffer dst = ByteBuffer.allocateDirect(room);

        IOException lost = assertThrows(IOException.class, () -> channel.read(dst));

        assertBothNamed(lost, room + SCRATCH_BYTES + 3, room + SCRATCH_BYTES);
        assertEquals(0, dst.position());
        assertEquals(4, channel.read(dst));
        assertEquals("next", text(dst));
        assertEquals(3, channel.write(ascii("abc")));
    }

    @Test
    void aMessageThatFillsAllRoomIsNotLost() throws IOException {
        faulty.next("recv", (real, arguments) -> (Long) real.with(arguments) + SCRATCH_BYTES - 3);
        peer.send("abc");
        ByteBuffer dst = ByteBuffer.allocate(3);

        assertEquals(3, channel.read(dst));
        assertEquals("abc", text(dst));
        assertEquals(SCRATCH_BYTES - 3, channel.read(ByteBuffer.allocate(SCRATCH_BYTES)));
    }

    private static void assertBothNamed(IOException lost, long messageBytes, long roomBytes) {
        String text = lost.getMessage();
        assertTrue(text.contains(" " + messageBytes + " bytes") && text.contains(" " + roomBytes + " bytes"), text);
    }
}
