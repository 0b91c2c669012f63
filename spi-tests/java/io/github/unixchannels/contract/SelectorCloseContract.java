// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** The end of a selector, and what becomes of its keys and their channels. */
@Selection
class SelectorCloseContract extends ContractTest {

    private static final int ROUNDS = 300;

    private static final String CLOSED_SELECTOR =
            "interestOps throws ClosedSelectorException while its selector is closed; measured on 17, which does, and 25, which does not";

    @Test
    void s60_closeIsIdempotentAndIsOpenAndProviderAnswerAfterwards() throws Exception {
        Selector selector = selector();
        register(selector, pair().client(), OP_READ);
        selector.close();
        assertFalse(selector.isOpen());
        assertSame(provider.selectorProvider(), selector.provider());
        selector.close();
        assertFalse(selector.isOpen());
    }

    @Test
    void s61_closeEndsASelectionThatWaitsWhichReturnsNormally() throws Exception {
        Selector first = usedSelector();
        register(first, pair().client(), OP_READ);
        first.selectNow();
        BackgroundCall<Integer> selecting = BackgroundCall.start(() -> first.select()).awaitBlocked();
        first.close();
        assertEquals(0, selecting.result());

        Selector second = usedSelector();
        selecting = BackgroundCall.start(() -> second.select(key -> {}, Long.MAX_VALUE)).awaitBlocked();
        second.close();
        assertEquals(0, selecting.result());
    }

    @Test
    void s76_closeDuringASelectionWaitsForItAndGivesBackTheSelectorsDescriptors() throws Exception {
        usedSelector().close(); // what is opened once and kept is open now
        SocketChannel channel = pair().client();
        List<String> before = OpenDescriptors.list();
        for (int round = 0; round < 10; round++) {
            Selector selector = usedSelector();
            SelectionKey key = register(selector, channel, OP_READ);
            BackgroundCall<Integer> selecting = BackgroundCall.start(() -> selector.select()).awaitBlocked();
            selector.close();
            assertFalse(key.isValid());
            assertFalse(channel.isRegistered());
            assertEquals(before, OpenDescriptors.list());
            assertEquals(0, selecting.result());
        }
    }

    /** A selector that has selected: the next time, a thread that is in a system call waits for events. */
    private Selector usedSelector() throws IOException {
        Selector selector = selector();
        selector.wakeup();
        selector.select();
        selector.wakeup();
        selector.select(key -> {}, Long.MAX_VALUE);
        return selector;
    }

    @Test
    void s62_closeMakesEveryKeyInvalid() throws Exception {
        Selector selector = selector();
        SelectionKey selected = register(selector, pair().client(), OP_WRITE);
        SelectionKey idle = register(selector, pair().client(), 0);
        SelectionKey server = register(selector, server(), OP_ACCEPT);
        assertEquals(1, selector.select());
        Set<SelectionKey> keys = selector.keys();
        Set<SelectionKey> selectedKeys = selector.selectedKeys();

        selector.close();

        assertFalse(selected.isValid());
        assertFalse(idle.isValid());
        assertFalse(server.isValid());
        assertEquals(Set.of(), keys);
        assertEquals(Set.of(), selectedKeys);
    }

    @Test
    void s63_afterCloseTheChannelsAreNotRegisteredAndKeyForIsNull() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        SocketChannel cancelled = pair().client();
        ServerSocketChannel server = server();
        register(selector, channel, OP_READ);
        register(selector, server, OP_ACCEPT);
        register(selector, cancelled, OP_READ).cancel();

        selector.close();

        assertFalse(channel.isRegistered());
        assertNull(channel.keyFor(selector));
        assertFalse(server.isRegistered());
        assertNull(server.keyFor(selector));
        assertFalse(cancelled.isRegistered());
        assertNull(cancelled.keyFor(selector));
    }

    @Test
    void s64_afterCloseTheChannelsAreOpenAndCanRegisterWithAnotherSelector() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        register(selector, pair.client(), OP_READ);
        selector.selectNow();
        selector.close();

        assertTrue(pair.client().isOpen());
        Selector other = selector();
        SelectionKey key = pair.client().register(other, OP_READ);
        pair.accepted().write(ByteBuffer.allocate(1));
        assertEquals(1, other.select());
        assertEquals(Set.of(key), other.selectedKeys());
        assertEquals(1, pair.client().read(ByteBuffer.allocate(1)));
    }

    @Test
    void s65_registeringWithAClosedSelectorIsAClosedSelectorException() throws Exception {
        Selector selector = selector();
        selector.close();
        SocketChannel channel = pair().client();
        channel.configureBlocking(false);
        assertThrows(ClosedSelectorException.class, () -> channel.register(selector, OP_READ));
        assertFalse(channel.isRegistered());
        assertNull(channel.keyFor(selector));
        assertTrue(channel.isOpen());
    }

    @Test
    @Deviates(provider = "JDK-TCP", before = 25, always = false, why = "close meets a refused key: NullPointerException")
    @Deviates(provider = "JDK-UNIX-STREAM", before = 25, always = false, why = "close meets a refused key: NullPointerException")
    void s66_registeringWhileTheSelectorIsClosedThrowsClosedSelectorOrReturnsAKeyThatIsInvalidOnceTheCloseIsDone()
            throws Exception {
        SocketChannel channel = pair().client();
        channel.configureBlocking(false);
        for (int round = 0; round < ROUNDS; round++) {
            Selector selector = selector();
            CyclicBarrier start = new CyclicBarrier(2);
            BackgroundCall<SelectionKey> registering = BackgroundCall.start(() -> {
                start.await();
                try {
                    return channel.register(selector, OP_READ);
                } catch (ClosedSelectorException e) {
                    return null;
                }
            });
            start.await();
            selector.close();

            SelectionKey key = registering.result();
            assertFalse(key != null && key.isValid());
            assertFalse(channel.isRegistered());
        }
    }

    @Test
    @Deviates(provider = "JDK-TCP", why = CLOSED_SELECTOR, before = 25, always = false)
    @Deviates(provider = "JDK-UNIX-STREAM", why = CLOSED_SELECTOR, before = 25, always = false)
    void s74_changingAnInterestWhileTheSelectorIsClosedWorksOrThrowsCancelledKey() throws Exception {
        SocketChannel channel = pair().client();
        for (int round = 0; round < ROUNDS; round++) {
            Selector selector = selector();
            SelectionKey key = register(selector, channel, OP_READ);
            CyclicBarrier start = new CyclicBarrier(2);
            BackgroundCall<Void> changing = BackgroundCall.start(() -> {
                start.await();
                try {
                    for (;;) {
                        key.interestOps(0);
                        key.interestOpsOr(OP_READ);
                    }
                } catch (CancelledKeyException e) {
                    return null;
                }
            });
            start.await();
            selector.close();
            changing.result();
            assertThrows(CancelledKeyException.class, () -> key.interestOps(OP_READ));
        }
    }

    @Test
    void s67_aChannelThatWasClosedWhileRegisteredGivesItsDescriptorBackWhenTheSelectorIsClosed() throws Exception {
        closeAChannelThenItsSelector(); // what is opened once and kept is open now
        List<String> before = OpenDescriptors.list();
        closeAChannelThenItsSelector();
        assertEquals(before, OpenDescriptors.list());
    }

    private void closeAChannelThenItsSelector() throws IOException {
        Selector selector = selector();
        Pair pair = pair();
        ServerSocketChannel server = server();
        register(selector, pair.client(), OP_READ);
        register(selector, server, OP_ACCEPT);
        selector.selectNow();
        pair.client().close();
        pair.accepted().close();
        server.close();
        selector.close();
    }
}
