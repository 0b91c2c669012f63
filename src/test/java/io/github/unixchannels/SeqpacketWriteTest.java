// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.Payload;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A write of SEQPACKET is one message, or nothing. */
class SeqpacketWriteTest {

    private final FaultySyscalls recorded = new FaultySyscalls();
    private UnixSocketChannel writer;
    private UnixSocketChannel reader;

    @BeforeEach
    void open() throws IOException {
        UnixSocketChannel.Pair pair = new UnixSelectorProvider(recorded::syscalls).openSocketPair(UnixProtocolFamily.SEQPACKET);
        writer = pair.first();
        reader = pair.second();
    }

    @AfterEach
    void close() throws IOException {
        new UnixSocketChannel.Pair(writer, reader).close();
    }

    @ParameterizedTest
    @EnumSource
    void whatRemainsInTheBufferIsTheMessage(BufferKind kind) throws IOException {
        byte[] message = Payload.bytes(5000);
        ByteBuffer src = kind.of(message);
        ByteBuffer readOnly = kind.of(message).asReadOnlyBuffer();

        assertEquals(5000, writer.write(src));
        assertEquals(5000, writer.write(readOnly));

        assertEquals(0, src.remaining() + readOnly.remaining());
        assertNextMessage(message);
        assertNextMessage(message);
        BufferKind.assertMarginsUntouched(src);
    }

    /** 1,024 segments are what one sendmsg(2) takes; the sizes of the parts lie on both sides of where the library copies. */
    @ParameterizedTest
    @CsvSource({"1, 10", "3, 10", "3, 9000", "1023, 1", "1024, 1", "1024, 60", "1025, 1", "1025, 60", "3000, 1", "3000, 60"})
    void aGatheringWriteIsOneMessageHoweverManyBuffers(int count, int partBytes) throws IOException {
        byte[] message = Payload.bytes(count * partBytes);
        for (int arrangement = 0; arrangement < 4; arrangement++) {
            ByteBuffer[] srcs = new ByteBuffer[count];
            for (int i = 0; i < count; i++) {
                byte[] part = Arrays.copyOfRange(message, i * partBytes, (i + 1) * partBytes);
                srcs[i] = kind(arrangement, i).of(part);
                srcs[i] = i % 5 == 4 ? srcs[i].asReadOnlyBuffer() : srcs[i];
            }

            assertEquals(message.length, writer.write(srcs));

            for (ByteBuffer src : srcs) {
                assertEquals(0, src.remaining());
            }
            assertNextMessage(message);
        }
    }

    private static BufferKind kind(int arrangement, int index) {
        return switch (arrangement) {
            case 0 -> BufferKind.HEAP;
            case 1 -> BufferKind.DIRECT_SLICE;
            case 2 -> index % 2 == 0 ? BufferKind.HEAP_SLICE : BufferKind.DIRECT;
            default -> index % 3 == 0 ? BufferKind.DIRECT : BufferKind.HEAP;
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 20_000})
    void emptyBuffersAmongTheOthersAddNothing(int partBytes) throws IOException {
        byte[] part = Payload.bytes(partBytes);
        ByteBuffer[] srcs = {
            ByteBuffer.allocate(0), BufferKind.DIRECT.of(part), ByteBuffer.allocateDirect(0), ByteBuffer.allocate(0),
            BufferKind.HEAP.of(part)
        };

        assertEquals(2 * partBytes, writer.write(srcs));

        assertNextMessage(ByteBuffer.allocate(2 * partBytes).put(part).put(part).array());
    }

    @Test
    void aGatheringWriteSendsOnlyTheBuffersItIsGiven() throws IOException {
        ByteBuffer[] srcs = {ascii("no"), ascii("ab"), ascii("cd"), ascii("no")};

        assertEquals(4, writer.write(srcs, 1, 2));

        assertEquals(2, srcs[0].remaining());
        assertEquals(2, srcs[3].remaining());
        assertNextMessage("abcd".getBytes());
    }

    @Test
    void aWriteWithoutBytesSendsNothing() throws IOException {
        assertEquals(0, writer.write(ByteBuffer.allocate(0)));
        assertEquals(0, writer.write(ByteBuffer.allocateDirect(0)));
        assertEquals(0, writer.write(new ByteBuffer[0]));
        assertEquals(0, writer.write(new ByteBuffer[] {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)}));
        assertEquals(0, writer.write(new ByteBuffer[2000], 7, 0));

        assertEquals(0, recorded.count("send") + recorded.count("sendmsg"));
        writer.write(ascii("a"));
        assertEquals(1, reader.read(ByteBuffer.allocate(9)), "the first message, none of them empty");
    }

    @ParameterizedTest
    @EnumSource
    void theLongestMessageIsTheSendBufferLess32Bytes(BufferKind kind) throws IOException {
        int longest = longestMessage();
        ByteBuffer tooLong = kind.room(longest + 1);
        IOException refused = assertThrows(IOException.class, () -> writer.write(tooLong));
        assertTooLong(refused, longest + 1, longest);
        assertEquals(longest + 1, tooLong.remaining());

        byte[] message = Payload.bytes(longest);
        assertEquals(longest, writer.write(kind.of(message)));
        assertNextMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"2, true", "2, false", "1024, true", "1025, true", "3000, false"})
    void aMessageTooLongIsRefusedWholeAndTheChannelGoesOn(int count, boolean blocking) throws IOException {
        writer.configureBlocking(blocking);
        int longest = longestMessage();
        int part = longest / count + 1;
        ByteBuffer[] srcs = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            srcs[i] = BufferKind.values()[i % 4].room(part);
        }

        IOException refused = assertThrows(IOException.class, () -> writer.write(srcs));

        assertTooLong(refused, count * part, longest);
        for (ByteBuffer src : srcs) {
            assertEquals(part, src.remaining());
            assertEquals(BufferKind.MARGIN, src.position());
        }
        assertTrue(writer.isOpen());
        assertEquals(3, writer.write(ascii("abc")));
        assertNextMessage("abc".getBytes());
    }

    /** Past 8 MiB the library itself refuses what it would have to copy. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageOfManyMegabytesIsRefusedInTheSameWords(boolean direct) {
        int bytes = (8 << 20) + 1;
        ByteBuffer src = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
        ByteBuffer[] srcs = {src, ascii("abc")};

        assertTooLong(assertThrows(IOException.class, () -> writer.write(src)), bytes, longestMessage());
        assertTooLong(assertThrows(IOException.class, () -> writer.write(srcs)), bytes + 3, longestMessage());
        assertEquals(bytes + 3, src.remaining() + srcs[1].remaining());
    }

    @Test
    void theLimitFollowsTheSendBuffer() throws IOException {
        writer.setOption(StandardSocketOptions.SO_SNDBUF, 10_000);
        int longest = longestMessage();
        assertTrue(longest < 30_000);

        assertEquals(longest, writer.write(ByteBuffer.allocate(longest)));
        assertTooLong(assertThrows(IOException.class, () -> writer.write(ByteBuffer.allocate(longest + 1))), longest + 1, longest);
    }

    @ParameterizedTest
    @EnumSource
    void aNonBlockingWriteWithoutRoomReturnsZeroAndMovesNothing(BufferKind kind) throws IOException {
        writer.configureBlocking(false);
        byte[] message = Payload.bytes(10_000);
        int sent = 0;
        while (writer.write(kind.of(message)) == message.length) {
            sent++;
        }
        assertTrue(sent > 1, "the first writes find room");

        ByteBuffer src = kind.of(message);
        ByteBuffer[] srcs = {kind.of(message), kind.of(message)};
        assertEquals(0, writer.write(src));
        assertEquals(0, writer.write(srcs));
        assertEquals(3 * message.length, src.remaining() + srcs[0].remaining() + srcs[1].remaining());

        for (int i = 0; i < sent; i++) {
            assertNextMessage(message);
        }
        assertEquals(message.length, writer.write(src));
        assertEquals(2 * message.length, writer.write(srcs));
        assertNextMessage(message);
        assertNextMessage(ByteBuffer.allocate(2 * message.length).put(message).put(message).array());
    }

    private int longestMessage() {
        try {
            return 2 * writer.getOption(StandardSocketOptions.SO_SNDBUF) - 32;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertTooLong(IOException refused, int bytes, int limit) {
        String text = refused.getMessage();
        assertTrue(text.contains(" " + bytes + " bytes") && text.contains(" " + limit + " bytes"), text);
    }

    private void assertNextMessage(byte[] expected) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(expected.length + 1);
        assertEquals(expected.length, reader.read(dst));
        assertArrayEquals(expected, Arrays.copyOf(dst.array(), dst.position()));
    }
}
