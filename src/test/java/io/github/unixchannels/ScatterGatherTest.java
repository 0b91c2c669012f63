// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.Payload;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Scattering reads and gathering writes of STREAM, over fewer and over more buffers than one system call takes, 1,024. */
class ScatterGatherTest {

    /** Which memory the buffers of an array are in. */
    enum Mix {
        ALL_HEAP(BufferKind.HEAP),
        ALL_DIRECT(BufferKind.DIRECT_SLICE),
        MIXED(BufferKind.DIRECT, BufferKind.HEAP_SLICE, BufferKind.DIRECT_SLICE, BufferKind.HEAP);

        private final BufferKind[] kinds;

        Mix(BufferKind... kinds) {
            this.kinds = kinds;
        }

        private BufferKind kind(int index) {
            return kinds[index % kinds.length];
        }

        /** Buffers with {@code content}, of so many bytes each, every seventh empty and some read-only. */
        ByteBuffer[] of(byte[] content, int partBytes) {
            int count = 0;
            ByteBuffer[] srcs = new ByteBuffer[content.length / partBytes + content.length / partBytes / 6 + 2];
            for (int at = 0; at < content.length; count++) {
                int n = count % 7 == 6 ? 0 : Math.min(partBytes, content.length - at);
                ByteBuffer src = kind(count).of(Arrays.copyOfRange(content, at, at + n));
                srcs[count] = count % 10 == 9 ? src.asReadOnlyBuffer() : src;
                at += n;
            }
            return Arrays.copyOf(srcs, count);
        }
    }

    @TempDir
    Path directory;

    static Stream<Arguments> streams() {
        return Stream.of(SocketKind.JDK, SocketKind.STREAM)
                .flatMap(source -> Stream.of(Mix.values()).map(mix -> Arguments.of(source, mix)));
    }

    /** The JDK's writes the first 1,024 buffers and returns, so it is no reference here. */
    @ParameterizedTest
    @EnumSource
    void aBlockingGatheringWriteSendsAllHoweverManyBuffers(Mix mix) throws Exception {
        for (int partBytes : new int[] {1, 100, 700_000}) {
            byte[] content = Payload.bytes((int) Math.min(partBytes * 4000L, 4_000_000));
            ByteBuffer[] srcs = mix.of(content, partBytes);
            try (ConnectedSockets ends = SocketKind.STREAM.connect(directory)) {
                BackgroundCall<byte[]> received = BackgroundCall.start(() -> {
                    ByteBuffer all = ByteBuffer.allocate(content.length);
                    while (all.hasRemaining() && ends.accepted().read(all) > 0) {
                        continue;
                    }
                    return all.array();
                });

                assertEquals(content.length, ends.client().write(srcs));

                assertAllSent(srcs);
                assertArrayEquals(content, received.result());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aNonBlockingGatheringWriteSendsAPartAndTheNextGoesOnBehindIt(SocketKind source, Mix mix) throws IOException {
        for (int partBytes : new int[] {1, 100, 700_000}) {
            byte[] content = Payload.bytes((int) Math.min(partBytes * 4000L, 4_000_000));
            ByteBuffer[] srcs = mix.of(content, partBytes);
            ByteBuffer received = ByteBuffer.allocate(content.length);
            try (ConnectedSockets ends = connectNonBlocking(source)) {
                int parts = 0;
                for (long sent = 0; received.hasRemaining(); ) {
                    long n = ends.client().write(srcs);
                    sent += n;
                    parts += n > 0 ? 1 : 0;
                    assertEquals(content.length - sent, remaining(srcs));
                    ends.accepted().read(received);
                }
                assertTrue(parts > 1);
                assertAllSent(srcs);
                assertArrayEquals(content, received.array());
            }
        }
    }

    private ConnectedSockets connectNonBlocking(SocketKind source) throws IOException {
        ConnectedSockets ends = source.connect(directory);
        ends.client().configureBlocking(false);
        ends.accepted().configureBlocking(false);
        return ends;
    }

    private static long remaining(ByteBuffer[] buffers) {
        return Arrays.stream(buffers).mapToLong(ByteBuffer::remaining).sum();
    }

    private static void assertAllSent(ByteBuffer[] srcs) {
        assertEquals(0, remaining(srcs));
        for (ByteBuffer src : srcs) {
            BufferKind.assertMarginsUntouched(src);
        }
    }
}
