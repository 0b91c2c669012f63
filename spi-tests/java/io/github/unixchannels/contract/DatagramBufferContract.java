// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Datagrams in several buffers, or in none, and what is refused. */
class DatagramBufferContract extends DatagramTest {

    @Test
    void d33_readIntoBuffersWithoutRoomReturnsZeroAndTakesNothing() throws Exception {
        Ends ends = ends();
        for (boolean blocking : MODES) {
            ends.second().configureBlocking(blocking);
            for (boolean queued : new boolean[] {false, true}) {
                if (queued) {
                    sendMarker(ends.first());
                }
                for (Memory memory : Memory.values()) {
                    assertEquals(0, ends.second().read(memory.room(0)));
                    assertEquals(0, ends.second().read(new ByteBuffer[] {memory.room(0), Memory.HEAP.room(0)}));
                }
                assertEquals(0, ends.second().read(new ByteBuffer[0]));
                assertEquals(0, ends.second().read(new ByteBuffer[] {ByteBuffer.allocate(8)}, 1, 0));
            }
            ends.second().configureBlocking(true);
            assertMarkerIsNext(ends.second());
        }
    }

    @Test
    void d34_writeWithoutBytesReturnsZeroAndSendsNothing() throws Exception {
        Ends ends = ends();
        for (boolean blocking : MODES) {
            ends.first().configureBlocking(blocking);
            for (Memory memory : Memory.values()) {
                assertEquals(0, ends.first().write(memory.room(0)));
                assertEquals(0, ends.first().write(new ByteBuffer[] {memory.room(0), Memory.HEAP.room(0)}));
            }
            assertEquals(0, ends.first().write(new ByteBuffer[0]));
            assertEquals(0, ends.first().write(new ByteBuffer[] {ByteBuffer.allocate(8)}, 1, 0));
            sendMarker(ends.first());
            assertMarkerIsNext(ends.second());
        }
    }

    @Test
    void d35_aGatheringWriteIsOneDatagramAndAScatteringReadTakesOne() throws Exception {
        Ends ends = ends();
        for (int size : SIZES) {
            byte[] content = randomBytes(size);
            for (Memory a : Memory.values()) {
                for (Memory b : Memory.values()) {
                    ByteBuffer outside = ByteBuffer.allocate(8);
                    ByteBuffer[] srcs = {
                        outside, a.of(Arrays.copyOf(content, 4)), b.room(0), b.of(Arrays.copyOfRange(content, 4, size)), outside
                    };
                    assertEquals(size, ends.first().write(srcs, 1, 3));
                    sendMarker(ends.first());
                    ByteBuffer[] dsts = {outside, b.room(3), a.room(0), a.room(size), outside};
                    assertEquals(size, ends.second().read(dsts, 1, 3));
                    Memory.assertTaken(Arrays.copyOf(content, 3), dsts[1]);
                    Memory.assertTaken(Arrays.copyOfRange(content, 3, size), dsts[3]);
                    assertEquals(0, outside.position());
                    assertMarkerIsNext(ends.second());

                    assertEquals(size, ends.first().write(new ByteBuffer[] {a.of(content), b.room(0)}));
                    sendMarker(ends.first());
                    assertEquals(5, ends.second().read(new ByteBuffer[] {b.room(3), a.room(2)}));
                    assertMarkerIsNext(ends.second());
                }
            }
        }
    }

    @Test
    @Deviates(provider = {"JDK-UDP", "DEFAULT-UDP"}, why = "it sends the first 1,024 buffers (IOUtil.write)")
    void d36_aGatheringWriteOfMoreThan1024BuffersIsOneDatagram() throws Exception {
        Ends ends = ends();
        for (int count : new int[] {1024, 1025, 3000}) {
            for (int part : new int[] {1, 20}) {
                byte[] content = randomBytes(count * part);
                ByteBuffer[] srcs = new ByteBuffer[count];
                Arrays.setAll(srcs, i -> Memory.values()[i % 4].of(Arrays.copyOfRange(content, i * part, (i + 1) * part)));
                assertEquals(content.length, ends.first().write(srcs));
                assertTrue(Arrays.stream(srcs).noneMatch(ByteBuffer::hasRemaining));
                ByteBuffer dst = ByteBuffer.allocate(ROOM_BYTES);
                assertEquals(content.length, ends.second().read(dst));
                assertArrayEquals(content, Arrays.copyOf(dst.array(), content.length));
            }
        }
    }

    @Test
    void d37_aReadOnlyDestinationIsIllegalAndNothingIsTaken() throws Exception {
        Ends ends = ends();
        sendMarker(ends.first());
        ByteBuffer writable = Memory.HEAP.room(2);
        for (boolean blocking : MODES) {
            ends.second().configureBlocking(blocking);
            for (Memory memory : Memory.values()) {
                ByteBuffer readOnly = memory.room(8).asReadOnlyBuffer();
                ByteBuffer[] dsts = {writable, readOnly};
                assertThrows(IllegalArgumentException.class, () -> ends.second().receive(readOnly));
                assertThrows(IllegalArgumentException.class, () -> ends.second().read(readOnly));
                assertThrows(IllegalArgumentException.class, () -> ends.second().read(dsts));
            }
        }
        Memory.assertTaken(NONE, writable);
        ends.second().configureBlocking(true);
        assertMarkerIsNext(ends.second());
    }

    @Test
    void d38_aNullBufferOrArrayIsANullPointerExceptionAndAWrongRangeAnIndexOutOfBounds() throws Exception {
        Ends ends = ends();
        DatagramChannel channel = ends.first();
        ByteBuffer[] withNull = {ByteBuffer.allocate(8), null};
        assertThrows(NullPointerException.class, () -> channel.receive(null));
        assertThrows(NullPointerException.class, () -> channel.send(null, ends.second().getLocalAddress()));
        assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer) null));
        assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer) null));
        assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer[]) null));
        assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer[]) null));
        assertThrows(NullPointerException.class, () -> channel.read(withNull));
        assertThrows(NullPointerException.class, () -> channel.write(withNull));
        ByteBuffer[] two = {ByteBuffer.allocate(8), ByteBuffer.allocate(8)};
        for (int[] range : new int[][] {{-1, 1}, {0, -1}, {0, 3}, {1, 2}, {3, 0}, {1, Integer.MAX_VALUE}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> channel.read(two, range[0], range[1]));
            assertThrows(IndexOutOfBoundsException.class, () -> channel.write(two, range[0], range[1]));
        }
        sendMarker(channel);
        assertMarkerIsNext(ends.second());
    }

    @Test
    void d39_aDatagramThatIsTooLongIsAnIOExceptionAndNothingIsSent() throws Exception {
        Ends ends = ends();
        SocketAddress peer = ends.second().getLocalAddress();
        DatagramChannel unconnected = datagram();
        DatagramChannel receiver = bound();
        int size = 4 * unconnected.getOption(StandardSocketOptions.SO_SNDBUF) + 1;
        for (boolean blocking : MODES) {
            ends.first().configureBlocking(blocking);
            unconnected.configureBlocking(blocking);
            for (Memory memory : Memory.values()) {
                ByteBuffer src = memory.room(size);
                ByteBuffer small = memory.room(8);
                assertThrows(IOException.class, () -> unconnected.send(src, receiver.getLocalAddress()));
                assertThrows(IOException.class, () -> ends.first().send(src, peer));
                assertThrows(IOException.class, () -> ends.first().write(src));
                assertThrows(IOException.class, () -> ends.first().write(new ByteBuffer[] {small, src}));
                Memory.assertTaken(NONE, src);
                Memory.assertTaken(NONE, small);
            }
        }
        sendMarker(ends.first());
        assertMarkerIsNext(ends.second());
        unconnected.send(ascii("marker"), receiver.getLocalAddress());
        ByteBuffer dst = ByteBuffer.allocate(ROOM_BYTES);
        assertNotNull(receiver.receive(dst));
        assertEquals("marker", text(dst));
    }

    @Test
    void d40_sendToNullOrToAForeignAddressIsRefusedOnAClosedChannelToo() throws Exception {
        DatagramChannel closed = bound();
        closed.close();
        for (DatagramChannel channel : new DatagramChannel[] {datagram(), bound(), ends().first(), closed}) {
            ByteBuffer src = ascii("a");
            assertThrows(NullPointerException.class, () -> channel.send(src, null));
            for (SocketAddress foreign : ChannelStateContract.foreignAddresses(provider)) {
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.send(src, foreign));
            }
            assertEquals(0, src.position());
        }
    }
}
