// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The streams of a socket: full duplex, without garbage, and with an end that is the peer's alone. */
@ExtendWith(NothingLeaks.class)
class SocketStreamTest {

    private static final int MUCH = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aWriteWaitsForNoRead(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            BackgroundCall<Integer> reading = BackgroundCall.start(pair.client().getInputStream()::read).awaitBlocked();

            pair.client().getOutputStream().write(65);

            assertEquals(65, pair.accepted().getInputStream().read());
            pair.accepted().getOutputStream().write(90);
            assertEquals(90, reading.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadWaitsForNoWrite(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            OutputStream out = pair.client().getOutputStream();
            byte[] bytes = new byte[1000];
            BackgroundCall<Void> writing = BackgroundCall.start(() -> {
                for (int i = 0; i < 10 * MUCH / bytes.length; i++) {
                    out.write(bytes);
                }
                return null;
            });
            writing.awaitBlocked();

            pair.accepted().getOutputStream().write(90);
            assertEquals(90, pair.client().getInputStream().read());

            pair.accepted().getInputStream().skipNBytes(10 * MUCH / bytes.length * bytes.length);
            writing.result();
        }
    }

    @ParameterizedTest
    @EnumSource
    void fourThreadsMoveMuchBothWaysAtOnce(SocketPairKind kind) throws Exception {
        byte[] bytes = new byte[MUCH];
        new Random(1).nextBytes(bytes);
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            List<BackgroundCall<?>> calls = new ArrayList<>();
            for (Socket each : List.of(pair.client(), pair.accepted())) {
                calls.add(BackgroundCall.start(() -> {
                    for (int offset = 0; offset < MUCH; offset += 4096) {
                        each.getOutputStream().write(bytes, offset, 4096);
                    }
                    each.shutdownOutput();
                    return null;
                }));
                calls.add(BackgroundCall.start(() -> {
                    assertArrayEquals(bytes, each.getInputStream().readAllBytes());
                    return null;
                }));
            }
            for (BackgroundCall<?> each : calls) {
                each.result();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void objectsCrossBothWays(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            List<BackgroundCall<?>> calls = new ArrayList<>();
            for (Socket each : List.of(pair.client(), pair.accepted())) {
                calls.add(BackgroundCall.start(() -> {
                    ObjectOutputStream out = new ObjectOutputStream(each.getOutputStream());
                    out.flush();
                    ObjectInputStream in = new ObjectInputStream(each.getInputStream());
                    for (int i = 0; i < 100; i++) {
                        out.writeObject("object " + i);
                        assertEquals("object " + i, in.readObject());
                    }
                    return null;
                }));
            }
            for (BackgroundCall<?> each : calls) {
                each.result();
            }
        }
    }

    private static void sendEmpty(Socket socket) throws IOException {
        try (AncillaryData nothing = AncillaryData.create()) {
            ((UnixSocketChannel) socket.getChannel()).send(ByteBuffer.allocate(0), nothing);
        }
    }

    @Test
    void anEmptyMessageIsNotTheEnd() throws Exception {
        try (SocketPairKind.Pair pair = SocketPairKind.SEQPACKET.connect(folder)) {
            BufferedReader reader = new BufferedReader(new InputStreamReader(pair.accepted().getInputStream(), UTF_8));
            BackgroundCall<String> reading = BackgroundCall.start(reader::readLine).awaitBlocked();
            sendEmpty(pair.client());
            pair.client().getOutputStream().write("one\nt".getBytes(UTF_8));
            assertEquals("one", reading.result());

            sendEmpty(pair.client());
            pair.client().getOutputStream().write("wo\n".getBytes(UTF_8));
            pair.client().shutdownOutput();
            assertEquals("two", reader.readLine());
            assertEquals(null, reader.readLine());
        }
    }

    @Test
    void theRestOfAMessageComesFirst() throws Exception {
        try (SocketPairKind.Pair pair = SocketPairKind.SEQPACKET.connect(folder)) {
            InputStream in = pair.accepted().getInputStream();
            pair.client().getOutputStream().write("abc".getBytes(UTF_8));
            pair.client().getOutputStream().write("de".getBytes(UTF_8));
            assertEquals('a', in.read());
            byte[] bytes = new byte[9];
            assertEquals(2, in.read(bytes, 1, 8));
            assertEquals("bc", new String(bytes, 1, 2, UTF_8));
            assertEquals(2, in.read(bytes));
        }
    }

    @ParameterizedTest
    @EnumSource
    void availableIsWhatCanBeReadAtOnce(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            InputStream in = pair.accepted().getInputStream();
            assertEquals(0, in.available());
            pair.client().getOutputStream().write(new byte[10]);
            BackgroundCall.soon().until(() -> in.available() == 10);
            assertEquals(0, in.read());
            assertEquals(9, in.available());
            assertEquals(9, in.read(new byte[20]));
            assertEquals(0, in.available());

            BackgroundCall<Integer> reading = BackgroundCall.start(in::read).awaitBlocked();
            assertEquals(0, in.available());
            pair.client().getOutputStream().write(7);
            assertEquals(7, reading.result());

            pair.client().getOutputStream().write(new byte[10]);
            BackgroundCall.soon().until(() -> in.available() == 10);
            pair.accepted().shutdownInput();
            assertEquals(0, in.available());
            assertEquals(-1, in.read());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndIsToldAgainAndAgain(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            InputStream in = pair.accepted().getInputStream();
            pair.client().getOutputStream().write(0);
            pair.client().close();
            assertEquals(0, in.read());
            for (int i = 0; i < 3; i++) {
                assertEquals(-1, in.read());
                assertEquals(-1, in.read(new byte[9]));
                assertEquals(0, in.skip(9));
                assertEquals(0, in.readAllBytes().length);
                assertEquals(0, in.readNBytes(3).length);
                assertEquals(0, in.transferTo(OutputStream.nullOutputStream()));
                assertEquals(0, in.read(new byte[0]));
                assertEquals(0, in.available());
            }
            in.close();
            assertEquals(-1, in.read());
            assertThrowsExactly(SocketException.class, in::available);
        }
    }

    @ParameterizedTest
    @EnumSource
    void skipLeavesTheNextByte(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            InputStream in = pair.accepted().getInputStream();
            byte[] bytes = new byte[20_001];
            bytes[20_000] = 7;
            pair.client().getOutputStream().write(bytes);
            assertEquals(0, in.skip(-1));
            assertEquals(20_000, in.skip(20_000));
            assertEquals(7, in.read());
            pair.client().close();
            assertEquals(0, in.skip(Long.MAX_VALUE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void dataStreamsAndTransfersWork(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            DataOutputStream out = new DataOutputStream(pair.client().getOutputStream());
            out.writeLong(-2);
            out.writeUTF("text");
            out.write(255);
            out.write(new byte[0]);
            pair.client().shutdownOutput();
            DataInputStream in = new DataInputStream(pair.accepted().getInputStream());
            assertEquals(-2, in.readLong());
            assertEquals("text", in.readUTF());
            assertEquals(1, in.transferTo(OutputStream.nullOutputStream()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void boundsAreChecked(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            InputStream in = pair.client().getInputStream();
            OutputStream out = pair.client().getOutputStream();
            assertThrows(IndexOutOfBoundsException.class, () -> in.read(new byte[3], 2, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> out.write(new byte[3], -1, 2));
            assertThrows(NullPointerException.class, () -> in.read(null, 0, 0));
            assertThrows(NullPointerException.class, () -> out.write(null));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatHasGoneIsToldToAWrite(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.accepted().close();
            OutputStream out = pair.client().getOutputStream();
            BackgroundCall.soon().until(() -> {
                try {
                    out.write(1); // of TCP, until the peer's kernel has answered
                    return false;
                } catch (SocketException e) {
                    return true;
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void aResetIsToldToAReadAgainAndAgain(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            pair.client().getOutputStream().write(1);
            pair.accepted().close();
            InputStream in = pair.client().getInputStream();
            assertThrowsExactly(SocketException.class, in::read);
            assertThrowsExactly(SocketException.class, in::read);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void nothingIsAllocated(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            InputStream in = pair.accepted().getInputStream();
            OutputStream out = pair.client().getOutputStream();
            pair.accepted().setSoTimeout(60_000);
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

    @ParameterizedTest
    @EnumSource(names = "TCP", mode = EnumSource.Mode.EXCLUDE)
    void nothingIsAllocatedByAReadThatWaits(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            BackgroundCall<Long> echo =
                    BackgroundCall.start(() -> pair.accepted().getInputStream().transferTo(pair.accepted().getOutputStream()));
            InputStream in = pair.client().getInputStream();
            OutputStream out = pair.client().getOutputStream();
            pair.client().setSoTimeout(60_000);
            Allocations.assertNone(() -> {
                out.write(1);
                in.read();
            });
            pair.client().shutdownOutput();
            echo.result();
        }
    }
}
