// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A duplicate is the channel's or none at all, while others open and close channels and numbers change hands. */
@ExtendWith(NothingLeaks.class)
class DuplicateOfRaceTest {

    private static final int DUPLICATING_THREADS = 10;
    private static final int ROUNDS = 300;
    private static final int OPENING_THREADS = 3;
    private static final int CHANNELS = 6;
    private static final int KINDS = 5;
    private static final int MOST_WRITES = 200;

    private static final Syscalls SYS = HostSyscalls.get();

    @TempDir
    Path directory;

    private final AtomicReferenceArray<Pair> pairs = new AtomicReferenceArray<>(CHANNELS);
    private final AtomicLong numbering = new AtomicLong();
    private final AtomicLong duplicated = new AtomicLong();

    /** A channel, and what is at its other end: all that is written to the channel is this number. */
    private record Pair(long number, SelectableChannel channel, ReadableByteChannel far, AtomicInteger writes) {

        Pair(long number, SelectableChannel channel, ReadableByteChannel far) {
            this(number, channel, far, new AtomicInteger());
        }

        /** Nothing is read before the channel is closed, so that no more may be written than has room: a Unix socket takes 278 of these. */
        boolean hasRoom() {
            return writes.incrementAndGet() <= MOST_WRITES;
        }
    }

    /** The first non-blocking channel has a selector opened, which is kept. */
    @BeforeAll
    static void openWhatIsKept() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            OwnedFd.duplicateOf(channel).close();
        }
    }

    @Test
    void whatIsWrittenToADuplicateArrivesWhereTheChannelLeads() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ServerSocketChannel tcp = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            unix.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
            List<BackgroundCall<Object>> opening = new ArrayList<>();
            for (int i = 0; i < OPENING_THREADS; i++) {
                opening.add(BackgroundCall.start(() -> openAndClose(tcp, unix, done)));
            }
            List<BackgroundCall<Object>> duplicating = new ArrayList<>();
            for (int i = 0; i < DUPLICATING_THREADS; i++) {
                duplicating.add(BackgroundCall.start(this::duplicate));
            }
            try {
                for (BackgroundCall<Object> call : duplicating) {
                    call.result();
                }
            } finally {
                done.set(true);
            }
            for (BackgroundCall<Object> call : opening) {
                call.result();
            }
            for (int i = 0; i < CHANNELS; i++) {
                closeAndVerify(pairs.getAndSet(i, null));
            }
        }
        assertTrue(duplicated.get() > ROUNDS, () -> "only " + duplicated + " were duplicated");
    }

    private Object duplicate() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.BIG_ENDIAN);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pairs.get(ThreadLocalRandom.current().nextInt(CHANNELS));
            if (pair == null || !pair.hasRoom()) {
                Thread.onSpinWait();
                continue;
            }
            try (OwnedFd duplicate = OwnedFd.duplicateOf(pair.channel)) {
                bytes.putLong(0, pair.number);
                long written = SYS.write(duplicate.number(), SYS.addressOf(bytes), Long.BYTES);
                // A channel that is being closed while it is registered has its socket shut down for writing.
                assertTrue(written == Long.BYTES || written == -Errno.EPIPE, () -> "write: " + written);
                duplicated.incrementAndGet();
            } catch (ClosedChannelException e) {
                assertEquals(false, pair.channel.isOpen());
            }
        }
        return null;
    }

    private Object openAndClose(ServerSocketChannel tcp, ServerSocketChannel unix, AtomicBoolean done) throws IOException {
        while (!done.get()) {
            int slot = ThreadLocalRandom.current().nextInt(CHANNELS);
            closeAndVerify(pairs.getAndSet(slot, open(tcp, unix)));
        }
        return null;
    }

    private Pair open(ServerSocketChannel tcp, ServerSocketChannel unix) throws IOException {
        long number = numbering.incrementAndGet();
        int kind = (int) (number % KINDS);
        if (kind == KINDS - 1) {
            Pipe pipe = Pipe.open();
            return new Pair(number, pipe.sink().configureBlocking(false), pipe.source());
        }
        ServerSocketChannel server = kind < 2 ? tcp : unix;
        SocketChannel near;
        SocketChannel far;
        synchronized (server) {
            near = SocketChannel.open(server.getLocalAddress());
            far = server.accept();
        }
        near.configureBlocking(kind % 2 == 0);
        return new Pair(number, near, far);
    }

    private static void closeAndVerify(Pair pair) throws IOException {
        if (pair == null) {
            return;
        }
        pair.channel.close();
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES);
        try (ReadableByteChannel far = pair.far) {
            // Until the last duplicate is closed.
            while (far.read(buffer) >= 0) {
                if (!buffer.hasRemaining()) {
                    assertEquals(pair.number, buffer.getLong(0));
                    buffer.clear();
                }
            }
        }
        assertEquals(0, buffer.position());
    }
}
