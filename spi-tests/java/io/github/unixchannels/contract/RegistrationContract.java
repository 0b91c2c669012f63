// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** SelectableChannel.register, keyFor, isRegistered and validOps. */
@Selection
class RegistrationContract extends ContractTest {

    private static final String FOREIGN_KEY =
            "keyFor is null from the cancellation on: only then does the channel give its descriptor back";


    private static final int RACE_ROUNDS = 200;

    /** A channel that no selector can know. */
    private static final class UnknownChannel extends AbstractSelectableChannel {

        UnknownChannel(SelectorProvider provider) {
            super(provider);
        }

        @Override
        public int validOps() {
            return OP_READ;
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    @Test
    void k01_interestOutsideValidOpsIsIllegalBeforeAnythingElseIsLookedAt() throws Exception {
        Selector selector = selector();
        Selector closedSelector = selector();
        closedSelector.close();
        SocketChannel socket = socket();
        ServerSocketChannel server = server();
        socket.configureBlocking(false);
        server.configureBlocking(false);
        assertThrows(IllegalArgumentException.class, () -> socket.register(selector, OP_ACCEPT));
        assertThrows(IllegalArgumentException.class, () -> socket.register(selector, -1));
        assertThrows(IllegalArgumentException.class, () -> server.register(selector, OP_ACCEPT | OP_READ));
        assertThrows(IllegalArgumentException.class, () -> socket.register(closedSelector, OP_ACCEPT));
        assertThrows(IllegalArgumentException.class, () -> socket.register(null, OP_ACCEPT));
        socket.configureBlocking(true);
        assertThrows(IllegalArgumentException.class, () -> socket.register(selector, OP_ACCEPT));
        socket.close();
        assertThrows(IllegalArgumentException.class, () -> socket.register(selector, OP_ACCEPT));
        assertEquals(Set.of(), selector.keys());
    }

    @Test
    void k02_registeringAClosedChannelIsAClosedChannelException() throws Exception {
        Selector selector = selector();
        SocketChannel socket = socket();
        ServerSocketChannel server = server();
        socket.configureBlocking(false);
        for (SelectableChannel channel : new SelectableChannel[] {socket, server}) {
            channel.close();
            assertThrows(ClosedChannelException.class, () -> channel.register(selector, channel.validOps()));
        }
        assertEquals(Set.of(), selector.keys());
    }

    @Test
    void k03_registeringABlockingChannelIsAnIllegalBlockingModeException() throws Exception {
        Selector selector = selector();
        for (SelectableChannel channel : new SelectableChannel[] {socket(), server()}) {
            assertThrows(IllegalBlockingModeException.class, () -> channel.register(selector, channel.validOps()));
            assertFalse(channel.isRegistered());
        }
        assertEquals(Set.of(), selector.keys());
    }

    @Test
    void k04_theKeyTellsItsChannelItsSelectorAndItsAttachment() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        channel.configureBlocking(false);
        Object attachment = new Object();
        SelectionKey key = channel.register(selector, OP_READ, attachment);
        assertSame(channel, key.channel());
        assertSame(selector, key.selector());
        assertSame(attachment, key.attachment());
        assertTrue(key.isValid());

        assertNull(register(selector, server(), OP_ACCEPT).attachment());
    }

    @Test
    void k05_registeringAgainReturnsTheSameKeyWithTheNewInterestAndAttachment() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, OP_READ, "first");
        assertEquals(0, selector.selectNow());

        assertSame(key, channel.register(selector, OP_WRITE, "second"));
        assertEquals(OP_WRITE, key.interestOps());
        assertEquals("second", key.attachment());
        assertEquals(1, selector.select());

        assertSame(key, channel.register(selector, OP_READ));
        assertNull(key.attachment());
        assertEquals(Set.of(key), selector.keys());
    }

    @Deviates(provider = {"MIXED-TCP", "MIXED-UNIX-STREAM"}, why = FOREIGN_KEY)
    @Test
    void k06_registeringAgainWithACancelledKeyThatWasNotFlushedIsACancelledKeyException() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        SelectionKey key = register(selector, channel, OP_READ);
        key.cancel();
        assertThrows(CancelledKeyException.class, () -> channel.register(selector, OP_WRITE));
        assertSame(key, channel.keyFor(selector));
    }

    @Test
    void k07_keyForReturnsTheKeyForItsSelectorAndNullForAnyOther() throws Exception {
        Selector first = selector();
        Selector second = selector();
        Selector third = selector();
        SocketChannel channel = pair().client();
        assertNull(channel.keyFor(first));

        SelectionKey firstKey = register(first, channel, OP_READ);
        SelectionKey secondKey = register(second, channel, OP_READ);
        assertSame(firstKey, channel.keyFor(first));
        assertSame(secondKey, channel.keyFor(second));
        assertNull(channel.keyFor(third));
    }

    @Deviates(provider = {"MIXED-TCP", "MIXED-UNIX-STREAM"}, why = FOREIGN_KEY)
    @Test
    void k08_isRegisteredIsTrueUntilTheCancelledKeyIsFlushed() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        assertFalse(channel.isRegistered());
        SelectionKey key = register(selector, channel, OP_READ);
        assertTrue(channel.isRegistered());
        key.cancel();
        assertTrue(channel.isRegistered());
        assertSame(key, channel.keyFor(selector));
        assertEquals(0, selector.selectNow());
        assertFalse(channel.isRegistered());
        assertNull(channel.keyFor(selector));
    }

    @Test
    void k09_aChannelMayBeRegisteredWithTwoSelectorsAndBothReportIt() throws Exception {
        Selector first = selector();
        Selector second = selector();
        Pair pair = pair();
        SelectionKey firstKey = register(first, pair.client(), OP_READ);
        SelectionKey secondKey = register(second, pair.client(), OP_READ);
        assertEquals(0, first.selectNow());
        assertEquals(0, second.selectNow());

        pair.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, first.select());
        assertEquals(1, second.select());
        assertEquals(Set.of(firstKey), first.selectedKeys());
        assertEquals(Set.of(secondKey), second.selectedKeys());

        firstKey.cancel();
        first.selectNow();
        assertTrue(secondKey.isValid());
        assertTrue(pair.client().isRegistered());
        second.selectedKeys().clear();
        assertEquals(1, second.select());
    }

    @Test
    void k10_aChannelOfAClassTheSelectorDoesNotKnowIsAnIllegalSelectorException() throws Exception {
        Selector selector = selector();
        UnknownChannel channel = closing(new UnknownChannel(provider.provider()));
        channel.configureBlocking(false);
        assertThrows(IllegalSelectorException.class, () -> channel.register(selector, OP_READ));
        assertFalse(channel.isRegistered());
        assertEquals(Set.of(), selector.keys());
        assertEquals(0, selector.selectNow());
    }

    @Test
    void k11_registeringNeverReturnsAValidKeyForAClosedChannelWhoeverClosesItMeanwhile() throws Exception {
        Selector selector = selector();
        for (int round = 0; round < RACE_ROUNDS; round++) {
            SocketChannel channel = socket();
            channel.configureBlocking(false);
            CyclicBarrier start = new CyclicBarrier(2);
            BackgroundCall<SelectionKey> registering = BackgroundCall.start(() -> {
                start.await();
                try {
                    return channel.register(selector, OP_READ);
                } catch (ClosedChannelException e) {
                    return null;
                }
            });
            start.await();
            channel.close();

            SelectionKey key = registering.result();
            assertFalse(key != null && key.isValid());
            assertThrows(ClosedChannelException.class, () -> channel.register(selector, OP_READ));
            assertEquals(0, selector.selectNow());
            assertEquals(Set.of(), selector.keys());
        }
    }

    @Test
    void k12_afterAFlushAChannelCanBeRegisteredAnewAndGetsAnotherKey() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        SelectionKey key = register(selector, channel, OP_WRITE);
        assertEquals(1, selector.select());
        key.cancel();
        selector.selectNow();

        SelectionKey anew = channel.register(selector, OP_WRITE);
        assertNotSame(key, anew);
        assertFalse(key.isValid());
        assertTrue(anew.isValid());
        assertSame(anew, channel.keyFor(selector));
        assertEquals(1, selector.select());
        assertEquals(Set.of(anew), selector.selectedKeys());
        assertEquals(Set.of(anew), selector.keys());
    }

    @Test
    void k13_validOpsAreReadWriteAndConnectForASocketChannelAndAcceptForAServerChannel() throws Exception {
        assertEquals(OP_READ | OP_WRITE | OP_CONNECT, socket().validOps());
        Pair pair = pair();
        assertEquals(OP_READ | OP_WRITE | OP_CONNECT, pair.client().validOps());
        assertEquals(OP_READ | OP_WRITE | OP_CONNECT, pair.accepted().validOps());
        assertEquals(OP_ACCEPT, unboundServer().validOps());
    }
}
