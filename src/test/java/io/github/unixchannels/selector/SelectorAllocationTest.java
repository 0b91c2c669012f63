// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In a steady loop a selector allocates nothing, once the compiler has seen that. */
@Timeout(240)
class SelectorAllocationTest {

    /** In a JVM of its own: whether the compiler removes an iterator depends on what it has compiled before, for other tests. */
    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void selectingAndTakingOutWithAnIterator(UnixProtocolFamily family) throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), IteratorLoop.class, "-Dfamily=" + family.name());

        assertEquals(0, child.exitCode(), child.errors());
    }

    /** Selects, and takes the selected keys out with an iterator. */
    static final class IteratorLoop {

        public static void main(String... arguments) throws IOException {
            UnixProtocolFamily family = UnixProtocolFamily.valueOf(System.getProperty("family"));
            try (Selector selector = UnixSelectorProvider.provider().openSelector();
                    UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
                    UnixSocketChannel.Pair other = UnixSocketChannel.pair(family)) {
                pair.first().configureBlocking(false).register(selector, OP_WRITE);
                other.first().configureBlocking(false).register(selector, OP_WRITE);
                Allocations.assertNone(() -> {
                    assertTrue(selector.select() == 2);
                    for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
                        SelectionKey key = i.next();
                        i.remove();
                        assertTrue(key.isWritable());
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void selectingWithATimeAndClearing(UnixProtocolFamily family) throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            pair.first().configureBlocking(false).register(selector, OP_WRITE);
            Allocations.assertNone(() -> {
                assertTrue(selector.select(1000) == 1);
                selector.selectedKeys().clear();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void selectingWithAnAction(UnixProtocolFamily family) throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            pair.first().configureBlocking(false).register(selector, OP_WRITE);
            Consumer<SelectionKey> action = key -> assertTrue(key.isWritable());
            Allocations.assertNone(() -> {
                assertTrue(selector.select(action) == 1);
                assertTrue(selector.selectNow(action) == 1);
                assertTrue(selector.select(action, 1000) == 1);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void changingInterestsAndWakingUp(UnixProtocolFamily family) throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            SelectionKey key = pair.first().configureBlocking(false).register(selector, 0);
            Allocations.assertNone(() -> {
                key.interestOps(OP_READ);
                selector.wakeup();
                assertTrue(selector.select() == 0);
                key.interestOpsOr(OP_WRITE);
                assertTrue(selector.selectNow() == 1);
                key.interestOpsAnd(0);
                selector.selectedKeys().clear();
                assertTrue(selector.selectNow() == 0);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void readingWhatWasSelectedInParts(UnixProtocolFamily family) throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            pair.first().configureBlocking(false).register(selector, OP_READ);
            ByteBuffer message = ByteBuffer.allocateDirect(64);
            ByteBuffer part = ByteBuffer.allocateDirect(32);
            Allocations.assertNone(() -> {
                pair.second().write(message.clear());
                for (int i = 0; i < 2; i++) {
                    assertTrue(selector.select() == 1);
                    selector.selectedKeys().clear();
                    assertTrue(pair.first().read(part.clear()) == part.capacity());
                }
            });
        }
    }
}
