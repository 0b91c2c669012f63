// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.Batches;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The peer of a SEQPACKET closes with a message unread while the receiver looks: the kernel sets the end, and ECONNRESET an instant later. A
 * recv(2) in between returns 0. A recvmmsg(2) in between returns one empty message and leaves the error to the next call.
 */
@ExtendWith(NothingLeaks.class)
class ResetAfterEndTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final ProviderOn provider = new ProviderOn(faulty::syscalls);
    private final MessageBatch batch = provider.batch(4, 5);
    private UnixSocketChannel channel;
    private UnixSocketChannel peer;

    /** What takes a message, and the system call by which it does. */
    enum Way {
        READ("recv") {
            @Override
            void receive(ResetAfterEndTest test) throws IOException {
                test.channel.read(ByteBuffer.allocate(8));
            }
        },
        LARGE_READ("recvmsg") {
            @Override
            void receive(ResetAfterEndTest test) throws IOException {
                test.channel.read(ByteBuffer.allocateDirect(64 << 10));
            }
        },
        RECEIVE("recvmsg") {
            @Override
            void receive(ResetAfterEndTest test) throws IOException {
                try (AncillaryData data = test.provider.ancillaryData()) {
                    test.channel.receive(ByteBuffer.allocate(8), data);
                }
            }
        },
        NEXT_LENGTH("recv") {
            @Override
            void receive(ResetAfterEndTest test) throws IOException {
                test.channel.nextMessageLength();
            }
        };

        final String call;

        Way(String call) {
            this.call = call;
        }

        abstract void receive(ResetAfterEndTest test) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        UnixSocketChannel.Pair pair = provider.provider().openSocketPair(UnixProtocolFamily.SEQPACKET);
        channel = pair.first();
        peer = pair.second();
        channel.write(Batches.bytes("unread"));
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        peer.close();
    }

    private interface Receive {
        void run() throws IOException;
    }

    private static void assertReset(Receive receive) {
        for (int i = 0; i < 2; i++) {
            SocketException failure = assertThrowsExactly(SocketException.class, receive::run);
            assertTrue(failure.getMessage().endsWith("Connection reset by peer (ECONNRESET)"), failure.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetIsNoEnd(Way way) throws IOException {
        for (boolean blocking : new boolean[] {true, false}) {
            channel.configureBlocking(blocking);
            faulty.next(way.call, (real, arguments) -> {
                peer.close();
                return 0L;
            });
            assertReset(() -> way.receive(this));
            close();
            open();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 4", "false, 4", "true, 1", "false, 1"})
    void aResetIsNoEmptyMessageOfABatch(boolean blocking, int room) throws IOException {
        channel.configureBlocking(blocking);
        batch.limit(room);
        faulty.next("recvmmsg", (real, arguments) -> {
            peer.close();
            return 1; // with the length 0, which the batch has from its beginning
        });
        assertReset(() -> channel.receive(batch));
        assertEquals(0, batch.position());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResetThatAWriteHasMetIsNoEmptyMessageEither(boolean blocking) throws IOException {
        channel.configureBlocking(blocking);
        faulty.next("recvmmsg", (real, arguments) -> {
            peer.close();
            assertReset(channel);
            return 1;
        });
        assertReset(() -> channel.receive(batch));
    }

    private static void assertReset(UnixSocketChannel written) {
        assertThrowsExactly(SocketException.class, () -> written.write(Batches.bytes("more")));
    }

    @Test
    void aMessageBeforeTheResetIsReceivedAlone() throws IOException {
        peer.send(Batches.of(1, "a"));
        faulty.next("recvmmsg", (real, arguments) -> {
            assertEquals(1, real.with(arguments));
            peer.close();
            return 2;
        });
        assertEquals(1, channel.receive(batch));
        assertEquals(List.of("a"), Batches.received(batch));
        assertReset(() -> channel.receive(batch));
    }

    /** There is no error then. */
    @Test
    void anEmptyMessageOfAPeerThatClosesAfterTheReceiveIsReceived() throws IOException {
        assertEquals(6, peer.read(ByteBuffer.allocate(8)));
        peer.send(Batches.of(1, ""));
        faulty.next("recvmmsg", (real, arguments) -> {
            Object n = real.with(arguments);
            peer.close();
            return n;
        });
        assertEquals(1, channel.receive(batch));
        assertEquals(-1, channel.receive(batch));
    }
}
