// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.ConnectionSource;
import io.github.unixchannels.support.ConnectionSource.Connected;
import io.github.unixchannels.support.Payload;
import io.github.unixchannels.support.RawPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the JDK builds upon a channel: transfers from and to files, streams, readers. */
class ChannelAdapterTest {

    private static final byte[] CONTENT = Payload.bytes(1_000_000);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aFileIsTransferredToAChannel(ConnectionSource source) throws Exception {
        try (FileChannel file = file(CONTENT); Connected ends = source.connect(directory)) {
            BackgroundCall<byte[]> received = BackgroundCall.start(() -> Channels.newInputStream(ends.far()).readAllBytes());

            for (long at = 7; at < CONTENT.length; ) {
                long n = file.transferTo(at, Long.MAX_VALUE, ends.near());
                assertTrue(n > 0);
                at += n;
            }
            ends.near().shutdownOutput();

            assertArrayEquals(Arrays.copyOfRange(CONTENT, 7, CONTENT.length), received.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileIsTransferredToANonBlockingChannelAsFarAsThereIsRoom(ConnectionSource source) throws Exception {
        try (FileChannel file = file(CONTENT); Connected ends = source.connect(directory)) {
            ends.near().configureBlocking(false);
            ends.far().configureBlocking(false);
            ByteBuffer received = ByteBuffer.allocate(CONTENT.length);
            int parts = 0;
            for (long at = 0; received.hasRemaining(); ) {
                long n = file.transferTo(at, CONTENT.length, ends.near());
                at += n;
                parts += n > 0 ? 1 : 0;
                ends.far().read(received);
            }
            assertTrue(parts > 1);
            assertArrayEquals(CONTENT, received.array());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileIsTransferredFromAChannelUntilItsEnd(ConnectionSource source) throws Exception {
        try (FileChannel file = file(new byte[0]); Connected ends = source.connect(directory)) {
            BackgroundCall<Object> writer = BackgroundCall.start(() -> {
                for (int at = 0; at < CONTENT.length; at += 100_000) {
                    ends.near().write(ByteBuffer.wrap(CONTENT, at, 100_000));
                }
                ends.near().close();
                return null;
            });

            long total = 0;
            for (long n = 1; n > 0; total += n) {
                n = file.transferFrom(ends.far(), total, Long.MAX_VALUE - total);
            }

            writer.result();
            assertEquals(CONTENT.length, total);
            assertArrayEquals(CONTENT, Files.readAllBytes(directory.resolve("file")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTransferFromAChannelTakesNoMoreThanItIsAskedFor(ConnectionSource source) throws Exception {
        try (FileChannel file = file(new byte[0]); Connected ends = source.connect(directory)) {
            ends.near().write(ascii("abcdef"));
            ends.far().configureBlocking(false);

            assertEquals(4, file.transferFrom(ends.far(), 0, 4));
            ByteBuffer rest = ByteBuffer.allocate(9);
            assertEquals(2, ends.far().read(rest));
            assertEquals(0, file.transferFrom(ends.far(), 4, 4));

            assertEquals("ef", text(rest));
            assertEquals("abcd", Files.readString(directory.resolve("file")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInputStreamReadsToTheEndOfTheChannel(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ascii("abc"));
            ends.near().write(ascii("defghijkl"));
            ends.near().close();
            InputStream in = Channels.newInputStream(ends.far());

            assertEquals('a', in.read());
            assertEquals("bc", new String(in.readNBytes(2), StandardCharsets.US_ASCII));
            assertEquals('d', in.read());
            assertEquals("efghijkl", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
            assertEquals(-1, in.read());
            in.close();
            assertFalse(ends.far().isOpen());
        }
    }

    @Test
    void anEmptyMessageDoesNotEndReadAllBytes() throws IOException {
        try (RawPeer peer = RawPeer.ofMessages()) {
            peer.send("a").send("").send("").send("b").hangUp();

            assertEquals("ab", new String(Channels.newInputStream(peer.channel()).readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOutputStreamWritesToTheChannel(ConnectionSource source) throws Exception {
        try (Connected ends = source.connect(directory)) {
            BackgroundCall<byte[]> received = BackgroundCall.start(() -> Channels.newInputStream(ends.far()).readAllBytes());
            try (OutputStream out = Channels.newOutputStream(ends.near())) {
                for (int at = 0; at < CONTENT.length; at += 100_000) {
                    out.write(CONTENT, at, 100_000);
                }
                out.write('x');
            }
            assertFalse(ends.near().isOpen());
            byte[] all = received.result();
            assertEquals(CONTENT.length + 1, all.length);
            assertArrayEquals(CONTENT, Arrays.copyOf(all, CONTENT.length));
        }
    }

    @Test
    void oneWriteToAnOutputStreamIsOneMessage() throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            OutputStream out = Channels.newOutputStream(pair.first());
            out.write("abc".getBytes());
            out.write('d');

            ByteBuffer dst = ByteBuffer.allocate(9);
            assertEquals(3, pair.second().read(dst));
            assertEquals(1, pair.second().read(dst));
            assertEquals("abcd", text(dst));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderPutsCharactersTogetherThatAreCutInTwo(ConnectionSource source) throws IOException {
        byte[] bytes = "first \u20ac\nsecond\n".getBytes(StandardCharsets.UTF_8);
        try (Connected ends = source.connect(directory)) {
            ends.near().write(ByteBuffer.wrap(bytes, 0, 7));
            ends.near().write(ByteBuffer.wrap(bytes, 7, bytes.length - 7));
            ends.near().close();

            BufferedReader reader = new BufferedReader(Channels.newReader(ends.far(), StandardCharsets.UTF_8));
            assertEquals("first \u20ac", reader.readLine());
            assertEquals("second", reader.readLine());
            assertEquals(null, reader.readLine());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriterWritesToTheChannelWhatItsReaderReads(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            try (Writer writer = Channels.newWriter(ends.near(), StandardCharsets.UTF_8)) {
                writer.write("caf\u00e9\n");
            }
            assertEquals("caf\u00e9", new BufferedReader(Channels.newReader(ends.far(), StandardCharsets.UTF_8)).readLine());
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamsRefuseANonBlockingChannel(ConnectionSource source) throws IOException {
        try (Connected ends = source.connect(directory)) {
            ends.near().configureBlocking(false);

            assertThrows(IllegalBlockingModeException.class, () -> Channels.newInputStream(ends.near()).read());
            assertThrows(IllegalBlockingModeException.class, () -> Channels.newInputStream(ends.near()).read(new byte[3]));
            assertThrows(IllegalBlockingModeException.class, () -> Channels.newOutputStream(ends.near()).write(new byte[3]));
        }
    }

    private FileChannel file(byte[] content) throws IOException {
        Path path = directory.resolve("file");
        Files.write(path, content);
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
