// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
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
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** SelectionKey: interest, attachment, cancelling, and the end of its channel. */
@Selection
class SelectionKeyContract extends ContractTest {

    private static final int RACE_ROUNDS = 2_000;

    @Test
    void k14_interestOpsReturnsTheKeyAndWhatWasSet() throws Exception {
        SelectionKey key = register(selector(), pair().client(), OP_READ);
        assertEquals(OP_READ, key.interestOps());
        for (int ops : new int[] {OP_WRITE, OP_READ | OP_WRITE | OP_CONNECT, 0, OP_CONNECT}) {
            assertSame(key, key.interestOps(ops));
            assertEquals(ops, key.interestOps());
        }
        SelectionKey accepting = register(selector(), server(), 0);
        assertSame(accepting, accepting.interestOps(OP_ACCEPT));
        assertEquals(OP_ACCEPT, accepting.interestOps());
    }

    @Test
    void k15_interestOpsOutsideValidOpsIsIllegalAndChangesNothing() throws Exception {
        SelectionKey key = register(selector(), pair().client(), OP_READ);
        SelectionKey accepting = register(selector(), server(), OP_ACCEPT);
        assertThrows(IllegalArgumentException.class, () -> key.interestOps(OP_ACCEPT));
        assertThrows(IllegalArgumentException.class, () -> key.interestOps(OP_WRITE | 2));
        assertThrows(IllegalArgumentException.class, () -> key.interestOps(-1));
        assertThrows(IllegalArgumentException.class, () -> accepting.interestOps(OP_CONNECT));
        assertEquals(OP_READ, key.interestOps());
        assertEquals(OP_ACCEPT, accepting.interestOps());
    }

    @Test
    void k16_interestOpsOrAndInterestOpsAndReturnTheInterestBeforeAndSetIt() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_READ);
        assertEquals(0, selector.selectNow());
        assertEquals(OP_READ, key.interestOpsOr(OP_WRITE));
        assertEquals(OP_READ | OP_WRITE, key.interestOps());
        assertEquals(OP_READ | OP_WRITE, key.interestOpsOr(OP_WRITE));
        assertEquals(1, selector.select());

        selector.selectedKeys().clear();
        assertEquals(OP_READ | OP_WRITE, key.interestOpsAnd(OP_READ | OP_ACCEPT));
        assertEquals(OP_READ, key.interestOps());
        assertEquals(0, selector.selectNow());
        assertEquals(OP_READ, key.interestOpsAnd(0));
        assertEquals(0, key.interestOps());
    }

    @Test
    void k17_interestOpsOrOutsideValidOpsIsIllegal() throws Exception {
        SelectionKey key = register(selector(), pair().client(), OP_READ);
        assertThrows(IllegalArgumentException.class, () -> key.interestOpsOr(OP_ACCEPT));
        assertThrows(IllegalArgumentException.class, () -> key.interestOpsOr(OP_WRITE | OP_ACCEPT));
        assertEquals(OP_READ, key.interestOps());
    }

    /** Each thread owns a bit, so that none may ever find its bit other than it left it. */
    @Test
    void k18_interestOpsOrAndInterestOpsAndBySeveralThreadsLoseNothing() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), 0);
        int[] bits = {OP_READ, OP_WRITE, OP_CONNECT};
        CyclicBarrier start = new CyclicBarrier(bits.length);
        List<BackgroundCall<Void>> calls = new ArrayList<>();
        for (int bit : bits) {
            calls.add(BackgroundCall.start(() -> {
                start.await();
                for (int round = 0; round < RACE_ROUNDS; round++) {
                    assertEquals(0, key.interestOpsOr(bit) & bit);
                    assertEquals(bit, key.interestOpsAnd(~bit) & bit);
                }
                key.interestOpsOr(bit);
                return null;
            }));
        }
        for (BackgroundCall<Void> call : calls) {
            while (!call.isDone()) {
                selector.selectNow(); // an interest is applied meanwhile
            }
            call.result();
        }
        assertEquals(OP_READ | OP_WRITE | OP_CONNECT, key.interestOps());
    }

    @Test
    void k19_attachReturnsTheAttachmentBefore() throws Exception {
        SelectionKey key = register(selector(), pair().client(), OP_READ);
        assertNull(key.attach("first"));
        assertEquals("first", key.attachment());
        assertEquals("first", key.attach("second"));
        assertEquals("second", key.attach(null));
        assertNull(key.attachment());
    }

    @Test
    void k20_cancelMakesTheKeyInvalidAtOnceAndToRepeatItDoesNothing() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_READ);
        key.cancel();
        assertFalse(key.isValid());
        key.cancel();
        assertEquals(Set.of(key), selector.keys());
        assertEquals(0, selector.selectNow());
        key.cancel();
        assertFalse(key.isValid());
        assertEquals(0, selector.selectNow());
        assertEquals(Set.of(), selector.keys());
    }

    @Test
    void k21_theInterestAndTheReadySetOfACancelledKeyAreACancelledKeyException() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        assertEquals(1, selector.select());
        key.cancel();
        List<Executable> operations = List.of(
                key::interestOps,
                () -> key.interestOps(OP_READ),
                () -> key.interestOpsOr(OP_READ),
                () -> key.interestOpsAnd(0),
                key::readyOps,
                key::isReadable,
                key::isWritable,
                key::isConnectable,
                key::isAcceptable);
        for (Executable operation : operations) {
            assertThrows(CancelledKeyException.class, operation);
        }
        selector.selectNow();
        for (Executable operation : operations) {
            assertThrows(CancelledKeyException.class, operation);
        }
    }

    @Test
    void k22_onACancelledKeyChannelSelectorAttachmentAndAttachWork() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, OP_READ, "first");
        key.cancel();
        assertSame(channel, key.channel());
        assertSame(selector, key.selector());
        assertEquals("first", key.attachment());
        assertEquals("first", key.attach("second"));
        selector.selectNow();
        assertSame(channel, key.channel());
        assertSame(selector, key.selector());
        assertEquals("second", key.attachment());
        assertEquals("second", key.attach(null));
    }

    @Test
    void k23_aCancelledKeyStaysInKeysUntilTheNextSelectionAndIsThenInNeitherSet() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        assertEquals(1, selector.select());
        key.cancel();
        assertEquals(Set.of(key), selector.keys());
        assertEquals(Set.of(key), selector.selectedKeys());
        assertEquals(0, selector.selectNow());
        assertEquals(Set.of(), selector.keys());
        assertEquals(Set.of(), selector.selectedKeys());
    }

    @Test
    void k24_configureBlockingWithAValidKeyIsAnIllegalBlockingModeException() throws Exception {
        Selector selector = selector();
        for (SelectableChannel channel : new SelectableChannel[] {pair().client(), server()}) {
            SelectionKey key = register(selector, channel, channel.validOps());
            assertThrows(IllegalBlockingModeException.class, () -> channel.configureBlocking(true));
            assertFalse(channel.isBlocking());
            assertTrue(key.isValid());
            assertSame(channel, channel.configureBlocking(false));
        }
    }

    @Test
    void k25_configureBlockingIsAllowedRightAfterCancel() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        assertEquals(0, selector.selectNow());
        key.cancel();
        pair.client().configureBlocking(true);
        assertTrue(pair.client().isBlocking());
        assertTrue(pair.client().isRegistered());

        BackgroundCall<Integer> read = BackgroundCall.start(() -> pair.client().read(ByteBuffer.allocate(8))).awaitBlocked();
        assertEquals(0, selector.selectNow());
        pair.accepted().write(ByteBuffer.allocate(3));
        assertEquals(3, read.result());
    }

    @Test
    void k26_closingAChannelMakesItsKeysInvalid() throws Exception {
        Selector first = selector();
        Selector second = selector();
        for (SelectableChannel channel : new SelectableChannel[] {pair().client(), server()}) {
            SelectionKey firstKey = register(first, channel, channel.validOps());
            SelectionKey secondKey = register(second, channel, channel.validOps());
            channel.close();
            assertFalse(firstKey.isValid());
            assertFalse(secondKey.isValid());
        }
        assertEquals(0, first.selectNow());
        assertEquals(0, second.selectNow());
        assertEquals(Set.of(), first.keys());
        assertEquals(Set.of(), second.keys());
    }

    @Test
    void k27_whenARegisteredChannelIsClosedItsPeerReadsTheEndAtOnce() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        register(selector, pair.client(), OP_READ);
        assertEquals(0, selector.selectNow());
        pair.client().close();
        assertEquals(-1, pair.accepted().read(ByteBuffer.allocate(1)));

        Pair other = pair();
        register(selector, other.client(), OP_READ).cancel();
        other.client().close();
        assertEquals(-1, other.accepted().read(ByteBuffer.allocate(1)));
    }

    @Test
    void k28_aRegisteredChannelThatIsClosedGivesItsDescriptorBackInTheSelectionThatFlushesItsLastKeyAndNotBefore() throws Exception {
        Selector selector = selector();
        Set<String> before = OpenDescriptors.sockets();
        ServerSocketChannel server = server();
        Set<String> ofServer = opened(before);
        SocketChannel client = socket();
        client.connect(server.getLocalAddress());
        Set<String> ofClient = opened(before);
        ofClient.removeAll(ofServer);
        assertEquals(1, ofServer.size());
        assertEquals(1, ofClient.size());

        Selector other = selector();
        register(selector, client, OP_READ);
        register(other, client, OP_READ);
        register(selector, server, 0);
        assertEquals(0, selector.selectNow());
        assertEquals(0, other.selectNow());
        client.close();
        assertTrue(OpenDescriptors.sockets().containsAll(ofClient));
        assertEquals(0, selector.selectNow());
        assertTrue(OpenDescriptors.sockets().containsAll(ofClient));
        assertEquals(0, other.selectNow());
        assertFalse(OpenDescriptors.sockets().containsAll(ofClient));

        server.close();
        assertTrue(OpenDescriptors.sockets().containsAll(ofServer));
        assertEquals(0, selector.selectNow());
        assertFalse(OpenDescriptors.sockets().containsAll(ofServer));
    }

    private static Set<String> opened(Set<String> before) throws IOException {
        Set<String> opened = OpenDescriptors.sockets();
        opened.removeAll(before);
        return opened;
    }

    @Test
    void k29_theKeysStringTellsChannelSelectorInterestAndReadySetOrThatItIsInvalid() throws Exception {
        Selector selector = selector();
        SocketChannel channel = pair().client();
        SelectionKey key = register(selector, channel, OP_READ | OP_WRITE);
        assertEquals(1, selector.select());
        String names = "channel=" + channel + ", selector=" + selector;
        assertEquals(names + ", interestOps=5, readyOps=4", key.toString());
        key.cancel();
        assertEquals(names + ", invalid", key.toString());
    }
}
