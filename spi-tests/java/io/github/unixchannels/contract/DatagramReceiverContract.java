// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a sender does while its receiver is full, and how it learns that its peer is gone. */
@Requires(Capability.RECEIVER_LIMITS)
class DatagramReceiverContract extends DatagramTest {

    private static final int ROUNDS = 5;
    private static final int DATAGRAM_BYTES = 2 * Integer.BYTES;
    private static final Duration WHILE = Duration.ofMillis(500);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** How a datagram of two numbers gets to its receiver. */
    private enum Way {
        /** Without a peer. */
        SEND,
        /** Without a peer, and with less room for what was sent than the receiver has. */
        SEND_FROM_A_SMALL_BUFFER,
        /** To the peer, which it names. */
        SEND_TO_PEER,
        WRITE,
        GATHERING_WRITE,
        /** To a peer that is connected to the sender as well. */
        WRITE_TO_EACH_OTHER;

        boolean connects() {
            return this != SEND && this != SEND_FROM_A_SMALL_BUFFER;
        }

        /** The datagram, in the buffers that {@link #send} takes. */
        ByteBuffer[] datagram(int number, boolean direct) {
            ByteBuffer src = (direct ? ByteBuffer.allocateDirect(DATAGRAM_BYTES) : ByteBuffer.allocate(DATAGRAM_BYTES)).putInt(0, number);
            return this == GATHERING_WRITE
                    ? new ByteBuffer[] {src.slice(0, Integer.BYTES), src.slice(Integer.BYTES, Integer.BYTES)}
                    : new ByteBuffer[] {src};
        }

        long send(DatagramChannel sender, ByteBuffer[] srcs, SocketAddress to) throws IOException {
            return switch (this) {
                case SEND, SEND_FROM_A_SMALL_BUFFER, SEND_TO_PEER -> sender.send(srcs[0], to);
                case WRITE, WRITE_TO_EACH_OTHER -> sender.write(srcs[0]);
                case GATHERING_WRITE -> sender.write(srcs);
            };
        }
    }

    /** A sender in non-blocking mode, whose receiver has as many datagrams as it takes: 0, 1, 2, and so on. */
    private record Full(Way way, DatagramChannel sender, DatagramChannel receiver, SocketAddress to, int count) {

        long send(ByteBuffer[] srcs) throws IOException {
            return way.send(sender, srcs, to);
        }

        long send(int number) throws IOException {
            return send(way.datagram(number, false));
        }

        /** A send that waits, in blocking mode. */
        BackgroundCall<Long> startSend(ByteBuffer[] srcs) throws IOException {
            sender.configureBlocking(true);
            return BackgroundCall.start(() -> send(srcs)).awaitBlocked();
        }

        void assertReceives(int from, int to) throws IOException {
            for (int number = from; number < to; number++) {
                ByteBuffer dst = ByteBuffer.allocate(DATAGRAM_BYTES + 1);
                receiver.receive(dst);
                assertEquals(DATAGRAM_BYTES, dst.position());
                assertEquals(number, dst.getInt(0));
            }
        }
    }

    private Full full(Way way) throws IOException {
        DatagramChannel receiver = bound();
        DatagramChannel sender = bound();
        SocketAddress to = receiver.getLocalAddress();
        if (way.connects()) {
            sender.connect(to);
        }
        if (way == Way.SEND_FROM_A_SMALL_BUFFER) {
            sender.setOption(StandardSocketOptions.SO_SNDBUF, 1); // the kernel makes it the least there is
        }
        if (way == Way.WRITE_TO_EACH_OTHER) {
            receiver.connect(sender.getLocalAddress());
        }
        sender.configureBlocking(false);
        int count = 0;
        while (way.send(sender, way.datagram(count, count % 2 == 0), to) > 0) {
            count++;
        }
        assertTrue(count > 0);
        return new Full(way, sender, receiver, to, count);
    }

    private static void assertUntouched(ByteBuffer[] srcs) {
        assertTrue(Arrays.stream(srcs).allMatch(src -> src.position() == 0 && src.limit() == src.capacity()));
    }

    @Test
    void d51_aNonBlockingSendOrWriteToAReceiverThatIsFullReturnsZeroAndLeavesTheBufferAsItWas() throws Exception {
        for (Way way : Way.values()) {
            for (boolean direct : MODES) {
                Full full = full(way);
                ByteBuffer[] srcs = way.datagram(full.count(), direct);
                for (int i = 0; i < 3; i++) {
                    assertEquals(0, full.send(srcs));
                    assertUntouched(srcs);
                }
                full.assertReceives(0, full.count());
                assertEquals(DATAGRAM_BYTES, full.send(srcs));
                full.assertReceives(full.count(), full.count() + 1);
                full.receiver().configureBlocking(false);
                assertNull(full.receiver().receive(ByteBuffer.allocate(8)));
            }
        }
    }

    @Test
    void d52_aBlockingSendOrWriteToAReceiverThatIsFullWaitsForRoomAndNothingIsLost() throws Exception {
        for (Way way : Way.values()) {
            Full full = full(way);
            int more = 2 * full.count();
            full.sender().configureBlocking(true);
            BackgroundCall<Object> sends = BackgroundCall.start(() -> {
                for (int i = 0; i < more; i++) {
                    assertEquals(DATAGRAM_BYTES, full.send(full.count() + i));
                }
                return null;
            });
            sends.awaitBlocked();
            full.assertReceives(0, full.count() + more);
            assertNull(sends.result());
        }
    }

    @Test
    void d53_closingTheChannelEndsASendOrWriteThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            for (Way way : Way.values()) {
                Full full = full(way);
                ByteBuffer[] srcs = way.datagram(full.count(), i % 2 == 0);
                BackgroundCall<Long> send = full.startSend(srcs);
                full.sender().close();
                assertThrowsExactly(AsynchronousCloseException.class, send::result);
                assertFalse(send.wasInterrupted());
                assertUntouched(srcs);
                assertNothingWasSent(full);
            }
        }
    }

    @Test
    void d54_anInterruptEndsASendOrWriteThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            for (Way way : Way.values()) {
                Full full = full(way);
                ByteBuffer[] srcs = way.datagram(full.count(), i % 2 == 0);
                BackgroundCall<Long> send = full.startSend(srcs);
                send.interrupt();
                assertThrowsExactly(ClosedByInterruptException.class, send::result);
                assertTrue(send.wasInterrupted());
                assertFalse(full.sender().isOpen());
                assertUntouched(srcs);
                assertNothingWasSent(full);
            }
        }
    }

    private static void assertNothingWasSent(Full full) throws IOException {
        full.assertReceives(0, full.count());
        full.receiver().configureBlocking(false);
        assertNull(full.receiver().receive(ByteBuffer.allocate(8)));
    }

    @Test
    void d55_aConnectedChannelWhosePeerIsFullIsNotReadyForWriteAndIsWhenThereIsRoom() throws Exception {
        for (Way way : Way.values()) {
            if (!way.connects()) {
                continue;
            }
            Full full = full(way);
            Selector selector = selector();
            SelectionKey key = register(selector, full.sender(), OP_READ | OP_WRITE);
            assertEquals(0, selector.selectNow());
            BackgroundCall<Integer> select = BackgroundCall.start(() -> selector.select()).awaitBlocked();
            full.assertReceives(0, full.count());
            assertEquals(1, select.result());
            assertEquals(OP_WRITE, key.readyOps());
            assertEquals(DATAGRAM_BYTES, full.send(full.count()));
        }
    }

    /** A selector that spun would return some 100,000 times. */
    @Test
    void d56_aSelectionDoesNotSpinOverWriteWhileEverySendFindsItsReceiverFull() throws Exception {
        for (Way way : new Way[] {Way.SEND, Way.SEND_FROM_A_SMALL_BUFFER}) {
            Full full = full(way);
            Selector selector = selector();
            SelectionKey key = register(selector, full.sender(), OP_READ | OP_WRITE);
            assertDoesNotSpin(selector, key, full);

            assertEquals(0, full.send(full.count()));
            DatagramChannel other = bound();
            send("a", other, full.sender());
            assertEquals(1, selector.select());
            assertTrue(key.isReadable());
            assertReceives("a", other, full.sender());
            selector.selectedKeys().clear();

            assertEquals(0, full.send(full.count()));
            full.assertReceives(0, full.count());
            assertEquals(1, selector.select());
            assertEquals(OP_WRITE, key.readyOps());
            assertEquals(DATAGRAM_BYTES, full.send(full.count()));
            selector.selectedKeys().clear();
            assertEquals(1, selector.selectNow());
        }
    }

    private static void assertDoesNotSpin(Selector selector, SelectionKey key, Full full) throws Exception {
        for (int i = 0; i < 20; i++) { // so that what is loaded and compiled once is not measured
            selector.selectNow();
            selector.selectedKeys().clear();
            assertEquals(0, full.send(full.count()));
        }
        try (Spinner spinner = new Spinner()) {
            long cpu = -THREADS.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            int selections = 0;
            while (System.nanoTime() - start < WHILE.toNanos()) {
                selector.select(WHILE.toMillis());
                selections++;
                if (selector.selectedKeys().remove(key)) {
                    assertEquals(OP_WRITE, key.readyOps());
                    assertEquals(0, full.send(full.count()));
                }
            }
            assertTrue(selections <= 1000, "selections: " + selections);
            spinner.assertUsesMuchMoreThan(cpu + THREADS.getCurrentThreadCpuTime());
        }
    }

    @Test
    void d57_aBlockingSendToAReceiverThatStaysFullDoesNotUseTheProcessor() throws Exception {
        for (Way way : Way.values()) {
            Full full = full(way);
            BackgroundCall<Long> send = full.startSend(way.datagram(full.count(), false));
            try (Spinner spinner = new Spinner()) {
                long cpu = -send.cpuNanos();
                BackgroundCall.soon().during(WHILE).until(() -> !send.isDone());
                spinner.assertUsesMuchMoreThan(cpu + send.cpuNanos());
            }
            full.assertReceives(0, full.count() + 1);
            assertEquals(DATAGRAM_BYTES, send.result());
        }
    }

    @Test
    void d58_whenThePeerIsGoneAWriteThrowsPortUnreachableExceptionAndTheChannelIsNotConnectedAnyMore() throws Exception {
        for (Way way : Way.values()) {
            if (!way.connects()) {
                continue;
            }
            for (boolean blocking : MODES) {
                Full gone = full(way);
                gone.receiver().close();
                gone.sender().configureBlocking(blocking);
                assertEndsTheConnection(gone, assertThrows(IOException.class, () -> gone.send(0)));
            }
            Full selecting = full(way);
            Selector selector = selector();
            register(selector, selecting.sender(), OP_WRITE);
            BackgroundCall<Integer> select = BackgroundCall.start(() -> selector.select()).awaitBlocked();
            selecting.receiver().close();
            assertEquals(1, select.result());
            assertEndsTheConnection(selecting, assertThrows(IOException.class, () -> selecting.send(0)));
            Full leaving = full(way);
            BackgroundCall<Long> send = leaving.startSend(way.datagram(0, true));
            leaving.receiver().close();
            assertEndsTheConnection(leaving, send.failure());
        }
    }

    private void assertEndsTheConnection(Full gone, Exception failure) throws IOException {
        DatagramChannel sender = gone.sender();
        assertThrowsExactly(PortUnreachableException.class, () -> {
            throw failure;
        });
        assertTrue(failure.getMessage().contains(gone.to().toString()), failure.getMessage());
        assertTrue(sender.isOpen());
        assertFalse(sender.isConnected());
        assertNull(sender.getRemoteAddress());
        assertThrows(NotYetConnectedException.class, () -> sender.write(ascii("a")));

        DatagramChannel another = bound();
        sender.connect(another.getLocalAddress());
        assertEquals(another.getLocalAddress(), sender.getRemoteAddress());
        sender.write(ascii("again"));
        assertReceives("again", sender, another);
    }
}
