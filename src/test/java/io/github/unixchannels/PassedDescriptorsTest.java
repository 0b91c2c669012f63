// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Descriptors with the plain reads and writes of a channel, for code that knows no ancillary data. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
@Timeout(60)
class PassedDescriptorsTest {

    private static OwnedFd memory(String text) throws IOException {
        OwnedFd fd = OwnedFd.memory("test", 16);
        try (OwnedFd duplicate = fd.duplicate(); FileChannel file = duplicate.toFileChannel()) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
        return fd;
    }

    private static String text(OwnedFd fd) throws IOException {
        try (FileChannel file = fd.toFileChannel()) {
            ByteBuffer bytes = ByteBuffer.allocate(16);
            file.read(bytes, 0);
            return new String(bytes.array(), StandardCharsets.UTF_8).trim();
        }
    }

    /** What a library does: a length, then so many bytes, by whatever reads. It never hears of descriptors. */
    private static String readMessage(SocketChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(4);
        while (header.hasRemaining()) {
            if (channel.read(header) < 0) {
                return null;
            }
        }
        ByteBuffer body = ByteBuffer.allocate(header.getInt(0));
        while (body.hasRemaining()) {
            channel.read(body);
        }
        return new String(body.array(), StandardCharsets.UTF_8);
    }

    private static void writeMessage(SocketChannel channel, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        channel.write(new ByteBuffer[] {ByteBuffer.allocate(4).putInt(bytes.length).flip(), ByteBuffer.wrap(bytes)});
    }

    @Test
    void aReaderThatCallsPlainReadFindsTheDescriptorsOfEachMessage() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                PassedDescriptors sent = pair.first().passDescriptors(0);
                PassedDescriptors received = pair.second().passDescriptors(8);
                OwnedFd one = memory("one"); OwnedFd two = memory("two"); OwnedFd three = memory("three")) {
            writeMessage(pair.first(), "none");
            sent.attach(one).attach(two);
            writeMessage(pair.first(), "with two");
            sent.attach(three);
            writeMessage(pair.first(), "with one");
            writeMessage(pair.first(), "none again");

            assertEquals("none", readMessage(pair.second()));
            assertNull(received.take());
            assertEquals("with two", readMessage(pair.second()));
            assertEquals(2, received.count());
            assertEquals("one", text(received.take()));
            assertEquals("two", text(received.take()));
            assertEquals("with one", readMessage(pair.second()));
            assertEquals("three", text(received.take()));
            assertEquals("none again", readMessage(pair.second()));
            assertNull(received.take());
            assertEquals(0, received.refusedCount());
        }
    }

    @Test
    void theStreamsOfTheChannelCarryThemToo() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                PassedDescriptors sent = pair.first().passDescriptors(0);
                PassedDescriptors received = pair.second().passDescriptors(8); OwnedFd fd = memory("x")) {
            sent.attach(fd);
            new DataOutputStream(pair.first().outputStream()).writeUTF("hello");
            assertEquals("hello", new DataInputStream(pair.second().inputStream()).readUTF());
            assertEquals("x", text(received.take()));
        }
    }

    @Test
    void aPeerCannotFillTheTableOfDescriptors() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                PassedDescriptors sent = pair.first().passDescriptors(0);
                PassedDescriptors received = pair.second().passDescriptors(3); OwnedFd fd = memory("x")) {
            for (int i = 0; i < 5; i++) {
                sent.attach(fd).attach(fd);
                pair.first().write(ByteBuffer.allocate(1));
                assertEquals(1, pair.second().read(ByteBuffer.allocate(9)));
            }
            assertEquals(3, received.count());
            assertEquals(7, received.refusedCount());
            OwnedFd first = received.take();
            assertNotNull(first);
            first.close();
            assertEquals(2, received.count());
        } // and what was not taken is closed: NoFileLeaks
    }

    @Test
    void aWriteThatSendsNothingKeepsWhatIsAttached() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                PassedDescriptors sent = pair.first().passDescriptors(0);
                PassedDescriptors received = pair.second().passDescriptors(8); OwnedFd fd = memory("x")) {
            BlockingOperation.fill(pair.first());
            sent.attach(fd);
            assertEquals(0, pair.first().write(ByteBuffer.allocate(0)));
            pair.first().configureBlocking(false);
            assertEquals(0, pair.first().write(ByteBuffer.allocate(1)));
            pair.first().configureBlocking(true);
            pair.first().setOption(UnixSocketOptions.SO_SNDTIMEO, Duration.ofMillis(20));
            assertThrows(SocketTimeoutException.class, () -> pair.first().write(ByteBuffer.allocate(1)));

            pair.second().configureBlocking(false);
            ByteBuffer dst = ByteBuffer.allocate(1 << 20);
            while (pair.second().read(dst.clear()) > 0) {
                assertEquals(0, received.count());
            }
            assertEquals(1, pair.first().write(ByteBuffer.allocate(1)));
            assertEquals(1, pair.second().read(dst.clear()));
            assertEquals("x", text(received.take()));
        }
    }

    @Test
    void itEndsWithItsCloseAndTheChannelGoesOn() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM); OwnedFd fd = memory("x")) {
            PassedDescriptors sent = pair.first().passDescriptors(0);
            assertThrows(IllegalStateException.class, () -> pair.first().passDescriptors(0));
            PassedDescriptors received = pair.second().passDescriptors(8);
            sent.attach(fd);
            pair.first().write(ByteBuffer.allocate(1));
            pair.second().read(ByteBuffer.allocate(1));
            assertEquals(1, received.count());
            received.close();
            received.close();
            assertEquals(0, received.count());
            sent.attach(fd);
            sent.close();
            assertThrows(IllegalStateException.class, () -> sent.attach(fd));
            assertTrue(fd.isOpen(), "what is attached is the caller's");

            pair.first().write(ByteBuffer.allocate(2));
            assertEquals(2, pair.second().read(ByteBuffer.allocate(9)));
            try (PassedDescriptors again = pair.first().passDescriptors(0)) {
                assertEquals(0, again.count());
            }
        }
    }

    @Test
    void theEndNothingAndACloseAreAsWithPlainReads() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                PassedDescriptors received = pair.second().passDescriptors(8)) {
            pair.second().configureBlocking(false);
            assertEquals(0, pair.second().read(ByteBuffer.allocate(1)));
            pair.second().configureBlocking(true);
            BackgroundCall<Integer> read = BackgroundCall.start(() -> pair.second().read(ByteBuffer.allocate(1))).awaitBlocked();
            pair.first().close();
            assertEquals(-1, read.result());
            assertEquals(0, received.count());
            assertThrows(IllegalArgumentException.class, () -> pair.second().read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        }
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                PassedDescriptors received = pair.second().passDescriptors(8)) {
            BackgroundCall<Integer> read = BackgroundCall.start(() -> pair.second().read(ByteBuffer.allocate(1))).awaitBlocked();
            pair.second().close();
            assertEquals(AsynchronousCloseException.class, read.failure().getClass());
            assertEquals(0, received.count());
        }
    }

    @Test
    void whatIsAskedForIsChecked() throws Exception {
        try (UnixSocketChannel.Pair stream = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                UnixSocketChannel.Pair messages = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            assertThrows(UnsupportedOperationException.class, () -> messages.first().passDescriptors(1));
            assertThrows(IllegalArgumentException.class, () -> stream.first().passDescriptors(-1));
            try (PassedDescriptors sent = stream.first().passDescriptors(1); OwnedFd fd = memory("x")) {
                assertThrows(NullPointerException.class, () -> sent.attach(null));
                for (int i = 0; i < AncillaryData.MAX_DESCRIPTORS; i++) {
                    sent.attach(fd);
                }
                assertThrows(IllegalStateException.class, () -> sent.attach(fd));
                stream.first().write(ByteBuffer.allocate(1));
                assertFalse(stream.first().write(ByteBuffer.allocate(1)) < 1);
            }
        }
    }
}
