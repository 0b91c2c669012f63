// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.SelectorAxis;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In a steady loop a selector allocates nothing, once the compiler has seen that. */
@Timeout(240)
class SelectorAllocationTest {

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void selectingAndTakingOutWithAnIterator(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            other.near().register(selector, OP_WRITE);
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

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void selectingWithATimeAndClearing(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            Allocations.assertNone(() -> {
                assertTrue(selector.select(1000) == 1);
                selector.selectedKeys().clear();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void selectingWithAnAction(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            Consumer<SelectionKey> action = key -> assertTrue(key.isWritable());
            Allocations.assertNone(() -> {
                assertTrue(selector.select(action) == 1);
                assertTrue(selector.selectNow(action) == 1);
                assertTrue(selector.select(action, 1000) == 1);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void changingInterestsAndWakingUp(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, 0);
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
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void readingWhatWasSelectedInParts(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ);
            ByteBuffer message = ByteBuffer.allocateDirect(64);
            ByteBuffer part = ByteBuffer.allocateDirect(32);
            Allocations.assertNone(() -> {
                pair.far().write(message.clear());
                for (int i = 0; i < 2; i++) {
                    assertTrue(selector.select() == 1);
                    selector.selectedKeys().clear();
                    assertTrue(pair.near().read(part.clear()) == part.capacity());
                }
            });
        }
    }
}
