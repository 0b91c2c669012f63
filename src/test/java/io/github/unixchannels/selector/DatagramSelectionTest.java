// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.descriptor.Backoff;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.FullReceiver;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SelectingThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Selections over channels whose sends were refused for want of room in the receiver's queue, of which the kernel gives an unconnected
 * sender no event (unix_dgram_poll).
 */
@ExtendWith(NothingLeaks.class)
class DatagramSelectionTest {

    /** So many refusals one after the other make the next time the longest. */
    private static final int MANY_REFUSALS = 10;

    private final FaultySyscalls calls = new FaultySyscalls();
    private Selector selector;
    private FullReceiver receiver;
    private UnixDatagramChannel sender;

    @BeforeEach
    void open() throws IOException {
        selector = EpollSelector.open(UnixSelectorProvider.provider(), calls.syscalls(), SelectorProvider::provider);
        receiver = FullReceiver.open();
        sender = opened();
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        sender.close();
        receiver.close();
    }

    private static UnixDatagramChannel opened() throws IOException {
        UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractNames.unique());
        channel.configureBlocking(false);
        return channel;
    }

    private int send() throws IOException {
        return sender.send(ByteBuffer.allocate(2), receiver.address());
    }

    private void beRefused() throws IOException {
        for (int i = 0; i < MANY_REFUSALS; i++) {
            assertEquals(0, send());
        }
    }

    @Test
    void readingGoesOnWhileEverySendIsRefused() throws IOException {
        SelectionKey key = sender.register(selector, OP_READ | OP_WRITE);
        SocketAddress name = sender.getLocalAddress();
        try (UnixDatagramChannel other = opened()) {
            for (int i = 0; i < 50; i++) {
                assertEquals(0, send());
                other.send(ByteBuffer.allocate(1), name);
                assertEquals(1, selector.select());
                assertTrue(key.isReadable());
                selector.selectedKeys().clear();
                assertEquals(other.getLocalAddress(), sender.receive(ByteBuffer.allocate(1)));
            }
        }
    }

    @Test
    void aSendThatSucceedsEndsTheHoldingBackAtOnce() throws IOException {
        SelectionKey key = sender.register(selector, OP_WRITE);
        beRefused();
        receiver.takeOne();
        assertEquals(2, send());
        assertEquals(1, selector.selectNow());
        assertTrue(key.isWritable());
    }

    @Test
    void aSendToAnotherThatSucceedsEndsItToo() throws IOException {
        sender.register(selector, OP_WRITE);
        beRefused();
        try (UnixDatagramChannel other = opened()) {
            assertEquals(1, sender.send(ByteBuffer.allocate(1), other.getLocalAddress()));
            assertEquals(1, selector.selectNow());
        }
    }

    @Test
    void aConnectToOneThatHasRoomMakesItReadyAtOnce() throws IOException {
        sender.register(selector, OP_WRITE);
        beRefused();
        try (UnixDatagramChannel other = opened()) {
            sender.connect(other.getLocalAddress());
            assertEquals(1, selector.selectNow());
        }
    }

    @Test
    void aConnectEndsItAndFromThenOnTheKernelTellsOfRoom() throws Exception {
        SelectionKey key = sender.register(selector, OP_WRITE);
        beRefused();
        sender.connect(receiver.address());
        assertEquals(0, selector.selectNow());
        try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
            selecting.awaitAsleep();
            long waits = calls.count("epollWait");
            selecting.assertNotReturned();
            assertEquals(waits, calls.count("epollWait"), "there is nothing to try again");
            receiver.takeOne();
            assertEquals(1, selecting.result());
        }
        assertTrue(key.isWritable());
    }

    @Test
    void aDisconnectFromAFullPeerMakesItReadyAtOnce() throws Exception {
        sender.register(selector, OP_WRITE);
        sender.connect(receiver.address());
        assertEquals(0, sender.write(ByteBuffer.allocate(1)));
        assertEquals(0, selector.selectNow());
        sender.disconnect();
        assertEquals(1, selector.selectNow());
    }

    @Test
    void everySelectorHoldsItBackAndEachSelectsItAgain() throws Exception {
        try (Selector other = UnixSelectorProvider.provider().openSelector()) {
            SelectionKey key = sender.register(selector, OP_WRITE);
            SelectionKey otherKey = sender.register(other, OP_WRITE);
            for (int i = 0; i < 20; i++) {
                beRefused();
                assertEquals(1, selector.select());
                assertEquals(1, other.select());
                assertTrue(key.isWritable() && otherKey.isWritable());
                selector.selectedKeys().clear();
                other.selectedKeys().clear();
            }
            beRefused();
            try (SelectingThread<Integer> first = SelectingThread.start(selector::select);
                    SelectingThread<Integer> second = SelectingThread.start(other::select)) {
                assertEquals(1, first.result());
                assertEquals(1, second.result());
            }
        }
    }

    @Test
    void whatWasRefusedBeforeItWasRegisteredIsReadyAfterAWhile() throws IOException {
        beRefused();
        SelectionKey key = sender.register(selector, OP_WRITE);
        assertEquals(1, selector.select());
        assertTrue(key.isWritable());
    }

    @Test
    void aRefusalIsForgottenWithTheNextSendThoughTheChannelIsNotRegistered() throws IOException {
        beRefused();
        receiver.drain();
        assertEquals(2, send());
        sender.register(selector, OP_WRITE);
        assertEquals(1, selector.selectNow());
    }

    @Test
    void itIsReadyNoSoonerThanItsTimeWhichGrowsAndThatTakesFewWaits() throws IOException {
        sender.register(selector, OP_WRITE);
        long waits = calls.count("epollWait");
        int attempts = 30;
        long leastNanos = 0;
        Backoff backoff = new Backoff();
        long start = System.nanoTime();
        for (int i = 0; i < attempts; i++) {
            assertEquals(0, send());
            leastNanos += backoff.nextNanos();
            assertEquals(1, selector.select());
            selector.selectedKeys().clear();
        }
        long elapsed = System.nanoTime() - start;
        assertTrue(elapsed >= leastNanos, attempts + " attempts in " + elapsed + " ns");
        long used = calls.count("epollWait") - waits;
        assertTrue(used <= 3 * attempts, used + " waits for " + attempts + " attempts");
    }

    @Test
    void ofManyChannelsThatAreRefusedEachGetsItsTurn() throws IOException {
        int senders = 200;
        List<UnixDatagramChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < senders; i++) {
                UnixDatagramChannel channel = opened();
                open.add(channel);
                assertEquals(0, channel.send(ByteBuffer.allocate(2), receiver.address()));
                channel.register(selector, OP_WRITE);
            }
            receiver.drain();
            Set<SocketAddress> expected = new HashSet<>();
            for (UnixDatagramChannel channel : open) {
                expected.add(channel.getLocalAddress());
            }
            Set<SocketAddress> heard = new HashSet<>();
            while (heard.size() < senders) {
                selector.select(DatagramSelectionTest.this::sendOnce);
                ByteBuffer dst = ByteBuffer.allocate(4);
                for (SocketAddress from = receiver.channel().receive(dst); from != null; from = receiver.channel().receive(dst)) {
                    assertTrue(heard.add(from), "twice from one");
                    dst.clear();
                }
            }
            assertEquals(expected, heard);
            assertTrue(selector.keys().stream().allMatch(key -> key.interestOps() == 0));
        } finally {
            selector.close();
            for (UnixDatagramChannel channel : open) {
                channel.close();
            }
        }
    }

    private void sendOnce(SelectionKey key) {
        try {
            if (((UnixDatagramChannel) key.channel()).send(ByteBuffer.allocate(2), receiver.address()) > 0) {
                key.interestOps(0);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aChannelThatIsClosedWhileItIsHeldBackLeavesTheSelector() throws IOException {
        SelectionKey key = sender.register(selector, OP_WRITE);
        beRefused();
        selector.selectNow();
        sender.close();
        assertEquals(0, selector.select(1));
        assertFalse(key.isValid());
        assertTrue(selector.keys().isEmpty());
    }

    @Test
    void aChannelRegisteredAgainAfterARefusalIsReadyAgain() throws IOException {
        SelectionKey key = sender.register(selector, OP_WRITE);
        beRefused();
        selector.selectNow();
        key.cancel();
        selector.selectNow();
        sender.register(selector, OP_WRITE);
        assertEquals(1, selector.select());
    }
}
