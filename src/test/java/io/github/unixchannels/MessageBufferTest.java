// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.PatternBytes;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages from and to buffers of every kind: their bytes, and the descriptors beside them, arrive whole and where they belong. */
@ExtendWith(NothingLeaks.class)
class MessageBufferTest {

    /**
     * On both sides of the sizes from which on buffers are used in place; up to what is one segment of a stream (36,544 bytes on x86-64).
     */
    private static final int[] SIZES = {1, 100, 1024, 1025, 4096, 4097, 20_000, 30_000};

    private static final int MORE_THAN_IOV_MAX = 1500;

    static Stream<Arguments> all() {
        return Stream.of(UnixProtocolFamily.values())
                .flatMap(family -> Stream.of(BufferKind.values())
                        .flatMap(kind -> Stream.of(true, false).map(blocking -> Arguments.of(family, kind, blocking))));
    }

    @ParameterizedTest
    @MethodSource("all")
    void oneBufferArrivesWholeWithItsDescriptors(UnixProtocolFamily family, BufferKind kind, boolean blocking) throws IOException {
        try (MessageEnds ends = open(family, blocking);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            for (int size : SIZES) {
                ByteBuffer src = kind.of(pattern(size));
                ByteBuffer dst = kind.room(size + 10);

                assertEquals(size, ends.first().send(src, sent.descriptor(fd).descriptor(fd)));
                MessageInfo info = ends.second().receive(dst, received);

                assertEquals(size, info.length());
                assertEquals(size, info.fullLength());
                assertEquals(0, src.remaining());
                assertArrayEquals(pattern(size), BufferKind.taken(dst));
                BufferKind.assertMarginsUntouched(src);
                BufferKind.assertMarginsUntouched(dst);
                assertEquals(2, received.descriptorCount());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void severalBuffersArriveAsOneMessageWithItsDescriptors(UnixProtocolFamily family, BufferKind kind, boolean blocking)
            throws IOException {
        try (MessageEnds ends = open(family, blocking);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            for (int size : SIZES) {
                for (BufferKind other : BufferKind.values()) {
                    ByteBuffer[] srcs = split(size, kind, BufferKind.HEAP, other);
                    ByteBuffer[] dsts = {kind.room(size / 3), other.room(0), other.room(size)};

                    assertEquals(size, ends.first().send(srcs, sent.descriptor(fd)));
                    MessageInfo info = ends.second().receive(dsts, received);

                    assertEquals(size, info.length());
                    assertArrayEquals(pattern(size), taken(dsts));
                    assertEquals(1, received.descriptorCount());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void aMessageLongerThanSeveralBuffersFillsThemAndSaysHowLongItWas(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = open(family, true);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            for (BufferKind kind : BufferKind.values()) {
                for (int room : new int[] {2, 9_000}) {
                    ends.first().send(ByteBuffer.wrap(pattern(20_000)), sent.descriptor(fd));
                    ByteBuffer[] dsts = {kind.room(room / 2), kind.room(room / 2)};

                    MessageInfo info = ends.second().receive(dsts, received);

                    assertEquals(room, info.length());
                    assertEquals(20_000, info.fullLength());
                    assertArrayEquals(Arrays.copyOf(pattern(20_000), room), taken(dsts));
                    assertEquals(1, received.descriptorCount());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreBuffersThanOneSystemCallTakesAreSentAndReceived(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = open(family, true);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            ByteBuffer[] srcs = new ByteBuffer[MORE_THAN_IOV_MAX];
            ByteBuffer[] dsts = new ByteBuffer[MORE_THAN_IOV_MAX];
            for (int i = 0; i < srcs.length; i++) {
                srcs[i] = PatternBytes.fill(ByteBuffer.allocateDirect(8), 8 * i);
                dsts[i] = ByteBuffer.allocateDirect(8);
            }
            int size = 8 * srcs.length;
            assertEquals(size, ends.first().send(srcs, sent.descriptor(fd)));

            int total = ends.second().receive(dsts, received).length();
            assertEquals(1, received.descriptorCount());
            while (total < size) { // only on STREAM, where the second part is sent by itself
                assertEquals(UnixProtocolFamily.STREAM, family);
                total += ends.second().receive(dsts, received).length();
                assertEquals(0, received.descriptorCount());
            }

            ByteBuffer all = ByteBuffer.allocate(size);
            for (ByteBuffer dst : dsts) {
                all.put(dst.flip());
            }
            assertArrayEquals(pattern(size), all.array());
        }
    }

    @Test
    void nullIsNothingToSend() {
        try (AncillaryData beside = AncillaryData.create()) {
            assertThrows(NullPointerException.class, () -> beside.descriptor((OwnedFd) null));
            assertThrows(NullPointerException.class, () -> beside.descriptor((java.nio.channels.Channel) null));
            assertThrows(NullPointerException.class, () -> beside.credentials(null));
        }
    }

    private static MessageEnds open(UnixProtocolFamily family, boolean blocking) throws IOException {
        MessageEnds ends = MessageEnds.open(family);
        ends.first().channel().configureBlocking(blocking);
        ends.second().channel().configureBlocking(blocking);
        return ends;
    }

    private static byte[] pattern(int size) {
        return PatternBytes.fill(ByteBuffer.allocate(size), 0).array();
    }

    private static ByteBuffer[] split(int size, BufferKind... kinds) {
        byte[] bytes = pattern(size);
        ByteBuffer[] buffers = new ByteBuffer[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            buffers[i] = kinds[i].of(Arrays.copyOfRange(bytes, i * size / kinds.length, (i + 1) * size / kinds.length));
        }
        return buffers;
    }

    private static byte[] taken(ByteBuffer[] buffers) {
        ByteBuffer all = ByteBuffer.allocate(Stream.of(buffers).mapToInt(ByteBuffer::capacity).sum());
        for (ByteBuffer buffer : buffers) {
            all.put(BufferKind.taken(buffer));
            BufferKind.assertMarginsUntouched(buffer);
        }
        return Arrays.copyOf(all.array(), all.position());
    }
}
