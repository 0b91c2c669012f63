// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Selections that give each ready key to an action. */
@Selection
class SelectorActionContract extends ContractTest {

    private static final Consumer<SelectionKey> NEVER_CALLED = key -> fail("called with " + key);

    /** A form of selection with an action. */
    @FunctionalInterface
    private interface Selection {
        int select(Selector selector, Consumer<SelectionKey> action) throws IOException;
    }

    private static final List<Selection> FORMS = List.of(
            Selector::select,
            Selector::selectNow,
            (selector, action) -> selector.select(action, 0),
            (selector, action) -> selector.select(action, 10_000));

    @Test
    void s27_aNullActionIsANullPointerExceptionAlsoWithANegativeTimeout() throws Exception {
        Selector selector = selector();
        for (Selection form : FORMS) {
            assertThrows(NullPointerException.class, () -> form.select(selector, null));
        }
        assertThrows(NullPointerException.class, () -> selector.select(null, -1));
    }

    @Test
    void s28_theActionGetsEveryReadyKeyOnceAndTheirNumberIsReturned() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ | OP_WRITE);
        SelectionKey other = register(selector, pair().client(), OP_WRITE);
        SelectionKey notReady = register(selector, pair().client(), OP_READ);
        sendToClient(pair);
        for (Selection form : FORMS) {
            List<SelectionKey> seen = new ArrayList<>();
            assertEquals(2, form.select(selector, seen::add));
            assertEquals(2, seen.size());
            assertEquals(Set.of(key, other), new HashSet<>(seen));
        }
        assertEquals(0, notReady.readyOps());

        key.interestOps(0);
        other.interestOps(0);
        assertEquals(0, selector.selectNow(NEVER_CALLED));
        assertEquals(0, selector.select(NEVER_CALLED, 1));
    }

    @Test
    void s29_theActionSeesAReadySetThatIsExactlyWhatIsReadyNow() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ | OP_WRITE);
        sendToClient(pair);
        for (Selection form : FORMS) {
            key.interestOps(OP_READ | OP_WRITE);
            assertEquals(1, form.select(selector, k -> assertEquals(OP_READ | OP_WRITE, k.readyOps())));
            key.interestOps(OP_READ);
            assertEquals(1, form.select(selector, k -> assertEquals(OP_READ, k.readyOps())));
        }
        key.interestOps(OP_READ | OP_WRITE);
        assertEquals(1, selector.select());
        assertEquals(OP_READ | OP_WRITE, key.readyOps());

        drain(pair.client());
        for (Selection form : FORMS) {
            assertEquals(1, form.select(selector, k -> assertEquals(OP_WRITE, k.readyOps(), "although the key is selected")));
        }
    }

    @Test
    void s30_aSelectionWithAnActionAddsNothingToTheSelectedKeys() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        for (Selection form : FORMS) {
            assertEquals(1, form.select(selector, k -> assertEquals(Set.of(), selector.selectedKeys())));
            assertEquals(Set.of(), selector.selectedKeys());
        }
        assertEquals(1, selector.select());
        assertEquals(Set.of(key), selector.selectedKeys());
    }

    @Test
    void s31_aKeyThatIsSelectedAlreadyStaysSelectedAndIsGivenToTheActionToo() throws Exception {
        Selector selector = selector();
        SelectionKey selected = register(selector, pair().client(), OP_WRITE);
        assertEquals(1, selector.select());
        SelectionKey fresh = register(selector, pair().client(), OP_WRITE);
        for (Selection form : FORMS) {
            Set<SelectionKey> seen = new HashSet<>();
            assertEquals(2, form.select(selector, seen::add));
            assertEquals(Set.of(selected, fresh), seen);
            assertEquals(Set.of(selected), selector.selectedKeys());
        }
    }

    @Test
    void s32_aSelectionFromWithinAnActionIsAnIllegalState() throws Exception {
        Selector selector = selector();
        register(selector, pair().client(), OP_WRITE);
        List<Executable> inner = List.of(
                selector::select,
                selector::selectNow,
                () -> selector.select(1),
                () -> selector.select(NEVER_CALLED),
                () -> selector.selectNow(NEVER_CALLED),
                () -> selector.select(NEVER_CALLED, 1));
        for (Selection form : FORMS) {
            assertEquals(1, form.select(selector, key -> {
                for (Executable selection : inner) {
                    assertThrows(IllegalStateException.class, selection);
                }
            }));
        }
        assertEquals(1, selector.select(), "a selection of its own is possible again");
    }

    @Test
    void s33_anExceptionOfTheActionReachesTheCallerAndTheSelectorWorksAfterwards() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        SelectionKey other = register(selector, pair().client(), OP_WRITE);
        for (Selection form : FORMS) {
            RuntimeException thrown = new RuntimeException("by the action");
            List<SelectionKey> seen = new ArrayList<>();
            RuntimeException caught = assertThrows(RuntimeException.class, () -> form.select(selector, k -> {
                seen.add(k);
                throw thrown;
            }));
            assertSame(thrown, caught);
            assertEquals(1, seen.size());

            seen.clear();
            assertEquals(2, form.select(selector, seen::add));
            assertEquals(Set.of(key, other), new HashSet<>(seen));
        }
        assertEquals(2, selector.select());
    }

    @Test
    void s34_anActionMayCancelTheKeyItIsGiven() throws Exception {
        Selector selector = selector();
        for (Selection form : FORMS) {
            SocketChannel channel = pair().client();
            SelectionKey key = register(selector, channel, OP_WRITE);
            assertEquals(1, form.select(selector, SelectionKey::cancel));
            assertFalse(key.isValid());
            assertEquals(0, selector.selectNow(NEVER_CALLED));
            assertEquals(Set.of(), selector.keys());
            assertFalse(channel.isRegistered());
        }
    }

    @Test
    void s35_anActionMayRegisterAChannelAndTheNextSelectionSeesIt() throws Exception {
        for (Selection form : FORMS) {
            Selector selector = selector();
            SelectionKey key = register(selector, pair().client(), OP_WRITE);
            SocketChannel channel = pair().client();
            List<SelectionKey> registered = new ArrayList<>();
            assertEquals(1, form.select(selector, k -> unchecked(() -> registered.add(register(selector, channel, OP_WRITE)))));
            assertEquals(1, registered.size());
            assertEquals(Set.of(key, registered.get(0)), selector.keys());

            Set<SelectionKey> seen = new HashSet<>();
            assertEquals(2, form.select(selector, seen::add));
            assertEquals(selector.keys(), seen);
        }
    }

    @Test
    void s36_anActionMayRemoveKeysFromTheSelectedKeys() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        for (Selection form : FORMS) {
            assertEquals(1, selector.select());
            assertEquals(Set.of(key), selector.selectedKeys());
            assertEquals(1, form.select(selector, k -> assertTrue(selector.selectedKeys().remove(k))));
            assertEquals(Set.of(), selector.selectedKeys());
        }
    }

    @Test
    void s37_ifAnActionClosesTheSelectorTheSelectionThrowsWhenTheActionReturns() throws Exception {
        for (Selection form : FORMS) {
            Selector selector = selector();
            SocketChannel channel = pair().client();
            SelectionKey key = register(selector, channel, OP_WRITE);
            register(selector, pair().client(), OP_WRITE);
            List<SelectionKey> returned = new ArrayList<>();
            assertThrows(ClosedSelectorException.class, () -> form.select(selector, k -> {
                unchecked(selector::close);
                returned.add(k);
            }));
            assertEquals(1, returned.size(), "no other key is given to it");
            assertFalse(selector.isOpen());
            assertFalse(key.isValid());
            assertFalse(channel.isRegistered());
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void s38_anActionMayCloseTheChannelOfItsKeyWhichTheNextSelectionFlushes() throws Exception {
        Selector selector = selector();
        for (Selection form : FORMS) {
            SelectionKey key = register(selector, pair().client(), OP_WRITE);
            assertEquals(1, form.select(selector, k -> unchecked(k.channel()::close)));
            assertFalse(key.channel().isOpen());
            assertFalse(key.isValid());
            assertEquals(Set.of(key), selector.keys());

            assertEquals(0, selector.selectNow(NEVER_CALLED));
            assertEquals(Set.of(), selector.keys());
        }
    }

    @Test
    void s77_anActionMayChangeTheInterestOfItsKeyAndTheNextSelectionGoesByIt() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        for (Selection form : FORMS) {
            key.interestOps(OP_WRITE);
            assertEquals(1, form.select(selector, k -> k.interestOps(OP_READ)));
            assertEquals(0, selector.selectNow(NEVER_CALLED));
        }
    }

    @Test
    void s78_aWakeupFromWithinAnActionEndsTheNextSelection() throws Exception {
        Selector selector = selector();
        SelectionKey key = register(selector, pair().client(), OP_WRITE);
        for (Selection form : FORMS) {
            key.interestOps(OP_WRITE);
            assertEquals(1, form.select(selector, k -> {
                k.interestOps(0);
                selector.wakeup();
            }));
            assertEquals(0, selector.select(NEVER_CALLED));
        }
    }

    /** Something that an action does. */
    @FunctionalInterface
    private interface Task {
        void run() throws IOException;
    }

    private static void unchecked(Task task) {
        try {
            task.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when a byte is there to be read by the client. */
    private void sendToClient(Pair pair) throws IOException {
        assertEquals(1, pair.accepted().write(ByteBuffer.allocate(1)));
        try (Selector probe = provider.openSelector()) {
            register(probe, pair.client(), OP_READ);
            assertEquals(1, probe.select());
        }
    }

    private static void drain(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64);
        int n;
        do {
            n = channel.read(bytes.clear());
        } while (n > 0);
        assertEquals(0, n);
    }
}
