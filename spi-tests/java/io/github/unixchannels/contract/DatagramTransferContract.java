// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Datagrams sent and received: which bytes move, what tells how many, and who sent them. */
class DatagramTransferContract extends DatagramTest {

    /** More senders than it would be sensible to remember each. */
    private static final int MANY = 100;

    /** Rounds in which a receive certainly waits before the send begins. */
    private static final int WAITING_ROUNDS = 8;

    @Test
    void d23_whatIsSentIsReceivedAsOneDatagramInOrderThroughEveryKindOfBuffer() throws Exception {
        Ends ends = ends();
        DatagramChannel sender = bound();
        DatagramChannel receiver = bound();
        for (int size : SIZES) {
            byte[] first = randomBytes(size);
            byte[] second = randomBytes(size / 2);
            for (Memory source : Memory.values()) {
                for (Memory target : Memory.values()) {
                    assertEquals(size, sender.send(source.of(first), receiver.getLocalAddress()));
                    assertEquals(size / 2, sender.send(source.of(second).asReadOnlyBuffer(), receiver.getLocalAddress()));
                    assertEquals(size, ends.first().write(source.of(first).asReadOnlyBuffer()));
                    assertEquals(size / 2, ends.first().write(source.of(second)));
                    for (byte[] expected : new byte[][] {first, second}) {
                        ByteBuffer received = target.room(size);
                        assertNotNull(receiver.receive(received));
                        Memory.assertTaken(expected, received);
                        ByteBuffer read = target.room(size);
                        assertEquals(expected.length, ends.second().read(read));
                        Memory.assertTaken(expected, read);
                    }
                }
            }
        }
    }

    @Test
    void d24_positionsMoveByWhatWasTransferredAndLimitsNotAtAll() throws Exception {
        Ends ends = ends();
        SocketAddress peer = ends.second().getLocalAddress();
        for (Memory memory : Memory.values()) {
            for (boolean connected : MODES) {
                ByteBuffer src = memory.of(new byte[] {1, 2, 3, 4, 5});
                int limit = src.limit();
                assertEquals(5, connected ? ends.first().write(src) : ends.first().send(src, peer));
                assertEquals(limit, src.position());
                assertEquals(limit, src.limit());
                ByteBuffer dst = memory.room(100);
                limit = dst.limit();
                if (connected) {
                    assertEquals(5, ends.second().read(dst));
                } else {
                    assertNotNull(ends.second().receive(dst));
                }
                assertEquals(limit, dst.limit());
                Memory.assertTaken(new byte[] {1, 2, 3, 4, 5}, dst);
            }
        }
    }

    @Test
    void d25_receiveReturnsTheAddressOfTheSenderAlsoWhenSendersAlternate() throws Exception {
        boolean abstractNames = provider.capabilities().contains(Capability.ABSTRACT_NAMES);
        DatagramChannel receiver = bound();
        DatagramChannel[] senders = {bound(), bound(), abstractNames ? datagram().bind(null) : bound(), boundAndConnectedTo(receiver)};
        for (int order : new int[] {0, 1, 0, 2, 3, 3, 1, 2, 0}) {
            send("from " + order, senders[order], receiver);
            assertReceives("from " + order, senders[order], receiver);
        }
        for (int order : new int[] {0, 1, 0, 2, 3, 3, 1}) {
            send("from " + order, senders[order], receiver);
        }
        for (int order : new int[] {0, 1, 0, 2, 3, 3, 1}) {
            assertReceives("from " + order, senders[order], receiver);
        }
        DatagramChannel[] many = new DatagramChannel[MANY];
        for (int i = 0; i < 3 * MANY; i++) {
            many[i % MANY] = i < MANY ? bound() : many[i % MANY];
            send("from " + i, many[i % MANY], receiver);
            assertReceives("from " + i, many[i % MANY], receiver);
            send("to " + i, receiver, many[i % MANY]);
            assertReceives("to " + i, receiver, many[i % MANY]);
        }
    }

    @Test
    void d26_whatOfADatagramDoesNotFitIsGoneAndTheNextOneIsReceivedWhole() throws Exception {
        DatagramChannel sender = bound();
        DatagramChannel receiver = bound();
        for (int size : SIZES) {
            byte[] content = randomBytes(size);
            for (Memory memory : Memory.values()) {
                for (int room : new int[] {1, size - 1}) {
                    sender.send(ByteBuffer.wrap(content), receiver.getLocalAddress());
                    send("next", sender, receiver);
                    ByteBuffer dst = memory.room(room);
                    assertEquals(sender.getLocalAddress(), receiver.receive(dst));
                    Memory.assertTaken(Arrays.copyOf(content, room), dst);
                    assertReceives("next", sender, receiver);
                }
            }
        }
    }

    @Test
    void d27_receiveIntoABufferWithoutRoomTakesOneDatagramAndReturnsItsSender() throws Exception {
        DatagramChannel sender = bound();
        DatagramChannel receiver = bound();
        for (Memory memory : Memory.values()) {
            send("gone", sender, receiver);
            send("next", sender, receiver);
            ByteBuffer dst = memory.room(0);
            assertEquals(sender.getLocalAddress(), receiver.receive(dst));
            Memory.assertTaken(NONE, dst);
            assertReceives("next", sender, receiver);
        }
    }

    @Test
    void d28_anEmptyDatagramIsSentBySendAndReceivedWithItsSender() throws Exception {
        DatagramChannel sender = bound();
        DatagramChannel receiver = bound();
        for (Memory memory : Memory.values()) {
            assertEquals(0, sender.send(memory.room(0), receiver.getLocalAddress()));
            send("next", sender, receiver);
            ByteBuffer dst = memory.room(8);
            assertEquals(sender.getLocalAddress(), receiver.receive(dst));
            Memory.assertTaken(NONE, dst);
            assertReceives("next", sender, receiver);
        }
    }

    @Test
    @Deviates(provider = {"JDK-UDP", "DEFAULT-UDP"}, why = "on a connected channel it sends nothing (DatagramChannelImpl.send)")
    void d29_sendWithoutBytesSendsAnEmptyDatagramOnAConnectedChannelToo() throws Exception {
        Ends ends = ends();
        for (Memory memory : Memory.values()) {
            assertEquals(0, ends.first().send(memory.room(0), ends.second().getLocalAddress()));
            sendMarker(ends.first());
            assertReceives("", ends.first(), ends.second());
            assertMarkerIsNext(ends.second());
        }
    }

    @Test
    void d30_receiveOfANonBlockingChannelReturnsNullIfThereIsNoneAndReadZero() throws Exception {
        Ends ends = ends();
        DatagramChannel unconnected = bound();
        unconnected.configureBlocking(false);
        ends.first().configureBlocking(false);
        for (Memory memory : Memory.values()) {
            ByteBuffer dst = memory.room(8);
            ByteBuffer[] dsts = {dst, ByteBuffer.allocate(8)};
            assertNull(unconnected.receive(dst));
            assertNull(ends.first().receive(dst));
            assertEquals(0, ends.first().read(dst));
            assertEquals(0, ends.first().read(dsts));
            Memory.assertTaken(NONE, dst);
        }
    }

    @Test
    void d31_readReturnsTheBytesOfOneDatagramAndWhatDoesNotFitIsGone() throws Exception {
        Ends ends = ends();
        for (int size : SIZES) {
            byte[] content = randomBytes(size);
            for (Memory memory : Memory.values()) {
                for (int room : new int[] {1, size - 1, size, size + 100}) {
                    ends.first().write(ByteBuffer.wrap(content));
                    sendMarker(ends.first());
                    ByteBuffer dst = memory.room(room);
                    assertEquals(Math.min(room, size), ends.second().read(dst));
                    Memory.assertTaken(Arrays.copyOf(content, Math.min(room, size)), dst);
                    assertMarkerIsNext(ends.second());
                }
            }
        }
    }

    @Test
    @Deviates(provider = {"JDK-UDP", "DEFAULT-UDP"}, why = "it returns -1 (IOUtil takes what is empty for the end)")
    void d32_readOfAnEmptyDatagramReturnsZeroAndNotTheEnd() throws Exception {
        DatagramChannel receiver = bound();
        DatagramChannel sender = bound();
        receiver.connect(sender.getLocalAddress());
        for (boolean blocking : MODES) {
            receiver.configureBlocking(blocking);
            for (Memory memory : Memory.values()) {
                ByteBuffer dst = memory.room(8);
                for (int i = 0; i < 2; i++) {
                    send("", sender, receiver);
                    send("next", sender, receiver);
                    assertEquals(0, i == 0 ? receiver.read(dst) : receiver.read(new ByteBuffer[] {dst, ByteBuffer.allocate(8)}));
                    Memory.assertTaken(NONE, dst);
                    assertReads("next", receiver);
                }
            }
        }
    }

    @Test
    void d41_oneThreadCanReceiveWhileAnotherSends() throws Exception {
        Ends ends = ends();
        DatagramChannel echo = bound();
        DatagramChannel channel = bound();
        for (int i = 0; i < 100; i++) {
            String text = "echo " + i;
            BackgroundCall<Object> receive = BackgroundCall.start(() -> {
                assertReceives(text, echo, channel);
                return null;
            });
            BackgroundCall<Object> read = BackgroundCall.start(() -> {
                assertReads(text, ends.first());
                return null;
            });
            if (i < WAITING_ROUNDS) {
                receive.awaitBlocked();
                read.awaitBlocked();
            }
            send(text, channel, echo);
            ends.first().write(ascii(text));
            assertReceives(text, channel, echo);
            assertReads(text, ends.second());
            assertFalse(receive.isDone() || read.isDone());
            send(text, echo, channel);
            ends.second().write(ascii(text));
            assertNull(receive.result());
            assertNull(read.result());
        }
    }
}
