// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation, on a buffer whose position and limit another thread changes all the time: no byte outside of the buffer takes part. */
class MovedBufferTest {

    private static final int OPERATIONS = 4_000;
    private static final int BYTES = 8 << 10;
    private static final int AROUND_BYTES = 64 << 10;
    private static final byte INSIDE = 0x77;
    private static final byte OUTSIDE = 0x11;

    private static final Syscalls SYS = HostSyscalls.get();

    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final AncillaryData beside = AncillaryData.create();
    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** An operation on the buffer that is moved. */
    private interface Operation {
        void on(ByteBuffer buffer) throws IOException;
    }

    /** What a test does with the other end. */
    private interface Step {
        void run() throws IOException;
    }

    /** Whose operations. */
    enum Kind { STREAM, SEQPACKET, DGRAM, PIPE, UDP }

    /** How the buffer is given. */
    enum Shape {
        ONE,
        SEVERAL,
        BESIDE,
        SEVERAL_BESIDE;

        boolean isOf(Kind kind) {
            return this == ONE || this == SEVERAL || kind != Kind.PIPE && kind != Kind.UDP;
        }
    }

    @AfterEach
    void close() throws IOException {
        for (Closeable each : opened) {
            each.close();
        }
        beside.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsReceivedOutsideOfTheBuffer(Kind kind) throws Exception {
        ByteBuffer from = filled(ByteBuffer.allocateDirect(BYTES), INSIDE);
        for (Shape shape : Shape.values()) {
            if (shape.isOf(kind)) {
                Ends ends = open(kind);
                for (boolean direct : new boolean[] {true, false}) {
                    ByteBuffer all = memory(direct);
                    move(all.slice(AROUND_BYTES, BYTES), buffer -> ends.read(shape, buffer), () -> ends.write(from.clear()));
                    assertOnly(OUTSIDE, all);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsSentFromOutsideOfTheBuffer(Kind kind) throws Exception {
        ByteBuffer to = ByteBuffer.allocateDirect(4 * BYTES);
        for (Shape shape : Shape.values()) {
            if (shape.isOf(kind)) {
                Ends ends = open(kind);
                for (boolean direct : new boolean[] {true, false}) {
                    ByteBuffer all = memory(direct);
                    ByteBuffer inside = filled(all.slice(AROUND_BYTES, BYTES), INSIDE);
                    move(inside, buffer -> ends.write(shape, buffer), () -> assertReceived(ends, to));
                }
            }
        }
    }

    private static void assertReceived(Ends ends, ByteBuffer to) throws IOException {
        ends.read(to.clear());
        for (int i = 0; i < to.position(); i++) {
            assertEquals(INSIDE, to.get(i), "a byte that was sent");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEQPACKET", "DGRAM"})
    void nothingOutsideOfABatchTakesPart(Kind kind) throws Exception {
        Ends ends = open(kind);
        MessageBatch batch = MessageBatch.create(4, BYTES);
        for (int i = 0; i < batch.capacity(); i++) {
            filled(batch.buffer(i).clear(), INSIDE);
        }
        MessageBatch others = MessageBatch.create(8, BYTES);
        AtomicBoolean done = new AtomicBoolean();
        Thread mover = new Thread(() -> {
            while (!done.get()) {
                moved(() -> batch.clear().position(2).limit(3));
                for (int i = 0; i < batch.capacity(); i++) {
                    ByteBuffer slot = batch.buffer(i);
                    moved(() -> slot.clear().position(BYTES - 1));
                }
            }
        });
        mover.start();
        try {
            for (int i = 0; i < OPERATIONS; i++) {
                tolerated(() -> ends.send(batch));
                ends.receive(others.clear());
                others.flip();
                while (others.hasRemaining()) {
                    ByteBuffer message = others.buffer(others.position());
                    while (message.hasRemaining()) {
                        assertEquals(INSIDE, message.get(), "a byte that was sent");
                    }
                    others.position(others.position() + 1);
                }
                ends.write(filled(others.buffer(0).clear(), INSIDE));
                tolerated(() -> ends.receive(batch));
            }
        } finally {
            done.set(true);
            mover.join();
        }
    }

    /** Makes the operation again and again, with another thread that moves the buffer. */
    private static void move(ByteBuffer buffer, Operation operation, Step otherEnd) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread mover = new Thread(() -> {
            while (!done.get()) {
                moved(() -> buffer.limit(BYTES).position(0));
                moved(() -> buffer.position(BYTES - 1));
                moved(() -> buffer.position(BYTES / 2).limit(BYTES / 2 + 9));
            }
        });
        mover.start();
        try {
            for (int i = 0; i < OPERATIONS; i++) {
                otherEnd.run();
                tolerated(() -> operation.on(buffer));
                otherEnd.run();
            }
        } finally {
            done.set(true);
            mover.join();
        }
    }

    /** A change that another change has overtaken is refused by the buffer. */
    private static void moved(Runnable change) {
        try {
            change.run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            assertTrue(e.getMessage() != null || e.getClass() == IllegalArgumentException.class);
        }
    }

    /** What is done to a buffer that another thread uses may be refused. */
    private static void tolerated(Step step) throws IOException {
        try {
            step.run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            assertTrue(e.getMessage() != null || e.getClass() == IllegalArgumentException.class);
        }
    }

    private static ByteBuffer memory(boolean direct) {
        int bytes = 2 * AROUND_BYTES + BYTES;
        return filled(direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes), OUTSIDE);
    }

    private static ByteBuffer filled(ByteBuffer buffer, byte content) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, content);
        }
        return buffer;
    }

    private static void assertOnly(byte expected, ByteBuffer all) {
        for (int i = 0; i < AROUND_BYTES; i++) {
            assertEquals(expected, all.get(i), "before the buffer");
            assertEquals(expected, all.get(AROUND_BYTES + BYTES + i), "behind the buffer");
        }
    }

    private Ends open(Kind kind) throws IOException {
        Ends ends = switch (kind) {
            case STREAM, SEQPACKET -> connection(UnixProtocolFamily.valueOf(kind.name()));
            case DGRAM -> datagrams();
            case PIPE -> pipe();
            case UDP -> udp();
        };
        opened.push(ends);
        return ends;
    }

    /** Two ends, both non-blocking. */
    private abstract static class Ends implements Closeable {

        abstract void read(Shape shape, ByteBuffer dst) throws IOException;

        abstract void write(Shape shape, ByteBuffer src) throws IOException;

        final void read(ByteBuffer dst) throws IOException {
            read(Shape.ONE, dst);
        }

        final void write(ByteBuffer src) throws IOException {
            write(Shape.ONE, src);
        }

        void send(MessageBatch batch) throws IOException {
            throw new AssertionError("no batches");
        }

        void receive(MessageBatch batch) throws IOException {
            throw new AssertionError("no batches");
        }

        static ByteBuffer[] several(ByteBuffer buffer) {
            return new ByteBuffer[] {buffer, ByteBuffer.allocateDirect(0), buffer};
        }
    }

    private Ends connection(UnixProtocolFamily family) throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        pair.first().configureBlocking(false);
        pair.second().configureBlocking(false);
        return new Ends() {
            @Override
            void read(Shape shape, ByteBuffer dst) throws IOException {
                switch (shape) {
                    case ONE -> pair.second().read(dst);
                    case SEVERAL -> pair.second().read(several(dst));
                    case BESIDE -> pair.second().receive(dst, beside);
                    case SEVERAL_BESIDE -> pair.second().receive(several(dst), beside);
                }
            }

            @Override
            void write(Shape shape, ByteBuffer src) throws IOException {
                switch (shape) {
                    case ONE -> pair.first().write(src);
                    case SEVERAL -> pair.first().write(several(src));
                    case BESIDE -> pair.first().send(src, beside);
                    case SEVERAL_BESIDE -> pair.first().send(several(src), beside);
                }
            }

            @Override
            void send(MessageBatch batch) throws IOException {
                pair.first().send(batch);
            }

            @Override
            void receive(MessageBatch batch) throws IOException {
                pair.second().receive(batch);
            }

            @Override
            public void close() throws IOException {
                pair.close();
            }
        };
    }

    private Ends datagrams() throws IOException {
        UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
        pair.first().configureBlocking(false);
        pair.second().configureBlocking(false);
        return new Ends() {
            @Override
            void read(Shape shape, ByteBuffer dst) throws IOException {
                switch (shape) {
                    case ONE -> pair.second().receive(dst);
                    case SEVERAL -> pair.second().read(several(dst));
                    case BESIDE -> pair.second().receive(dst, beside);
                    case SEVERAL_BESIDE -> pair.second().receive(several(dst), beside);
                }
            }

            @Override
            void write(Shape shape, ByteBuffer src) throws IOException {
                switch (shape) {
                    case ONE -> pair.first().write(src);
                    case SEVERAL -> pair.first().write(several(src));
                    case BESIDE -> pair.first().send(src, beside);
                    case SEVERAL_BESIDE -> pair.first().send(several(src), beside);
                }
            }

            @Override
            void send(MessageBatch batch) throws IOException {
                pair.first().send(batch);
            }

            @Override
            void receive(MessageBatch batch) throws IOException {
                pair.second().receive(batch);
            }

            @Override
            public void close() throws IOException {
                pair.close();
            }
        };
    }

    private Ends pipe() throws IOException {
        Pipe pipe = provider.openPipe();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        return new Ends() {
            @Override
            void read(Shape shape, ByteBuffer dst) throws IOException {
                long n = shape == Shape.ONE ? pipe.source().read(dst) : pipe.source().read(several(dst));
            }

            @Override
            void write(Shape shape, ByteBuffer src) throws IOException {
                long n = shape == Shape.ONE ? pipe.sink().write(src) : pipe.sink().write(several(src));
            }

            @Override
            public void close() throws IOException {
                pipe.source().close();
                pipe.sink().close();
            }
        };
    }

    private Ends udp() throws IOException {
        RawDescriptors raw = new RawDescriptors();
        DatagramChannel[] ours = new DatagramChannel[2];
        for (int i = 0; i < ours.length; i++) {
            int fd = raw.give(raw.socket(Linux.AF_INET, Linux.SOCK_DGRAM));
            ours[i] = ReceivedChannels.datagramChannel(provider, SYS, new FdFactory(provider, SYS), fd);
            ours[i].bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
        }
        ours[0].connect(ours[1].getLocalAddress());
        ours[1].connect(ours[0].getLocalAddress());
        return new Ends() {
            @Override
            void read(Shape shape, ByteBuffer dst) throws IOException {
                long n = shape == Shape.ONE ? ours[1].read(dst) : ours[1].read(several(dst));
            }

            @Override
            void write(Shape shape, ByteBuffer src) throws IOException {
                long n = shape == Shape.ONE ? ours[0].write(src) : ours[0].write(several(src));
            }

            @Override
            public void close() throws IOException {
                ours[0].close();
                ours[1].close();
                raw.close();
            }
        };
    }
}
