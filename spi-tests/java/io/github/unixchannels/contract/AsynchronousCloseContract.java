// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Operations that wait, and what ends them: a close, an interrupt, a shutdown. */
class AsynchronousCloseContract extends ContractTest {

    private static final int ROUNDS = 10;

    /** A message that a channel takes often before it is full. */
    private static final int MESSAGE_BYTES = 4096;

    /** More than a channel takes, if it carries a stream. */
    private static final int MUCH = 8 << 20;

    /** An operation that waits, on a channel that has another end or null. */
    private record Waiting(Channel channel, SocketChannel peer, BackgroundCall<?> call) {}

    /** A write that waits, at the client's end: the peer has so many bytes to read from before, and the buffer some already if begun. */
    private record WaitingWrite(Pair pair, long before, boolean begun, ByteBuffer src, BackgroundCall<Integer> call) {

        /** Checks that the write returns what it has written, or throws. */
        void assertEnded(Class<? extends Exception> failure) throws IOException {
            try {
                int written = call.result();
                assertEquals(src.position(), written);
                assertTrue(written > 0, "what waits does not return 0");
            } catch (Exception e) {
                assertInstanceOf(failure, e);
                assertEquals(0, src.position(), "what was written is to be returned");
            }
            assertPeerReadsAll();
        }

        /** Checks that the buffer tells what was written. */
        void assertPeerReadsAll() throws IOException {
            assertTrue(!begun || src.position() > 0);
            assertEquals(before + src.position(), readToTheEnd(pair.accepted()));
        }
    }

    private static long readToTheEnd(SocketChannel from) throws IOException {
        ByteBuffer dst = ByteBuffer.allocateDirect(64 << 10);
        long total = 0;
        for (int n = from.read(dst); n >= 0; n = from.read(dst.clear())) {
            total += n;
        }
        return total;
    }

    private Waiting waitingRead() throws IOException {
        Pair pair = pair();
        return new Waiting(pair.client(), pair.accepted(),
                BackgroundCall.start(() -> pair.client().read(ByteBuffer.allocate(16))).awaitBlocked());
    }

    private Waiting waitingAccept() throws IOException {
        ServerSocketChannel server = server();
        return new Waiting(server, null, BackgroundCall.start(server::accept).awaitBlocked());
    }

    /** A connect to a server that has as many connections to accept as it admits. */
    private Waiting waitingConnect() throws IOException {
        ServerSocketChannel server = unboundServer().bind(freeAddress(), 1);
        for (int i = 0; i < 2; i++) { // a backlog of n admits n + 1
            socket().connect(server.getLocalAddress());
        }
        SocketChannel client = socket();
        return new Waiting(client, null, BackgroundCall.start(() -> client.connect(server.getLocalAddress())).awaitBlocked());
    }

    /** Writes that found no room; and if it is a stream, one that found room for some of its bytes. */
    private List<WaitingWrite> waitingWrites() throws IOException {
        boolean stream = !provider.capabilities().contains(Capability.MESSAGES);
        List<WaitingWrite> writes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Pair full = pair();
            long before = fill(full.client());
            ByteBuffer src = ByteBuffer.allocateDirect(stream ? MUCH : MESSAGE_BYTES);
            writes.add(new WaitingWrite(full, before, false, src, startWrite(full, src).awaitBlocked()));
        }
        if (stream) {
            Pair empty = pair();
            ByteBuffer src = ByteBuffer.allocate(MUCH);
            BackgroundCall<Integer> call = startWrite(empty, src);
            assertEquals(1, empty.accepted().read(ByteBuffer.allocate(1)));
            writes.add(new WaitingWrite(empty, -1, true, src, call.awaitBlocked()));
        }
        return writes;
    }

    private static BackgroundCall<Integer> startWrite(Pair pair, ByteBuffer src) {
        return BackgroundCall.start(() -> pair.client().write(src));
    }

    /** Writes until there is no room; returns how many bytes that took. */
    private static long fill(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MESSAGE_BYTES);
        long total = 0;
        channel.configureBlocking(false);
        for (int n = channel.write(bytes); n > 0; n = channel.write(bytes.clear())) {
            total += n;
        }
        channel.configureBlocking(true);
        return total;
    }

    private static void assertEndedByClose(Waiting waiting) throws IOException {
        waiting.channel().close();
        assertThrowsExactly(AsynchronousCloseException.class, waiting.call()::result);
        assertFalse(waiting.call().wasInterrupted());
    }

    private static void assertEndedByInterrupt(Channel channel, BackgroundCall<?> call) {
        call.interrupt();
        assertClosedByInterrupt(channel, call);
    }

    private static void assertClosedByInterrupt(Channel channel, BackgroundCall<?> call) {
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
    void c69_closingTheChannelEndsAReadThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            assertEndedByClose(waitingRead());
        }
    }

    @Test
    void c70_closingTheChannelEndsAScatteringReadThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair();
            ByteBuffer[] dsts = {ByteBuffer.allocate(16), ByteBuffer.allocateDirect(16)};
            BackgroundCall<Long> call = BackgroundCall.start(() -> pair.client().read(dsts)).awaitBlocked();
            assertEndedByClose(new Waiting(pair.client(), pair.accepted(), call));
        }
    }

    @Test
    void c71_closingTheChannelEndsAWriteThatWaits() throws Exception {
        for (WaitingWrite write : waitingWrites()) {
            write.pair().client().close();
            write.assertEnded(AsynchronousCloseException.class);
        }
    }

    @Test
    void c72_closingTheChannelEndsAnAcceptThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            assertEndedByClose(waitingAccept());
        }
    }

    @Test
    void c73_closingTheChannelEndsAConnectThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            assertEndedByClose(waitingConnect());
        }
    }

    @Test
    void c74_anInterruptEndsAReadThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Waiting read = waitingRead();
            assertEndedByInterrupt(read.channel(), read.call());
        }
    }

    @Test
    void c75_anInterruptEndsAWriteThatWaits() throws Exception {
        for (WaitingWrite write : waitingWrites()) {
            assertEndedByInterrupt(write.pair().client(), write.call());
            write.assertPeerReadsAll();
        }
    }

    @Test
    void c76_anInterruptEndsAnAcceptThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Waiting accept = waitingAccept();
            assertEndedByInterrupt(accept.channel(), accept.call());
        }
    }

    @Test
    void c77_anInterruptEndsAConnectThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Waiting connect = waitingConnect();
            assertEndedByInterrupt(connect.channel(), connect.call());
        }
    }

    @Test
    void c78_inAnInterruptedThreadABlockingReadClosesTheChannel() throws Exception {
        Pair pair = pair();
        pair.accepted().write(ByteBuffer.allocate(8));
        ByteBuffer dst = ByteBuffer.allocate(8);
        assertClosedByInterrupt(pair.client(), startInterrupted(() -> pair.client().read(dst)));
        assertEquals(0, dst.position());
    }

    @Test
    void c79_inAnInterruptedThreadABlockingWriteClosesTheChannel() throws Exception {
        Pair pair = pair();
        ByteBuffer src = ByteBuffer.allocate(8);
        assertClosedByInterrupt(pair.client(), startInterrupted(() -> pair.client().write(src)));
        assertEquals(0, src.position());
        assertEquals(-1, pair.accepted().read(ByteBuffer.allocate(8)));
    }

    @Test
    void c80_inAnInterruptedThreadABlockingAcceptClosesTheChannel() throws Exception {
        ServerSocketChannel server = server();
        socket().connect(server.getLocalAddress());
        assertClosedByInterrupt(server, startInterrupted(server::accept));
    }

    @Test
    void c81_inAnInterruptedThreadABlockingConnectClosesTheChannel() throws Exception {
        ServerSocketChannel server = server();
        SocketChannel client = socket();
        assertClosedByInterrupt(client, startInterrupted(() -> client.connect(server.getLocalAddress())));
    }

    @Test
    void c82_inAnInterruptedThreadNonBlockingOperationsWork() throws Exception {
        ServerSocketChannel server = server();
        SocketChannel client = socket();
        server.configureBlocking(false);
        client.configureBlocking(false);
        BackgroundCall<Object> call = startInterrupted(() -> {
            assertNull(server.accept());
            boolean connected = client.connect(server.getLocalAddress());
            while (!connected) {
                connected = client.finishConnect();
            }
            SocketChannel accepted = server.accept();
            while (accepted == null) {
                accepted = server.accept();
            }
            closing(accepted).configureBlocking(false);
            ByteBuffer received = ByteBuffer.allocate(8);
            assertEquals(0, accepted.read(received));
            assertEquals(8, client.write(ByteBuffer.allocate(8)));
            while (received.hasRemaining()) {
                assertTrue(accepted.read(received) >= 0);
            }
            return accepted.isOpen() && client.isOpen() && server.isOpen();
        });
        assertEquals(true, call.result());
        assertTrue(call.wasInterrupted());
    }

    /** The sharper half is the interrupt: Java 17 closes within it while it holds a lock that the operation needs to end. */
    @Test
    void c83_closeDoesNotWaitForTheOperationThatItEnds() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Waiting closed = waitingRead();
            BackgroundCall<Object> closing = BackgroundCall.start(() -> {
                closed.channel().close();
                return null;
            });
            assertNull(closing.result());
            Waiting interrupted = waitingRead();
            BackgroundCall<Object> interrupting = BackgroundCall.start(() -> {
                interrupted.call().interrupt();
                return null;
            });
            assertNull(interrupting.result());
            assertClosedByInterrupt(interrupted.channel(), interrupted.call());
        }
    }

    @Test
    void c84_thePeerOfAChannelThatIsClosedWhileAnOperationWaitsReadsTheEnd() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Waiting closed = waitingRead();
            closed.channel().close();
            assertEquals(0, readToTheEnd(closed.peer()));
            Waiting interrupted = waitingRead();
            interrupted.call().interrupt();
            assertEquals(0, readToTheEnd(interrupted.peer()));
        }
    }

    @Test
    void c85_shutdownInputEndsAReadThatWaits() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Waiting read = waitingRead();
            ((SocketChannel) read.channel()).shutdownInput();
            assertEquals(-1, read.call().result());
            assertTrue(read.channel().isOpen());
        }
    }

    @Test
    void c86_shutdownOutputEndsAWriteThatWaits() throws Exception {
        for (WaitingWrite write : waitingWrites()) {
            write.pair().client().shutdownOutput();
            write.assertEnded(ClosedChannelException.class);
            assertTrue(write.pair().client().isOpen());
        }
    }

    @Test
    void c87_aSecondReadWaitsUntilTheFirstHasReturned() throws Exception {
        Pair pair = pair();
        ByteBuffer first = ByteBuffer.allocate(8);
        ByteBuffer second = ByteBuffer.allocate(8);
        BackgroundCall<Integer> firstRead = BackgroundCall.start(() -> pair.client().read(first)).awaitBlocked();
        BackgroundCall<Integer> secondRead = BackgroundCall.start(() -> pair.client().read(second)).awaitParked();
        pair.accepted().write(ByteBuffer.wrap(new byte[] {1}));
        assertEquals(1, firstRead.result());
        assertFalse(secondRead.isDone());
        pair.accepted().write(ByteBuffer.wrap(new byte[] {2}));
        assertEquals(1, secondRead.result());
        assertEquals(1, first.get(0));
        assertEquals(2, second.get(0));
    }
}
