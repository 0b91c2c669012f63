// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.Allocations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads and writes in a steady loop make no garbage. */
class AllocationTest {

    static Stream<Arguments> channelsAndBuffers() {
        return Stream.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)
                .flatMap(family -> Stream.of(true, false)
                        .flatMap(blocking -> Stream.of(64, 4096, 32 << 10)
                                .flatMap(bytes -> Stream.of(true, false).map(direct -> Arguments.of(family, blocking, bytes, direct)))));
    }

    @ParameterizedTest
    @MethodSource("channelsAndBuffers")
    void aWriteAndAReadAllocateNothing(UnixProtocolFamily family, boolean blocking, int bytes, boolean direct) throws IOException {
        try (UnixSocketChannel.Pair pair = open(family, blocking)) {
            ByteBuffer src = allocate(bytes, direct);
            ByteBuffer dst = allocate(bytes, direct);

            Allocations.assertNone(() -> {
                moved(bytes, pair.first().write(src.clear()));
                moved(bytes, pair.second().read(dst.clear()));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("channelsAndBuffers")
    void aGatheringWriteAndAScatteringReadAllocateNothing(UnixProtocolFamily family, boolean blocking, int bytes, boolean direct)
            throws IOException {
        try (UnixSocketChannel.Pair pair = open(family, blocking)) {
            ByteBuffer[] srcs = {allocate(bytes / 2, direct), allocate(bytes / 2, true)};
            ByteBuffer[] dsts = {allocate(bytes / 2, true), allocate(bytes / 2, direct)};

            Allocations.assertNone(() -> {
                srcs[0].clear();
                srcs[1].clear();
                moved(bytes, pair.first().write(srcs));
                dsts[0].clear();
                dsts[1].clear();
                moved(bytes, pair.second().read(dsts));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("channelsAndBuffers")
    void aReadInPartsAllocatesNothing(UnixProtocolFamily family, boolean blocking, int bytes, boolean direct) throws IOException {
        try (UnixSocketChannel.Pair pair = open(family, blocking)) {
            ByteBuffer src = allocate(bytes, direct);
            ByteBuffer dst = allocate(bytes / 2, direct);

            Allocations.assertNone(() -> {
                moved(bytes, pair.first().write(src.clear()));
                moved(bytes / 2, pair.second().read(dst.clear()));
                moved(bytes / 2, pair.second().read(dst.clear()));
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"STREAM, true", "STREAM, false", "SEQPACKET, true", "SEQPACKET, false"})
    void nothingToReadAndNoRoomToWriteAllocateNothing(UnixProtocolFamily family, boolean direct) throws IOException {
        try (UnixSocketChannel.Pair pair = open(family, false)) {
            ByteBuffer buffer = allocate(4096, direct);
            while (pair.first().write(buffer.clear()) > 0) {
                continue;
            }

            Allocations.assertNone(() -> {
                moved(0, pair.first().write(buffer.clear()));
                moved(0, pair.first().read(buffer.clear()));
            });
        }
    }

    private static void moved(int expected, long actual) {
        if (actual != expected) {
            assertEquals(expected, actual);
        }
    }

    private static UnixSocketChannel.Pair open(UnixProtocolFamily family, boolean blocking) throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        pair.first().configureBlocking(blocking);
        pair.second().configureBlocking(blocking);
        return pair;
    }

    private static ByteBuffer allocate(int bytes, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }
}
