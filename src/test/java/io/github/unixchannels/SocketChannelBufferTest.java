// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which buffers reads and writes take, what they do with positions, and that a refusal costs no byte. */
@ExtendWith(NothingLeaks.class)
class SocketChannelBufferTest {

    private static final int MORE_THAN_IOV_MAX = 1500;

    private static final List<IntFunction<ByteBuffer>> ALLOCATORS = List.of(ByteBuffer::allocate, ByteBuffer::allocateDirect);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void nullAndRangesOutsideTheArrayAreRefused(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            SocketChannel channel = sockets.client();
            ByteBuffer[] two = {ByteBuffer.allocate(1), ByteBuffer.allocate(1)};
            assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer) null));
            assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer) null));
            assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer[]) null));
            assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer[]) null));
            assertThrows(NullPointerException.class, () -> channel.read(null, 0, 0));
            for (int[] range : new int[][] {{-1, 1}, {0, -1}, {0, 3}, {2, 1}, {3, 0}, {1, Integer.MAX_VALUE}}) {
                assertThrows(IndexOutOfBoundsException.class, () -> channel.read(two, range[0], range[1]));
                assertThrows(IndexOutOfBoundsException.class, () -> channel.write(two, range[0], range[1]));
            }
            assertTrue(channel.isConnected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void argumentsAreCheckedBeforeTheState(SocketKind kind) throws IOException {
        SocketChannel closed = kind.openSocket();
        closed.close();
        try (SocketChannel unconnected = kind.openSocket()) {
            for (SocketChannel channel : new SocketChannel[] {closed, unconnected}) {
                assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer) null));
                assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer) null));
                assertThrows(IndexOutOfBoundsException.class, () -> channel.read(new ByteBuffer[1], 0, 2));
                assertThrows(IndexOutOfBoundsException.class, () -> channel.write(new ByteBuffer[1], 0, 2));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadOnlyDestinationIsRefusedAndNothingIsConsumed(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer writable = ByteBuffer.allocate(2);
            ByteBuffer readOnly = ByteBuffer.allocate(8).asReadOnlyBuffer();
            for (boolean blocking : new boolean[] {true, false}) {
                sockets.client().configureBlocking(blocking);
                assertReadOnly(() -> sockets.client().read(readOnly));
                assertReadOnly(() -> sockets.client().read(ByteBuffer.allocateDirect(8).asReadOnlyBuffer()));
                assertReadOnly(() -> sockets.client().read(ByteBuffer.allocate(0).asReadOnlyBuffer()));
                assertReadOnly(() -> sockets.client().read(new ByteBuffer[] {writable, readOnly}));
            }
            assertEquals(0, writable.position());
            ByteBuffer received = ByteBuffer.allocate(8);
            assertEquals(3, sockets.client().read(received));
            assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOf(received.array(), 3));
        }
    }

    private static void assertReadOnly(Executable read) {
        assertEquals("Read-only buffer", assertThrows(IllegalArgumentException.class, read).getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aNullAmongSeveralBuffersIsRefusedAndNoByteMoves(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer first = ByteBuffer.allocate(2);
            assertThrows(NullPointerException.class, () -> sockets.client().read(new ByteBuffer[] {first, null}));
            assertThrows(NullPointerException.class, () -> sockets.client().write(new ByteBuffer[] {first, null}));
            assertEquals(0, first.position());
            assertEquals(3, sockets.client().read(ByteBuffer.allocate(8)));
            sockets.accepted().configureBlocking(false);
            assertEquals(0, sockets.accepted().read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readOnlySourcesAreFine(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            ByteBuffer src = ByteBuffer.wrap(new byte[] {1, 2}).asReadOnlyBuffer();
            ByteBuffer direct = ByteBuffer.allocateDirect(3).asReadOnlyBuffer();
            assertEquals(2, sockets.client().write(src));
            assertEquals(2, sockets.accepted().read(ByteBuffer.allocate(8)));
            assertEquals(5, sockets.client().write(new ByteBuffer[] {src.rewind(), direct}));
            assertEquals(5, sockets.accepted().read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesMoveBetweenPositionAndLimitAndThePositionMovesWithThem(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            for (IntFunction<ByteBuffer> allocator : ALLOCATORS) {
                ByteBuffer src = allocator.apply(10).put(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).position(3).limit(7);
                assertEquals(4, sockets.client().write(src));
                assertEquals(7, src.position());
                ByteBuffer dst = allocator.apply(10).position(2).limit(9);
                assertEquals(4, sockets.accepted().read(dst));
                assertEquals(6, dst.position());
                assertEquals(9, dst.limit());
                assertContent(new byte[] {0, 0, 3, 4, 5, 6, 0, 0, 0, 0}, dst);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void scatteringAndGatheringFillInOrderAndSkipEmptyBuffers(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            for (IntFunction<ByteBuffer> a : ALLOCATORS) {
                for (IntFunction<ByteBuffer> b : ALLOCATORS) {
                    ByteBuffer[] srcs = {
                        a.apply(9), b.apply(3).put(new byte[] {0, 1, 2}).position(1), a.apply(0),
                        a.apply(3).put(new byte[] {3, 4, 5}).flip(), b.apply(9)
                    };
                    assertEquals(5, sockets.client().write(srcs, 1, 3));
                    assertPositions(new int[] {0, 3, 0, 3, 0}, srcs);
                    ByteBuffer[] dsts = {a.apply(4), b.apply(0), a.apply(2), b.apply(9), a.apply(9)};
                    assertEquals(5, sockets.accepted().read(dsts, 1, 4));
                    assertPositions(new int[] {0, 0, 2, 3, 0}, dsts);
                    assertContent(new byte[] {1, 2}, dsts[2]);
                    assertContent(new byte[] {3, 4, 5, 0, 0, 0, 0, 0, 0}, dsts[3]);
                }
            }
        }
    }

    /** A departure: the JDK sends the bytes of the first 1024 buffers, which would cut a message. */
    @ParameterizedTest
    @EnumSource
    void moreBuffersThanTheKernelTakesAreStillOneWriteOfOurs(SocketKind kind) throws IOException {
        for (IntFunction<ByteBuffer> allocator : ALLOCATORS) {
            try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
                ByteBuffer[] srcs = new ByteBuffer[MORE_THAN_IOV_MAX];
                Arrays.setAll(srcs, i -> allocator.apply(1).put((byte) i).flip());
                assertEquals(kind.isOurs() ? MORE_THAN_IOV_MAX : 1024, sockets.client().write(srcs));
                sockets.client().shutdownOutput();
                ByteBuffer received = ByteBuffer.allocate(2 * MORE_THAN_IOV_MAX);
                while (sockets.accepted().read(received) > 0) {
                    assertTrue(kind != SocketKind.SEQPACKET || received.position() == MORE_THAN_IOV_MAX, "cut in two");
                }
                assertEquals(kind.isOurs() ? MORE_THAN_IOV_MAX : 1024, received.position());
                for (int i = 0; i < received.position(); i++) {
                    assertEquals((byte) i, received.get(i));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreBuffersThanTheKernelTakesAreReadIntoInOrder(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            byte[] sent = new byte[MORE_THAN_IOV_MAX];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = (byte) (i * 7);
            }
            for (IntFunction<ByteBuffer> allocator : ALLOCATORS) {
                sockets.client().write(ByteBuffer.wrap(sent));
                ByteBuffer[] dsts = new ByteBuffer[MORE_THAN_IOV_MAX];
                Arrays.setAll(dsts, i -> allocator.apply(1));
                int done = 0;
                while (done < sent.length) {
                    done += (int) sockets.accepted().read(dsts, done, dsts.length - done);
                }
                for (int i = 0; i < sent.length; i++) {
                    assertEquals(sent[i], dsts[i].get(0));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBufferOfMemoryThatWasGivenBackIsRefusedAndNothingIsConsumed(SocketKind kind) throws Exception {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            sockets.accepted().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer dead = bufferOfClosedArena(64);
            ByteBuffer alive = ByteBuffer.allocate(1);
            assertThrows(IllegalStateException.class, () -> sockets.client().read(dead));
            assertThrows(IllegalStateException.class, () -> sockets.client().read(new ByteBuffer[] {alive, dead}));
            assertThrows(IllegalStateException.class, () -> sockets.client().write(dead));
            assertThrows(IllegalStateException.class, () -> sockets.client().write(new ByteBuffer[] {ByteBuffer.allocate(1), dead}));
            assertEquals(0, alive.position());
            assertEquals(3, sockets.client().read(ByteBuffer.allocate(8)));
            sockets.accepted().configureBlocking(false);
            assertEquals(0, sockets.accepted().read(ByteBuffer.allocate(8)), "nothing was sent");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileIsTransferredToAndFromTheChannel(SocketKind kind) throws IOException {
        byte[] content = "a line for the other side\n".repeat(300).getBytes();
        Path source = Files.write(folder.resolve("source"), content);
        Path target = folder.resolve("target");
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder);
                FileChannel from = FileChannel.open(source);
                FileChannel to = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertEquals(content.length, from.transferTo(0, content.length, sockets.client()));
            assertEquals(content.length, to.transferFrom(sockets.accepted(), 0, content.length));
        }
        assertArrayEquals(content, Files.readAllBytes(target));
    }

    @ParameterizedTest
    @EnumSource
    void streamsOverTheChannelWorkAndRefuseTheNonBlockingMode(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = ConnectedSockets.open(kind, folder)) {
            Channels.newOutputStream(sockets.client()).write(new byte[] {1, 2, 3});
            InputStream input = Channels.newInputStream(sockets.accepted());
            assertArrayEquals(new byte[] {1, 2, 3}, input.readNBytes(3));
            sockets.accepted().configureBlocking(false);
            assertThrows(IllegalBlockingModeException.class, input::read);
        }
    }

    private static void assertPositions(int[] expected, ByteBuffer[] buffers) {
        assertArrayEquals(expected, Arrays.stream(buffers).mapToInt(ByteBuffer::position).toArray());
    }

    private static void assertContent(byte[] expected, ByteBuffer buffer) {
        byte[] content = new byte[buffer.capacity()];
        buffer.duplicate().clear().get(content);
        assertArrayEquals(expected, content);
    }

    /** java.lang.foreign is there from Java 22 on. */
    private static ByteBuffer bufferOfClosedArena(long lengthBytes) throws Exception {
        Assumptions.assumeTrue(Runtime.version().feature() >= 22, "no arenas before Java 22");
        Class<?> arenaType = Class.forName("java.lang.foreign.Arena");
        Object arena = arenaType.getMethod("ofShared").invoke(null);
        Object segment = arenaType.getMethod("allocate", long.class).invoke(arena, lengthBytes);
        Object buffer = Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer").invoke(segment);
        try {
            arenaType.getMethod("close").invoke(arena);
        } catch (InvocationTargetException e) {
            throw (Exception) e.getCause();
        }
        return assertInstanceOf(ByteBuffer.class, buffer);
    }
}
