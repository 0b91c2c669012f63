// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.Batches;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.FullReceiver;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a batch when a message of it cannot be sent or received: those before it went, and the position is at it. */
@ExtendWith(NothingLeaks.class)
class BatchErrorTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
    private final MessageBatch received = MessageBatch.create(4, 5);

    private MessageEnds ends(UnixProtocolFamily family, boolean blocking) throws IOException {
        MessageEnds ends = MessageEnds.open(provider, family);
        ends.first().channel().configureBlocking(blocking);
        ends.second().channel().configureBlocking(false);
        return ends;
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void aMessageThatIsTooLongStopsTheBatchAndIsNamed(UnixProtocolFamily family) throws IOException {
        for (boolean blocking : new boolean[] {false, true}) {
            try (MessageEnds ends = ends(family, blocking)) {
                MessageBatch batch = MessageBatch.create(3, 1 << 20);
                batch.buffer(0).clear().limit(1);
                batch.buffer(1).clear();
                batch.buffer(2).clear().limit(2);
                SocketException failure = assertThrows(SocketException.class, () -> ends.first().send(batch));
                assertTrue(failure.getMessage().contains("a message of 1048576 bytes is longer"), failure.getMessage());
                assertTrue(failure.getMessage().startsWith("send("), failure.getMessage());
                assertEquals(1, batch.position());
                assertThrows(SocketException.class, () -> ends.first().send(batch));
                assertEquals(1, batch.position());
                assertEquals(1 << 20, batch.buffer(1).remaining());
                assertEquals(1, ends.first().send(batch.position(2)));
                assertEquals(2, ends.second().receive(received.clear()));
                assertEquals(2, received.fullLength(1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTargetThatIsGoneStopsTheBatchAndIsNamed(boolean blocking) throws IOException {
        SocketAddress gone = AbstractNames.unique();
        try (UnixDatagramChannel sender = UnixDatagramChannel.open();
                UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            sender.configureBlocking(blocking);
            SocketAddress there = receiver.getLocalAddress();
            MessageBatch batch = Batches.of(1, "a", "b", "c").target(0, there).target(1, gone).target(2, there);
            PortUnreachableException failure = assertThrowsExactly(PortUnreachableException.class, () -> sender.send(batch));
            assertEquals("send(" + gone + "): Connection refused (ECONNREFUSED)", failure.getMessage());
            assertEquals(1, batch.position());
            assertEquals(1, sender.send(batch.position(2)));
            assertEquals(2, receiver.receive(received));
            assertEquals(List.of("a", "c"), Batches.received(received));
        }
    }

    @Test
    void aReceiverWithoutRoomHoldsUpThoseBehindIt() throws IOException {
        try (FullReceiver full = FullReceiver.open();
                UnixDatagramChannel sender = UnixDatagramChannel.open();
                UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            sender.configureBlocking(false);
            SocketAddress there = receiver.getLocalAddress();
            MessageBatch batch = Batches.of(1, "a", "b", "c").target(0, there).target(1, full.address()).target(2, there);
            assertEquals(1, sender.send(batch));
            assertEquals(0, sender.send(batch));
            assertEquals(1, receiver.receive(received));
            full.takeOne();
            assertEquals(2, sender.send(batch));
            assertEquals(1, receiver.receive(received));
            assertEquals(List.of("a", "c"), Batches.received(received));
        }
    }

    @Test
    void aTargetWithoutANameAndOneThatIsTooLongStopTheBatchToo() throws IOException {
        SocketAddress[] bad = {UnixDomainSocketAddress.of(""), UnixDomainSocketAddress.of("/" + "x".repeat(200))};
        try (UnixDatagramChannel sender = UnixDatagramChannel.open();
                UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            for (SocketAddress target : bad) {
                MessageBatch batch = Batches.of(1, "a", "b").target(0, receiver.getLocalAddress()).target(1, target);
                assertThrows(SocketException.class, () -> sender.send(batch));
                assertEquals(1, batch.position());
                assertThrows(SocketException.class, () -> sender.send(batch));
                assertEquals(1, receiver.receive(received.clear()));
            }
        }
    }

    /** The kernel tells of the peer once, and of others than the first not at all: it has no peer any more. */
    @Test
    void aPeerThatIsGoneInTheMiddleOfABatchIsUnreachableAndTheChannelIsNotConnectedAnyMore() throws IOException {
        SocketAddress name = AbstractNames.unique();
        UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(name);
        try (UnixDatagramChannel sender = provider.openDatagramChannel(UnixProtocolFamily.DGRAM)) {
            sender.connect(name);
            faulty.next("sendmmsg", (real, arguments) -> {
                Object n = real.with(arguments[0], arguments[1], 1, arguments[3]);
                receiver.close();
                assertEquals(-Errno.ECONNREFUSED, real.with(arguments[0], arguments[1], 1, arguments[3]));
                return n;
            });
            MessageBatch batch = Batches.of(1, "a", "b", "c");
            assertThrowsExactly(PortUnreachableException.class, () -> sender.send(batch));
            assertEquals(1, batch.position());
            assertFalse(sender.isConnected());
        }
    }

    @Test
    void targetsAreCheckedBeforeAnythingIsSent() throws IOException {
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            receiver.configureBlocking(false);
            MessageBatch batch = Batches.of(1, "a", "b").target(0, receiver.getLocalAddress());
            assertThrowsExactly(NotYetConnectedException.class, () -> sender.send(batch));
            sender.connect(receiver.getLocalAddress());
            batch.target(1, AbstractNames.unique());
            assertThrowsExactly(AlreadyConnectedException.class, () -> sender.send(batch));
            assertEquals(0, batch.position());
            assertEquals(0, receiver.receive(received));
            assertEquals(2, sender.send(batch.target(1, null)));
            assertEquals(2, receiver.receive(received));
        }
    }

    @Test
    void whatThePeerSentBeforeItResetTheConnectionIsReceivedFirst() throws IOException {
        try (MessageEnds ends = ends(UnixProtocolFamily.SEQPACKET, false)) {
            ends.second().write(Batches.bytes("unread"));
            ends.first().send(Batches.of(1, "a", "b"));
            ends.first().close();
            assertEquals(2, ends.second().receive(received));
            assertEquals(List.of("a", "b"), Batches.received(received));
            for (int i = 0; i < 2; i++) {
                SocketException failure = assertThrowsExactly(SocketException.class, () -> ends.second().receive(received));
                assertTrue(failure.getMessage().startsWith("receive("), failure.getMessage());
            }
            assertThrowsExactly(SocketException.class, () -> ends.second().receive(received.limit(2)));
            assertEquals(2, received.position());
        }
    }

    @Test
    void aResetThatASendMeetsIsToldAndReceivedAfterTheMessages() throws IOException {
        try (MessageEnds ends = ends(UnixProtocolFamily.SEQPACKET, false)) {
            ends.second().write(Batches.bytes("unread"));
            ends.first().send(Batches.of(1, "a"));
            ends.first().close();
            assertThrowsExactly(SocketException.class, () -> ends.second().send(Batches.of(1, "x", "y")));
            assertEquals(1, ends.second().receive(received));
            assertThrowsExactly(SocketException.class, () -> ends.second().receive(received));
        }
    }

    @Test
    void aPeerThatIsGoneIsABrokenPipe() throws IOException {
        try (MessageEnds ends = ends(UnixProtocolFamily.SEQPACKET, false)) {
            ends.second().close();
            MessageBatch batch = Batches.of(1, "x", "y");
            IOException failure = assertThrowsExactly(IOException.class, () -> ends.first().send(batch));
            assertTrue(failure.getMessage().endsWith("Broken pipe (EPIPE)"), failure.getMessage());
            assertEquals(0, batch.position());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void signalsDoNotEndASendOrAReceive(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = ends(family, true)) {
            faulty.fail("sendmmsg", Errno.EINTR, 2).fail("recvmmsg", Errno.EINTR, 2);
            assertEquals(2, ends.first().send(Batches.of(1, "a", "b")));
            assertEquals(2, ends.second().receive(received));
            assertEquals(3, faulty.count("sendmmsg"));
            assertEquals(3, faulty.count("recvmmsg"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void anErrorIsToldAndNothingIsLost(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = ends(family, true)) {
            faulty.fail("sendmmsg", Errno.ENOBUFS, 1).fail("recvmmsg", Errno.ENOMEM, 1);
            MessageBatch batch = Batches.of(1, "a", "b");
            IOException failure = assertThrows(IOException.class, () -> ends.first().send(batch));
            assertTrue(failure.getMessage().endsWith("(ENOBUFS)"), failure.getMessage());
            assertEquals(2, ends.first().send(batch));
            failure = assertThrows(IOException.class, () -> ends.second().receive(received));
            assertTrue(failure.getMessage().endsWith("(ENOMEM)"), failure.getMessage());
            assertEquals(2, ends.second().receive(received));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void anErrorInTheMiddleIsThatOfTheNextAttempt(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = ends(family, false)) {
            faulty.next("sendmmsg", (real, arguments) -> real.with(arguments[0], arguments[1], 1, arguments[3]));
            faulty.fail("sendmmsg", Errno.ENOBUFS, 1);
            MessageBatch batch = Batches.of(1, "a", "b", "c");
            assertThrows(IOException.class, () -> ends.first().send(batch));
            assertEquals(1, batch.position());
            faulty.next("sendmmsg", (real, arguments) -> real.with(arguments[0], arguments[1], 1, arguments[3]));
            assertEquals(2, ends.first().send(batch));
            assertEquals(3, ends.second().receive(received));
            assertEquals(List.of("a", "b", "c"), Batches.received(received));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void aClosedChannelSaysSo(UnixProtocolFamily family) throws IOException {
        MessageEnds ends = ends(family, true);
        ends.close();
        assertThrowsExactly(ClosedChannelException.class, () -> ends.first().send(Batches.of(1, "a")));
        assertThrowsExactly(ClosedChannelException.class, () -> ends.first().receive(received));
        assertThrows(NullPointerException.class, () -> ends.first().send((MessageBatch) null));
        assertThrows(NullPointerException.class, () -> ends.first().receive((MessageBatch) null));
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void aThreadThatIsInterruptedClosesTheChannelAndSendsNothing(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = ends(family, true)) {
            MessageBatch batch = Batches.of(1, "a");
            Thread.currentThread().interrupt();
            assertThrowsExactly(ClosedByInterruptException.class, () -> ends.first().send(batch));
            assertTrue(Thread.interrupted());
            assertFalse(ends.first().channel().isOpen());
        }
    }

    @Test
    void aSocketChannelIsConnectedAndOfMessagesAndItsSidesAreOpen() throws IOException {
        MessageBatch batch = Batches.of(1, "a");
        try (UnixSocketChannel unconnected = UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET);
                UnixSocketChannel.Pair stream = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            assertThrowsExactly(NotYetConnectedException.class, () -> unconnected.send(batch));
            assertThrowsExactly(NotYetConnectedException.class, () -> unconnected.receive(batch));
            assertThrowsExactly(UnsupportedOperationException.class, () -> stream.first().send(batch));
            assertThrowsExactly(UnsupportedOperationException.class, () -> stream.first().receive(batch));
            pair.first().shutdownOutput();
            assertThrowsExactly(ClosedChannelException.class, () -> pair.first().send(batch));
            pair.first().shutdownInput();
            assertEquals(-1, pair.first().receive(batch));
            assertEquals(0, batch.position());
        }
    }
}
