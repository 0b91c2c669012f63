// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.contract.Passing.Beside;
import io.github.unixchannels.contract.Passing.Handle;
import io.github.unixchannels.contract.Passing.Reception;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.util.ConcurrentModificationException;
import org.junit.jupiter.api.Test;

/** A send and a receive that wait, what ends them, and what they refuse. */
class PassingBlockingContract extends PassingTest {

    /** A send that waits for room, with a descriptor beside it. */
    private record WaitingSend(Ends ends, Handle file, Beside beside, BackgroundCall<Long> call) {}

    private WaitingSend waitingSend() throws Exception {
        Ends ends = ends();
        fill(ends.first());
        ends.first().channel().configureBlocking(true);
        Handle file = file();
        Beside beside = beside().add(file);
        return new WaitingSend(ends, file, beside, BackgroundCall.start(() -> ends.first().send("abc", beside)).awaitBlocked());
    }

    /** Checks that the send, whose channel is closed, has sent nothing, and that what was to be sent goes by no other channel. */
    private void assertNothingSent(WaitingSend waiting) throws Exception {
        assertOpenFiles(1);
        Beside received = beside();
        ByteBuffer dst = ByteBuffer.allocate(64 << 10);
        End receiver = waiting.ends().second();
        receiver.channel().configureBlocking(false);
        Reception some;
        do {
            some = receiver.receive(received, dst.clear());
            assertEquals(0, received.count());
        } while (some != null && some.length() > 0);
        assertDropped(waiting.beside());
    }


    @Test
    void a41_aBlockingReceiveWaitsForAMessage() throws Exception {
        Ends ends = ends();
        Beside received = beside();
        BackgroundCall<Reception> receiving =
                BackgroundCall.start(() -> ends.second().receive(received, ByteBuffer.allocate(9))).awaitBlocked();
        ends.first().send("abc", beside().add(file()));
        assertEquals(3, receiving.result().length());
        assertEquals(1, received.count());
    }

    @Test
    void a42_aBlockingSendWaitsForRoomAndSendsAllThen() throws Exception {
        WaitingSend waiting = waitingSend();
        Beside received = beside();
        ByteBuffer dst = ByteBuffer.allocate(64 << 10);
        while (received.count() == 0 && !text(dst).endsWith("abc")) {
            waiting.ends().second().receive(received, dst.clear());
        }
        assertEquals(3, waiting.call().result());
        assertEquals(1, received.count());
        assertTrue(text(dst).endsWith("abc")); // on a stream there may be others before them
        assertSameOpenFile(waiting.file(), take(received));
    }

    @Test
    void a43_closingTheChannelEndsAReceiveThatWaits() throws Exception {
        Ends ends = ends();
        BackgroundCall<Reception> receiving =
                BackgroundCall.start(() -> ends.second().receive(beside(), ByteBuffer.allocate(9))).awaitBlocked();
        ends.second().channel().close();
        assertInstanceOf(AsynchronousCloseException.class, receiving.failure());
    }

    @Test
    void a44_closingTheChannelEndsASendThatWaitsAndNothingIsSent() throws Exception {
        WaitingSend waiting = waitingSend();
        waiting.ends().first().channel().close();
        assertInstanceOf(AsynchronousCloseException.class, waiting.call().failure());
        assertNothingSent(waiting);
    }

    @Test
    void a45_anInterruptEndsAReceiveThatWaits() throws Exception {
        Ends ends = ends();
        BackgroundCall<Reception> receiving =
                BackgroundCall.start(() -> ends.second().receive(beside(), ByteBuffer.allocate(9))).awaitBlocked();
        receiving.interrupt();
        assertInstanceOf(ClosedByInterruptException.class, receiving.failure());
        assertTrue(receiving.wasInterrupted());
        assertFalse(ends.second().channel().isOpen());
    }

    @Test
    void a46_anInterruptEndsASendThatWaitsAndNothingIsSent() throws Exception {
        WaitingSend waiting = waitingSend();
        waiting.call().interrupt();
        assertInstanceOf(ClosedByInterruptException.class, waiting.call().failure());
        assertTrue(waiting.call().wasInterrupted());
        assertFalse(waiting.ends().first().channel().isOpen());
        assertNothingSent(waiting);
    }

    @Test
    void a47_inAnInterruptedThreadTheyThrowInBlockingModeAndWorkInNonBlockingMode() throws Exception {
        for (boolean blocking : MODES) {
            for (boolean sends : MODES) {
                Ends ends = ends();
                End end = sends ? ends.first() : ends.second();
                ends.first().write("there");
                end.channel().configureBlocking(blocking);
                Beside beside = beside();
                Handle file = file();
                BackgroundCall<Object> call = BackgroundCall.start(() -> {
                    Thread.currentThread().interrupt();
                    return sends ? end.send("abc", beside.add(file)) : end.assertReceives("there", beside);
                });
                if (blocking) {
                    assertInstanceOf(ClosedByInterruptException.class, call.failure());
                } else {
                    call.result();
                }
                assertTrue(call.wasInterrupted());
                assertEquals(!blocking, end.channel().isOpen());
                assertOpenFiles(1);
                file.close();
            }
        }
    }

    @Test
    void a48_aNullBufferANullObjectAndAReadOnlyDestinationAreRefusedAsSuchInWhateverStateTheChannelIs() throws Exception {
        End closed = ends().first();
        closed.channel().close();
        Beside beside = beside();
        ByteBuffer readOnly = ByteBuffer.allocate(9).asReadOnlyBuffer();
        for (End end : new End[] {unnamed(), ends().first(), closed}) {
            beside.add(file());
            assertThrows(NullPointerException.class, () -> end.send(beside, (ByteBuffer) null));
            assertDropped(beside);
            beside.add(file());
            assertThrows(NullPointerException.class, () -> end.send(beside, ascii("a"), null));
            assertDropped(beside);
            assertThrows(NullPointerException.class, () -> end.send(null, ascii("a")));
            assertThrows(NullPointerException.class, () -> end.receive(beside, (ByteBuffer) null));
            assertThrows(NullPointerException.class, () -> end.receive(null, ByteBuffer.allocate(9)));
            assertThrows(IllegalArgumentException.class, () -> end.receive(beside, readOnly));
            assertThrows(IllegalArgumentException.class, () -> end.receive(beside, ByteBuffer.allocate(9), readOnly));
        }
    }

    @Test
    void a49_onAClosedChannelTheyThrowClosedChannelExceptionAndWhatWasToBeSentIsDropped() throws Exception {
        End closed = ends().first();
        closed.channel().close();
        Beside sent = beside();
        for (String text : new String[] {"a", ""}) {
            sent.add(file());
            assertThrowsExactly(ClosedChannelException.class, () -> closed.send(text, sent));
            assertDropped(sent);
        }
        assertThrowsExactly(ClosedChannelException.class, () -> closed.receive(beside(), ByteBuffer.allocate(9)));
    }

    @Test
    void a50_onAnUnconnectedChannelTheyThrowNotYetConnectedExceptionAndWhatWasToBeSentIsDropped() throws Exception {
        Beside sent = beside();
        for (String text : new String[] {"a", ""}) {
            sent.add(file());
            assertThrows(NotYetConnectedException.class, () -> unnamed().send(text, sent));
            assertDropped(sent);
        }
        if (isCapable(Capability.CONNECTIONS)) {
            assertThrows(NotYetConnectedException.class, () -> unnamed().receive(beside(), ByteBuffer.allocate(9)));
        }
    }

    @Test
    @Requires(Capability.CONNECTIONS)
    void a51_afterShutdownOutputASendThrowsClosedChannelExceptionAndAfterShutdownInputAReceiveIsTheEnd() throws Exception {
        Ends ends = ends();
        Beside sent = beside().add(file());
        ((SocketChannel) ends.first().channel()).shutdownOutput();
        assertThrowsExactly(ClosedChannelException.class, () -> ends.first().send("a", sent));
        ((SocketChannel) ends.second().channel()).shutdownInput();
        assertTrue(ends.second().receive(beside(), ByteBuffer.allocate(9)).end());
        assertDropped(sent);
    }

    @Test
    void a56_anObjectThatIsInUseCannotBeUsedByAnotherThreadAndNothingIsLost() throws Exception {
        WaitingSend waiting = waitingSend();
        Beside beside = waiting.beside();
        Ends others = ends();
        others.first().write("there");
        ByteBuffer dst = ByteBuffer.allocate(9);
        assertThrows(ConcurrentModificationException.class, () -> beside.add(waiting.file()));
        assertThrows(ConcurrentModificationException.class, beside::clear);
        assertThrows(ConcurrentModificationException.class, beside::close);
        assertThrows(ConcurrentModificationException.class, beside::take);
        assertThrows(ConcurrentModificationException.class, () -> others.first().send("a", beside));
        assertThrows(ConcurrentModificationException.class, () -> others.second().receive(beside, dst));

        Beside received = beside();
        ByteBuffer all = ByteBuffer.allocate(64 << 10);
        while (received.count() == 0) {
            waiting.ends().second().receive(received, all.clear());
        }
        assertEquals(3, waiting.call().result());
        assertEquals(1, received.count());
        others.second().assertReceives("there", received);
    }
}
