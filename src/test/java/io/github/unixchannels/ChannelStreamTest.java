// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetConnectedException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The streams of a channel: full duplex, without garbage, and with an end that is the peer's alone. */
@ExtendWith(NothingLeaks.class)
class ChannelStreamTest {

    private static final int MUCH = 1 << 20;

    private static UnixSocketChannel.Pair pair(UnixProtocolFamily family) throws IOException {
        return UnixSocketChannel.pair(family);
    }

    private static void sendEmpty(UnixSocketChannel channel) throws IOException {
        try (AncillaryData nothing = AncillaryData.create()) {
            channel.send(ByteBuffer.allocate(0), nothing);
        }
    }

    @ParameterizedTest
    @CsvSource({"STREAM, false", "SEQPACKET, false", "STREAM, true", "SEQPACKET, true"})
    void aWriteWaitsForNoRead(UnixProtocolFamily family, boolean virtual) throws Exception {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
        try (UnixSocketChannel.Pair pair = pair(family)) {
            InputStream in = pair.first().inputStream();
            BackgroundCall<Integer> reading =
                    virtual ? BackgroundCall.startVirtual(in::read).awaitParked() : BackgroundCall.start(in::read).awaitBlocked();

            BackgroundCall<Void> writing = BackgroundCall.start(() -> {
                pair.first().outputStream().write(65);
                pair.first().outputStream().write(new byte[] {66, 67});
                pair.first().configureBlocking(true);
                return null;
            });

            writing.result();
            assertEquals(65, pair.second().inputStream().read());
            pair.second().outputStream().write(90);
            assertEquals(90, reading.result());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void aReadWaitsForNoWrite(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            OutputStream out = pair.first().outputStream();
            byte[] bytes = new byte[1000];
            BackgroundCall<Void> writing = BackgroundCall.start(() -> {
                for (int i = 0; i < MUCH / bytes.length; i++) {
                    out.write(bytes);
                }
                return null;
            });
            writing.awaitBlocked();
            pair.second().outputStream().write(90);
            assertEquals(90, pair.first().inputStream().read());

            assertEquals(MUCH / bytes.length * bytes.length, pair.second().inputStream().readNBytes(MUCH / 1000 * 1000).length);
            writing.result();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void manyBytesCrossBothWaysAtOnce(UnixProtocolFamily family) throws Exception {
        byte[] bytes = new byte[MUCH];
        new Random(1).nextBytes(bytes);
        try (UnixSocketChannel.Pair pair = pair(family)) {
            BackgroundCall<Long> echo = BackgroundCall.start(() -> {
                long n = pair.second().inputStream().transferTo(pair.second().outputStream());
                pair.second().shutdownOutput();
                return n;
            });
            BackgroundCall<Void> writing = BackgroundCall.start(() -> {
                OutputStream out = pair.first().outputStream();
                for (int offset = 0; offset < MUCH; offset += 4096) {
                    out.write(bytes, offset, 4096);
                }
                pair.first().shutdownOutput();
                return null;
            });
            assertArrayEquals(bytes, pair.first().inputStream().readAllBytes());
            writing.result();
            assertEquals(MUCH, echo.result());
        }
    }

    @Test
    void anEmptyMessageIsNotTheEnd() throws Exception {
        try (UnixSocketChannel.Pair pair = pair(UnixProtocolFamily.SEQPACKET)) {
            sendEmpty(pair.first());
            pair.first().write(UTF_8.encode("one\nt"));
            sendEmpty(pair.first());
            pair.first().write(UTF_8.encode("wo\n"));
            pair.first().shutdownOutput();
            BufferedReader reader = new BufferedReader(new InputStreamReader(pair.second().inputStream(), UTF_8));
            assertEquals("one", reader.readLine());
            assertEquals("two", reader.readLine());
            assertEquals(null, reader.readLine());
        }
    }

    @Test
    void theRestOfAMessageComesFirst() throws Exception {
        try (UnixSocketChannel.Pair pair = pair(UnixProtocolFamily.SEQPACKET)) {
            InputStream in = pair.second().inputStream();
            pair.first().write(UTF_8.encode("abc"));
            pair.first().write(UTF_8.encode("de"));
            assertEquals('a', in.read());
            byte[] bytes = new byte[9];
            assertEquals(2, in.read(bytes, 1, 8));
            assertEquals("bc", new String(bytes, 1, 2, UTF_8));
            assertEquals(2, in.read(bytes));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void availableIsWhatIsQueuedAndWhatIsLeftOfAMessage(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            InputStream in = pair.second().inputStream();
            assertEquals(0, in.available());
            pair.first().write(ByteBuffer.allocate(10));
            pair.first().write(ByteBuffer.allocate(20));
            assertEquals(30, in.available());
            in.read();
            assertEquals(29, in.available());
            assertEquals(29, in.readNBytes(29).length);
            assertEquals(0, in.available());
            pair.first().close();
            assertEquals(0, in.available());
            pair.second().shutdownInput();
            assertEquals(0, in.available());
            in.close();
            assertThrowsExactly(ClosedChannelException.class, in::available);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void theEndIsToldAgainAndAgain(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            InputStream in = pair.second().inputStream();
            pair.first().write(ByteBuffer.allocate(1));
            pair.first().close();
            assertEquals(0, in.read());
            for (int i = 0; i < 3; i++) {
                assertEquals(-1, in.read());
                assertEquals(-1, in.read(new byte[9]));
                assertEquals(0, in.skip(9));
                assertEquals(0, in.readAllBytes().length);
                assertEquals(0, in.transferTo(OutputStream.nullOutputStream()));
                assertEquals(0, in.read(new byte[0]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void skipLeavesTheNextByte(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            InputStream in = pair.second().inputStream();
            ByteBuffer bytes = ByteBuffer.allocate(20_001).put(20_000, (byte) 7);
            pair.first().write(bytes);
            assertEquals(0, in.skip(-1));
            assertEquals(20_000, in.skip(20_000));
            assertEquals(7, in.read());
            pair.first().close();
            assertEquals(0, in.skip(Long.MAX_VALUE));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void dataStreamsAndTransfersWork(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            DataOutputStream out = new DataOutputStream(pair.first().outputStream());
            out.writeLong(-2);
            out.writeUTF("text");
            out.write(255);
            out.write(new byte[0]);
            pair.first().shutdownOutput();
            DataInputStream in = new DataInputStream(pair.second().inputStream());
            assertEquals(-2, in.readLong());
            assertEquals("text", in.readUTF());
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            assertEquals(1, in.transferTo(rest));
            assertArrayEquals(new byte[] {-1}, rest.toByteArray());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void aNonBlockingChannelIsRefusedAndTheBoundsAreChecked(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            InputStream in = pair.first().inputStream();
            OutputStream out = pair.first().outputStream();
            assertThrows(IndexOutOfBoundsException.class, () -> in.read(new byte[3], 2, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> out.write(new byte[3], -1, 2));
            assertThrows(NullPointerException.class, () -> in.read(null, 0, 0));
            assertThrows(NullPointerException.class, () -> out.write(null));
            pair.first().configureBlocking(false);
            assertThrows(IllegalBlockingModeException.class, in::read);
            assertThrows(IllegalBlockingModeException.class, () -> in.read(new byte[1]));
            assertThrows(IllegalBlockingModeException.class, () -> in.skip(1));
            assertThrows(IllegalBlockingModeException.class, () -> out.write(1));
            assertThrows(IllegalBlockingModeException.class, () -> out.write(new byte[1]));
        }
        try (UnixSocketChannel channel = UnixSocketChannel.open(family)) {
            assertThrows(NotYetConnectedException.class, channel.inputStream()::read);
            assertThrows(NotYetConnectedException.class, channel.inputStream()::available);
            assertThrows(NotYetConnectedException.class, () -> channel.outputStream().write(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"STREAM, true", "SEQPACKET, true", "STREAM, false", "SEQPACKET, false"})
    void closingAStreamClosesTheChannelAndEndsAReadThatWaits(UnixProtocolFamily family, boolean input) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            InputStream in = pair.first().inputStream();
            OutputStream out = pair.first().outputStream();
            BackgroundCall<Integer> reading = BackgroundCall.start(in::read).awaitBlocked();
            (input ? in : out).close();
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertFalse(pair.first().isOpen());
            assertThrowsExactly(ClosedChannelException.class, in::read);
            assertThrowsExactly(ClosedChannelException.class, () -> out.write(1));
            out.close();
            assertEquals(-1, pair.second().inputStream().read());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void anInterruptEndsAReadThatWaits(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            BackgroundCall<Integer> reading = BackgroundCall.start(pair.first().inputStream()::read).awaitBlocked();
            reading.interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, reading::result);
            assertTrue(reading.wasInterrupted());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void aPeerThatHasGoneIsToldToAWriteAndAResetToARead(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            pair.first().write(ByteBuffer.allocate(1));
            pair.second().close();
            assertThrows(SocketException.class, pair.first().inputStream()::read);
            assertThrows(IOException.class, () -> pair.first().outputStream().write(1));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DGRAM", mode = EnumSource.Mode.EXCLUDE)
    void nothingIsAllocated(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = pair(family)) {
            InputStream in = pair.second().inputStream();
            OutputStream out = pair.first().outputStream();
            byte[] sent = new byte[100];
            byte[] received = new byte[64];
            Allocations.assertNone(() -> {
                out.write(sent);
                out.write(1);
                in.available();
                in.read(received);
                in.skip(36);
                in.read();
            });
        }
    }
}
