// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Datagram channels that wait, are closed or interrupted, and are ready or not. */
class DatagramBlockingContract extends DatagramTest {

    private static final int ROUNDS = 10;

    /** An operation that waits for a datagram, at the first end. */
    private record Waiting(Ends ends, ByteBuffer dst, BackgroundCall<Object> call) {}

    private Waiting waiting(Receiving operation) throws IOException {
        Ends ends = ends();
        ByteBuffer dst = ByteBuffer.allocate(8);
        return new Waiting(ends, dst, BackgroundCall.start(() -> operation.receive(ends.first(), dst)).awaitBlocked());
    }

    /** A receive that waits on a channel without a peer. */
    private BackgroundCall<SocketAddress> waitingWithoutPeer(DatagramChannel channel) {
        return BackgroundCall.start(() -> channel.receive(ByteBuffer.allocate(8))).awaitBlocked();
    }

    private static void assertClosedByInterrupt(DatagramChannel channel, BackgroundCall<?> call) {
        assertThrowsExactly(ClosedByInterruptException.class, call::result);
        assertFalse(channel.isOpen());
        assertTrue(call.wasInterrupted());
    }

    private static <T> BackgroundCall<T> startInterrupted(Callable<T> operation) {
        return BackgroundCall.start(() -> {
            Thread.currentThread().interrupt();
            return operation.call();
        });
    }

    @Test
    void d42_aBlockingReceiveWaitsForADatagramAndABlockingReadToo() throws Exception {
        for (Receiving operation : Receiving.values()) {
            Waiting waiting = waiting(operation);
            assertEquals(3, waiting.ends().second().write(ascii("abc")));
            assertEquals(operation.result(waiting.ends().second(), 3), waiting.call().result());
            assertEquals("abc", text(waiting.dst()));
        }
        DatagramChannel channel = bound();
        DatagramChannel sender = bound();
        BackgroundCall<SocketAddress> receive = waitingWithoutPeer(channel);
        send("", sender, channel);
        assertEquals(sender.getLocalAddress(), receive.result());
    }

    @Test
    void d43_closingTheChannelEndsAReceiveAndAReadThatWait() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            for (Receiving operation : Receiving.values()) {
                Waiting waiting = waiting(operation);
                waiting.ends().first().close();
                assertThrowsExactly(AsynchronousCloseException.class, waiting.call()::result);
                assertFalse(waiting.call().wasInterrupted());
                assertEquals(0, waiting.dst().position());
            }
            for (DatagramChannel channel : new DatagramChannel[] {datagram(), bound()}) {
                BackgroundCall<SocketAddress> receive = waitingWithoutPeer(channel);
                channel.close();
                assertThrowsExactly(AsynchronousCloseException.class, receive::result);
            }
        }
    }

    @Test
    void d44_anInterruptEndsAReceiveAndAReadThatWait() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            for (Receiving operation : Receiving.values()) {
                Waiting waiting = waiting(operation);
                waiting.call().interrupt();
                assertClosedByInterrupt(waiting.ends().first(), waiting.call());
                assertEquals(0, waiting.dst().position());
            }
            for (DatagramChannel channel : new DatagramChannel[] {datagram(), bound()}) {
                BackgroundCall<SocketAddress> receive = waitingWithoutPeer(channel);
                receive.interrupt();
                assertClosedByInterrupt(channel, receive);
            }
        }
    }

    @Test
    void d45_inAnInterruptedThreadBlockingOperationsCloseTheChannelAndNonBlockingOnesWork() throws Exception {
        for (Receiving operation : Receiving.values()) {
            Ends ends = ends();
            ends.second().write(ascii("abc"));
            ByteBuffer dst = ByteBuffer.allocate(8);
            assertClosedByInterrupt(ends.first(), startInterrupted(() -> operation.receive(ends.first(), dst)));
            assertEquals(0, dst.position());
        }
        DatagramChannel receiver = bound();
        SocketAddress to = receiver.getLocalAddress();
        ByteBuffer src = ascii("abc");
        DatagramChannel unconnected = bound();
        assertClosedByInterrupt(unconnected, startInterrupted(() -> unconnected.send(src, to)));
        DatagramChannel writer = boundAndConnectedTo(receiver);
        assertClosedByInterrupt(writer, startInterrupted(() -> writer.write(src)));
        DatagramChannel gatherer = boundAndConnectedTo(receiver);
        assertClosedByInterrupt(gatherer, startInterrupted(() -> gatherer.write(new ByteBuffer[] {src, ByteBuffer.allocate(8)})));
        assertEquals(0, src.position());
        receiver.configureBlocking(false);
        assertNull(receiver.receive(ByteBuffer.allocate(8)));

        BackgroundCall<Object> nonBlocking = startInterrupted(() -> nonBlockingOperations(bound(), bound()));
        assertEquals(true, nonBlocking.result());
        assertTrue(nonBlocking.wasInterrupted());
    }

    private static boolean nonBlockingOperations(DatagramChannel first, DatagramChannel second) throws IOException {
        first.configureBlocking(false);
        second.configureBlocking(false);
        ByteBuffer dst = ByteBuffer.allocate(8);
        assertNull(second.receive(dst));
        send("abc", first, second);
        while (second.receive(dst) == null) {
            assertTrue(second.isOpen());
        }
        first.connect(second.getLocalAddress());
        second.connect(first.getLocalAddress());
        assertEquals(0, second.read(dst));
        assertEquals(3, first.write(ascii("def")));
        while (dst.position() < 6) {
            second.read(dst);
        }
        assertEquals("abcdef", text(dst));
        return first.isOpen() && second.isOpen();
    }

    /** The sharper half is the interrupt: Java 17 closes within it while it holds a lock that the operation needs to end. */
    @Test
    void d46_closeDoesNotWaitForTheOperationThatItEnds() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            for (Receiving operation : Receiving.values()) {
                Waiting closed = waiting(operation);
                BackgroundCall<Object> closing = BackgroundCall.start(() -> {
                    closed.ends().first().close();
                    return null;
                });
                assertNull(closing.result());
                assertThrowsExactly(AsynchronousCloseException.class, closed.call()::result);
                Waiting interrupted = waiting(operation);
                BackgroundCall<Object> interrupting = BackgroundCall.start(() -> {
                    interrupted.call().interrupt();
                    return null;
                });
                assertNull(interrupting.result());
                assertClosedByInterrupt(interrupted.ends().first(), interrupted.call());
            }
        }
    }

    @Test
    void d47_aDatagramMakesAChannelReadyForReadUntilItIsReceived() throws Exception {
        DatagramChannel sender = bound();
        DatagramChannel connected = boundAndConnectedTo(sender);
        for (DatagramChannel receiver : new DatagramChannel[] {bound(), connected}) {
            Selector selector = selector();
            SelectionKey key = register(selector, receiver, OP_READ);
            assertEquals(0, selector.selectNow());
            String[] texts = {"abc", "", "d"};
            for (String text : texts) {
                send(text, sender, receiver);
            }
            for (String text : texts) {
                for (int i = 0; i < 2; i++) {
                    selector.selectedKeys().clear();
                    assertEquals(1, selector.select());
                    assertEquals(OP_READ, key.readyOps());
                }
                assertReceives(text, sender, receiver);
            }
            selector.selectedKeys().clear();
            assertEquals(0, selector.selectNow());

            BackgroundCall<Integer> select = BackgroundCall.start(() -> selector.select()).awaitBlocked();
            send("late", sender, receiver);
            assertEquals(1, select.result());
            assertReceives("late", sender, receiver);
        }
    }

    @Test
    void d48_aChannelWithRoomIsReadyForWrite() throws Exception {
        Selector selector = selector();
        DatagramChannel[] channels = {datagram(), bound(), ends().first(), datagram().connect(bound().getLocalAddress())};
        for (DatagramChannel channel : channels) {
            SelectionKey key = register(selector, channel, OP_READ | OP_WRITE);
            assertEquals(1, selector.select());
            assertEquals(OP_WRITE, key.readyOps());
            key.cancel();
            assertEquals(0, selector.selectNow());
        }
    }

    @Test
    void d49_aRegisteredChannelThatIsClosedGivesItsDescriptorBackInTheSelectionThatFlushesItsLastKeyAndNotBefore() throws Exception {
        provider.openDatagram().close(); // whatever a provider opens once and keeps
        Selector selector = selector();
        Selector other = selector();
        DatagramChannel peer = bound();
        register(selector, peer, 0); // and whatever a selector opens with its first channel
        register(other, peer, 0);
        for (boolean connected : MODES) {
            Set<String> before = OpenDescriptors.sockets();
            DatagramChannel channel = connected ? boundAndConnectedTo(peer) : bound();
            Set<String> with = OpenDescriptors.sockets();
            assertEquals(before.size() + 1, with.size());
            register(selector, channel, OP_READ);
            register(other, channel, OP_READ);
            assertEquals(0, selector.selectNow());
            assertEquals(0, other.selectNow());
            channel.close();
            assertEquals(with, OpenDescriptors.sockets());
            assertEquals(0, selector.selectNow());
            assertEquals(with, OpenDescriptors.sockets());
            assertEquals(0, other.selectNow());
            assertEquals(before, OpenDescriptors.sockets());
        }
    }

    @Test
    void d50_openingUsingAndClosingChannelsGivesBackEveryDescriptor() throws Exception {
        openUseAndClose(); // what is opened once and kept is open now
        List<String> before = OpenDescriptors.list();
        for (int i = 0; i < 20; i++) {
            openUseAndClose();
        }
        assertEquals(before, OpenDescriptors.list());
    }

    private void openUseAndClose() throws Exception {
        List<DatagramChannel> channels = new ArrayList<>(List.of(datagram(), bound(), datagram().bind(null)));
        Ends ends = ends();
        channels.addAll(List.of(ends.first(), ends.second()));
        assertEquals(3, ends.first().write(ascii("abc")));
        assertReads("abc", ends.second());
        ends.second().write(ascii("unread"));
        DatagramChannel peer = bound();
        DatagramChannel disconnected = boundAndConnectedTo(peer).disconnect();
        channels.addAll(List.of(peer, disconnected));
        BackgroundCall<SocketAddress> waiting = waitingWithoutPeer(disconnected);
        Selector selector = selector();
        register(selector, ends.first(), OP_READ);
        assertEquals(1, selector.select());
        selector.close();
        for (DatagramChannel channel : channels) {
            channel.close();
        }
        assertThrowsExactly(AsynchronousCloseException.class, waiting::result);
    }
}
