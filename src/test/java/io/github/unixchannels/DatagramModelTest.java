// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.DatagramModel.Datagram;
import io.github.unixchannels.DatagramModel.Socket;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BufferKind;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.Payload;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of random steps on a few channels that bind, connect, send, receive, disconnect and close, against {@link DatagramModel}. A
 * failure names its seed.
 */
@ExtendWith(NothingLeaks.class)
class DatagramModelTest {

    private static final int STEPS = 5000;
    private static final int CHANNELS = 5;
    private static final int LONGEST_BYTES = 3700;

    /** More than all queues together can hold, so that no send is refused for want of room in its own buffer. */
    private static final int SEND_BUFFER_BYTES = 212_992;
    private static final int MOST_QUEUED = 15;

    private final byte[] pool = Payload.bytes(4 * LONGEST_BYTES);
    private final SocketAddress[] names = new SocketAddress[CHANNELS];
    private final UnixDatagramChannel[] channels = new UnixDatagramChannel[CHANNELS];
    private final Socket[] sockets = new Socket[CHANNELS];
    private DatagramModel model;
    private Random random;

    static LongStream seeds() {
        return LongStream.of(1, 2, 3, 4, System.nanoTime());
    }

    @BeforeEach
    void open() throws IOException {
        // By lines: the kernel gives such a file to its first read alone, and readString begins with a byte.
        model = new DatagramModel(1 + Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/net/unix/max_dgram_qlen")).get(0)));
        for (int i = 0; i < CHANNELS; i++) {
            names[i] = AbstractNames.unique();
            open(i);
        }
    }

    @AfterEach
    void close() throws IOException {
        for (UnixDatagramChannel channel : channels) {
            channel.close();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void channelsDoWhatTheModelDoes(long seed) {
        random = new Random(seed);
        int step = 0;
        try {
            for (; step < STEPS; step++) {
                step(random.nextInt(CHANNELS));
            }
            for (int i = 0; i < CHANNELS; i++) {
                drain(i);
            }
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ", step " + step, e);
        }
    }

    private void step(int i) throws IOException {
        switch (random.nextInt(40)) {
            case 0 -> reopen(i);
            case 1, 2 -> bind(i);
            case 3 -> connect(i);
            case 4 -> disconnect(i);
            default -> {
                if (random.nextInt(100) < 55) {
                    send(i);
                } else {
                    receive(i);
                }
            }
        }
        assertEquals(sockets[i].name, channels[i].getLocalAddress());
        assertEquals(sockets[i].peer == null ? null : sockets[i].peer.name, channels[i].getRemoteAddress());
        assertEquals(sockets[i].peer != null, channels[i].isConnected());
    }

    private void open(int i) throws IOException {
        channels[i] = UnixDatagramChannel.open();
        channels[i].setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        channels[i].configureBlocking(false);
        sockets[i] = new Socket();
    }

    private void reopen(int i) throws IOException {
        if (random.nextBoolean()) {
            drain(i);
        }
        channels[i].close();
        model.close(sockets[i]);
        open(i);
        if (random.nextInt(4) > 0) {
            bind(i);
        }
    }

    private void bind(int i) throws IOException {
        if (sockets[i].name == null) {
            channels[i].bind(names[i]);
            sockets[i].name = names[i];
        } else {
            assertThrows(AlreadyBoundException.class, () -> channels[i].bind(names[i]));
        }
    }

    private void connect(int i) throws IOException {
        int target = random.nextBoolean() ? connectedTo(i) : random.nextInt(CHANNELS);
        expect(model.connect(sockets[i], reachable(target)), () -> channels[i].connect(names[target]));
    }

    /** One that is connected to it, so that often two are to each other; if there is none, any. */
    private int connectedTo(int i) {
        for (int k = 0; k < CHANNELS; k++) {
            if (sockets[k].peer == sockets[i]) {
                return k;
            }
        }
        return random.nextInt(CHANNELS);
    }

    private void disconnect(int i) throws IOException {
        channels[i].disconnect();
        model.disconnect(sockets[i]);
    }

    /** The socket that has the name, or null. */
    private Socket reachable(int target) {
        return names[target].equals(sockets[target].name) ? sockets[target] : null;
    }

    private void send(int i) throws IOException {
        Socket socket = sockets[i];
        boolean connected = socket.peer != null;
        if (socket.reset && !connected) {
            receive(i); // which of two failures a send names first is the kernel's to change
            return;
        }
        int index = random.nextInt(CHANNELS);
        Socket target = connected ? socket.peer : reachable(index);
        SocketAddress address = connected ? socket.peer.name : names[index];
        if (target != null && target.queue.size() >= MOST_QUEUED) {
            return;
        }
        byte[] content = content();
        boolean write = connected && content.length > 0 && random.nextBoolean();
        ByteBuffer src = anyKind().of(content);
        Class<? extends Exception> failure = model.send(socket, target);
        if (failure != null) {
            expect(failure, () -> channels[i].send(src, address));
            assertEquals(content.length, src.remaining());
            return;
        }
        boolean room = model.hasRoom(target, socket);
        channels[i].configureBlocking(room && random.nextBoolean());
        long n = write ? writeParts(channels[i], src) : channels[i].send(src, address);
        channels[i].configureBlocking(false);
        assertEquals(room ? content.length : 0, n);
        if (room) {
            target.queue.add(new Datagram(socket, content));
        }
    }

    private long writeParts(UnixDatagramChannel channel, ByteBuffer src) throws IOException {
        if (random.nextBoolean()) {
            return channel.write(src);
        }
        int cut = random.nextInt(src.remaining() + 1);
        return channel.write(new ByteBuffer[] {
            src.slice(src.position(), cut), ByteBuffer.allocate(0), src.slice(src.position() + cut, src.remaining() - cut)
        });
    }

    private byte[] content() {
        int length = random.nextInt(5) == 0 ? random.nextInt(3) : random.nextInt(LONGEST_BYTES + 1);
        int from = random.nextInt(pool.length - length + 1);
        return Arrays.copyOfRange(pool, from, from + length);
    }

    private void receive(int i) throws IOException {
        Socket socket = sockets[i];
        ByteBuffer[] dsts = new ByteBuffer[1 + random.nextInt(3)];
        for (int k = 0; k < dsts.length; k++) {
            dsts[k] = anyKind().room(random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(LONGEST_BYTES));
        }
        if (random.nextInt(3) == 0) {
            read(i, dsts);
            return;
        }
        if (socket.reset) {
            socket.reset = false;
            assertThrows(PortUnreachableException.class, () -> channels[i].receive(dsts[0]));
            noteName(i);
            return;
        }
        Datagram expected = model.receive(socket);
        channels[i].configureBlocking(expected != null && random.nextBoolean());
        SocketAddress sender = channels[i].receive(dsts[0]);
        channels[i].configureBlocking(false);
        noteName(i);
        if (expected == null) {
            assertNull(sender);
        } else {
            assertEquals(expected.from().nameOrUnnamed(), sender);
            assertTaken(expected.content(), dsts[0]);
        }
    }

    /** A receive gives a channel a name that has none, nor a peer. */
    private void noteName(int i) throws IOException {
        if (sockets[i].name == null) {
            sockets[i].name = channels[i].getLocalAddress();
            assertNotEquals(UnixAddresses.UNNAMED, sockets[i].name, "nobody could send to it");
        }
    }

    private void read(int i, ByteBuffer[] dsts) throws IOException {
        Socket socket = sockets[i];
        if (socket.peer == null) {
            assertThrows(NotYetConnectedException.class, () -> channels[i].read(dsts));
            return;
        }
        boolean room = Arrays.stream(dsts).anyMatch(ByteBuffer::hasRemaining);
        if (room && socket.reset) {
            socket.reset = false;
            assertThrows(PortUnreachableException.class, () -> channels[i].read(dsts));
            return;
        }
        Datagram expected = room ? model.receive(socket) : null;
        byte[] content = expected == null ? new byte[0] : expected.content();
        assertEquals(Math.min(content.length, Arrays.stream(dsts).mapToInt(ByteBuffer::remaining).sum()), channels[i].read(dsts));
        assertTaken(content, dsts);
    }

    /** Takes out all, which shows that nothing was lost. */
    private void drain(int i) throws IOException {
        Socket socket = sockets[i];
        ByteBuffer dst = ByteBuffer.allocate(LONGEST_BYTES);
        if (socket.reset) {
            socket.reset = false;
            assertThrows(PortUnreachableException.class, () -> channels[i].receive(dst));
        }
        for (Datagram next = model.receive(socket); next != null; next = model.receive(socket)) {
            assertEquals(next.from().nameOrUnnamed(), channels[i].receive(dst.clear()));
            assertEquals(ByteBuffer.wrap(next.content()), dst.flip());
        }
        assertNull(channels[i].receive(dst));
        noteName(i);
    }

    /** Checks that the buffers have as much of the datagram as fits, in order, and nothing else. */
    private static void assertTaken(byte[] content, ByteBuffer... dsts) {
        int from = 0;
        for (ByteBuffer dst : dsts) {
            int to = Math.min(content.length, from + dst.limit() - BufferKind.MARGIN);
            assertEquals(ByteBuffer.wrap(content, from, to - from), ByteBuffer.wrap(BufferKind.taken(dst)));
            BufferKind.assertMarginsUntouched(dst);
            from = to;
        }
    }

    private BufferKind anyKind() {
        return BufferKind.values()[random.nextInt(BufferKind.values().length)];
    }

    private static void expect(Class<? extends Exception> failure, Executable operation) throws IOException {
        if (failure != null) {
            assertSame(failure, assertThrows(Exception.class, operation).getClass());
            return;
        }
        try {
            operation.execute();
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
