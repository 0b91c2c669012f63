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

    private static BufferKind kind(int arrangement, int index) {
        return switch (arrangement) {
            case 0 -> BufferKind.HEAP;
            case 1 -> BufferKind.DIRECT_SLICE;
            case 2 -> index % 2 == 0 ? BufferKind.HEAP_SLICE : BufferKind.DIRECT;
            default -> index % 3 == 0 ? BufferKind.DIRECT : BufferKind.HEAP;
        };
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
