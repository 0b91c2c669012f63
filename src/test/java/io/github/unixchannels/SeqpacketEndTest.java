// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static io.github.unixchannels.support.Payload.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.RawPeer;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a read of messages returns when the peer has gone: what it had sent first, then the end or the reset. */
class SeqpacketEndTest {

    /** How a test reads up to 9 bytes; each takes another way through the library. */
    enum Way {
        HEAP {
            @Override
            ByteBuffer[] buffers() {
                return new ByteBuffer[] {ByteBuffer.allocate(9)};
            }
        },
        DIRECT {
            @Override
            ByteBuffer[] buffers() {
                return new ByteBuffer[] {ByteBuffer.allocateDirect(9)};
            }
        },
        LARGE_DIRECT {
            @Override
            ByteBuffer[] buffers() {
                return new ByteBuffer[] {ByteBuffer.allocateDirect(64 << 10)};
            }
        },
        SCATTER {
            @Override
            ByteBuffer[] buffers() {
                return new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(8)};
            }
        },
        LARGE_SCATTER {
            @Override
            ByteBuffer[] buffers() {
                return new ByteBuffer[] {ByteBuffer.allocateDirect(1), ByteBuffer.allocateDirect(64 << 10)};
            }
        };

        abstract ByteBuffer[] buffers();

        /** Reads once: the characters, or "-1" at the end. */
        String read(UnixSocketChannel from) throws IOException {
            ByteBuffer[] buffers = buffers();
            long n = buffers.length == 1 ? from.read(buffers[0]) : from.read(buffers);
            assertEquals(Math.max(0, n), text(buffers).length());
            return n < 0 ? Long.toString(n) : text(buffers);
        }
    }

    private RawPeer peer;
    private UnixSocketChannel channel;

    @BeforeEach
    void connect() throws IOException {
        peer = RawPeer.ofMessages();
        channel = peer.channel();
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
    }

    @ParameterizedTest
    @EnumSource
    void thePeersShutdownOfItsOutputIsTheEndToo(Way way) throws IOException {
        peer.send("").send("a").shutdownOutput();

        assertEquals("a", way.read(channel), "the empty message is passed over");
        assertEquals("-1", way.read(channel));
        assertEquals(3, channel.write(ascii("abc")), "the other direction goes on");
    }

    @ParameterizedTest
    @EnumSource
    void emptyMessagesBeforeOtherBytesAreToldFromTheEndAlsoWhenThePeerHasGone(Way way) throws IOException {
        peer.send("").send("").send("a").send("").send("b").hangUp();

        channel.configureBlocking(false);
        for (String expected : new String[] {"", "", "a", "", "b", "-1", "-1"}) {
            assertEquals(expected, way.read(channel));
        }
    }

    @Test
    void emptyMessagesThatAreReadBeforeThePeerGoesAreNotTheEnd() throws IOException {
        channel.configureBlocking(false);
        peer.send("a").send("");
        assertEquals("a", Way.HEAP.read(channel));
        assertEquals("", Way.HEAP.read(channel));
        peer.send("");
        assertEquals("", Way.HEAP.read(channel));
        peer.hangUp();
        assertEquals("-1", Way.HEAP.read(channel));
    }

    @Test
    void emptyMessagesThatArePeersLastMakeTheEnd() throws IOException {
        peer.send("a").send("").send("").hangUp();

        assertEquals("a", Way.HEAP.read(channel));
        assertEquals("-1", Way.HEAP.read(channel));
        assertEquals("-1", Way.HEAP.read(channel));
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSentBeforeAResetIsReadFirstAndThenEveryReadThrows(Way way) throws IOException {
        for (boolean blocking : new boolean[] {false, true}) {
            channel.configureBlocking(blocking);
            reset("", "", "reply", "", "more");

            for (String expected : blocking ? new String[] {"reply", "more"} : new String[] {"", "", "reply", "", "more"}) {
                assertEquals(expected, way.read(channel));
            }
            assertReset(way);
            close();
            connect();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetThatFollowsNothingIsThrownAtOnce(Way way) throws IOException {
        reset();

        assertReset(way);
    }

    @Test
    void anEmptyBufferDoesNotSkipTheReset() throws IOException {
        reset();
        assertReset(Way.HEAP);

        assertThrows(SocketException.class, () -> channel.read(ByteBuffer.allocate(0)));
        assertThrows(SocketException.class, () -> channel.read(new ByteBuffer[0]));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWriteThatMeetsTheResetDoesNotTakeItFromTheReads(boolean blocking) throws IOException {
        channel.configureBlocking(blocking);
        reset("reply");

        assertInstanceOf(SocketException.class, assertThrows(IOException.class, () -> channel.write(ascii("again"))));
        IOException second = assertThrows(IOException.class, () -> channel.write(new ByteBuffer[] {ascii("and again")}));
        assertTrue(second.getMessage().contains("EPIPE"), second.getMessage());
        assertEquals("reply", Way.HEAP.read(channel));
        assertReset(Way.HEAP);
    }

    @Test
    void aWaitingWriteThatTheResetEndsDoesNotTakeItFromTheReads() throws Exception {
        peer.send("reply");
        BackgroundCall<Object> writer = BackgroundCall.start(() -> {
            for (;;) {
                channel.write(ByteBuffer.allocate(60_000));
            }
        });
        writer.awaitBlocked();

        peer.hangUp();

        assertInstanceOf(SocketException.class, writer.failure());
        assertEquals("reply", Way.HEAP.read(channel));
        assertReset(Way.HEAP);
    }

    /** Lets the peer send these messages and close with a message of ours unread. */
    private void reset(String... messages) throws IOException {
        channel.write(ascii("unread"));
        for (String message : messages) {
            peer.send(message);
        }
        peer.hangUp();
    }

    private void assertReset(Way way) {
        for (int i = 0; i < 3; i++) {
            SocketException reset = assertThrows(SocketException.class, () -> way.read(channel));
            assertTrue(reset.getMessage().contains("ECONNRESET"), reset.getMessage());
        }
        assertTrue(channel.isOpen());
    }
}
