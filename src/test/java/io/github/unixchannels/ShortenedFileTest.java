// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers that are a mapped file, of which another process has cut off what was mapped. */
class ShortenedFileTest {

    /** The compiler must have seen the copies: compiled code meets the fault in another place than the interpreter. */
    private static final int ROUNDS = 3_000;

    private static final int FILE_BYTES = 64 << 10;

    @TempDir
    Path directory;

    private FileChannel file;
    private ByteBuffer mapped;

    @BeforeEach
    void mapAndShorten() throws IOException {
        Path path = Files.write(directory.resolve("mapped"), new byte[FILE_BYTES]);
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES);
        file.truncate(0);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aWriteIsAnIOExceptionThatSaysWhatWasTriedAndSendsNothing(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            pair.second().configureBlocking(false);
            for (int size : new int[] {16, 2 << 10, FILE_BYTES}) {
                assertFaults("write", () -> pair.first().write(mapped.clear().limit(size)));
                ByteBuffer[] srcs = {mapped.clear().limit(size), ByteBuffer.allocate(3)};
                assertFaults("write", () -> pair.first().write(srcs));
                assertEquals(0, mapped.position());
            }
            assertEquals(0, pair.second().read(ByteBuffer.allocate(99)));
            assertTrue(pair.first().isOpen());
        }
    }

    @Test
    void aReadOfAStreamIsAnIOExceptionAndLosesNothing() throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            for (int size : new int[] {16, FILE_BYTES}) {
                pair.first().write(ascii("abc"));
                assertFaults("read", () -> pair.second().read(mapped.clear().limit(size)));
                assertFaults("read", () -> pair.second().read(new ByteBuffer[] {ByteBuffer.allocate(0), mapped}));
                ByteBuffer dst = ByteBuffer.allocate(9);
                assertEquals(3, pair.second().read(dst));
                assertEquals("abc", text(dst));
            }
        }
    }

    /** A small message is received aside, and what cannot be copied is kept. */
    @Test
    void aReadOfASmallMessageIsAnIOExceptionAndLosesNothing() throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            ByteBuffer dst = ByteBuffer.allocate(9);
            for (int i = 0; i < ROUNDS; i++) {
                pair.first().write(ascii("abc"));
                assertFaults("read", () -> pair.second().read(mapped.clear().limit(16)));
                assertEquals(0, mapped.position());
                assertEquals(3, pair.second().read(dst.clear()));
                assertEquals("abc", text(dst));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAHeapBufferTookBeforeTheFaultIsThere(boolean keptBefore) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            for (int i = 0; i < ROUNDS; i++) {
                pair.first().write(ascii("abcd"));
                ByteBuffer first = ByteBuffer.allocate(2);
                if (keptBefore) {
                    assertFaults("read", () -> pair.second().read(new ByteBuffer[] {mapped.clear(), first}));
                }
                assertFaults("read", () -> pair.second().read(new ByteBuffer[] {first, mapped.clear()}));
                assertEquals("ab", text(first));
                ByteBuffer rest = ByteBuffer.allocate(9);
                assertEquals(2, pair.second().read(rest));
                assertEquals("cd", text(rest));
            }
        }
    }

    @Test
    void datagramsAreIOExceptionsToo() throws IOException {
        try (UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair()) {
            assertFaults("write", () -> pair.first().write(mapped.clear().limit(16)));
            pair.first().write(ascii("abc"));
            assertFaults("read", () -> pair.second().read(mapped.clear()));
        }
    }

    @Test
    void aPipeLosesNothingEither() throws IOException {
        Pipe pipe = UnixSelectorProvider.provider().openPipe();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            assertFaults("write", () -> sink.write(mapped.clear()));
            sink.write(ascii("abc"));
            assertFaults("read", () -> source.read(new ByteBuffer[] {mapped.clear(), ByteBuffer.allocate(1)}));
            ByteBuffer dst = ByteBuffer.allocate(9);
            assertEquals(3, source.read(dst));
            assertEquals("abc", text(dst));
        }
    }

    private interface Transfer {
        long run() throws IOException;
    }

    private static void assertFaults(String operation, Transfer transfer) {
        IOException failure = assertThrows(IOException.class, transfer::run);
        assertTrue(failure.getMessage().matches(operation + "\\(.+\\): Bad address \\(EFAULT\\)"), failure::getMessage);
    }
}
