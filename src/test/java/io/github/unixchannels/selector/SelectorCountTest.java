// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.unixchannels.support.SelectorAxis;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a selection returns, and what it does to ready sets. */
@Timeout(120)
class SelectorCountTest {

    /** More than one epoll_wait(2) takes, in the JDK's selector and in ours. */
    private static final int MANY = 1100;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void eachKeyNewlySelectedCountsOnce(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            pair.near().register(selector, OP_READ | OP_WRITE);
            other.near().register(selector, OP_READ | OP_WRITE);
            pair.send(1);

            assertEquals(2, selector.select());
            assertEquals(OP_READ | OP_WRITE, pair.near().keyFor(selector).readyOps());
            assertEquals(OP_WRITE, other.near().keyFor(selector).readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingReadyIsZero(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);

            assertEquals(0, selector.selectNow());
            assertEquals(0, selector.select(1));
            assertEquals(Set.of(), selector.selectedKeys());
            assertEquals(0, key.readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatStaysSelectedMakesSelectReturnZeroAtOnce(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            pair.send(1);
            assertEquals(1, selector.select());

            assertEquals(0, selector.select());
            assertEquals(0, selector.select(Long.MAX_VALUE));
            assertEquals(0, selector.selectNow());
            assertEquals(Set.of(key), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectedKeyCountsAgainOnlyForAnOperationThatWasNotReady(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ | OP_WRITE);
            assertEquals(1, selector.select());
            assertEquals(OP_WRITE, key.readyOps());

            pair.send(1);
            assertEquals(1, selector.select());
            assertEquals(OP_READ | OP_WRITE, key.readyOps());
            assertEquals(0, selector.select());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSelectedKeyKeepsAnOperationThatIsNoLongerReadyNorOfInterest(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            pair.send(1);
            selector.select();
            pair.drain();
            key.interestOps(OP_WRITE);

            assertEquals(1, selector.select());
            assertEquals(OP_READ | OP_WRITE, key.readyOps());
            assertTrue(key.isReadable());
            assertTrue(key.isWritable());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatWasTakenOutHasItsReadySetReplaced(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ | OP_WRITE);
            pair.send(1);
            selector.select();
            assertEquals(OP_READ | OP_WRITE, key.readyOps());
            selector.selectedKeys().clear();
            pair.drain();

            assertEquals(1, selector.select());
            assertEquals(OP_WRITE, key.readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsReadyWithoutInterestIsNotSelected(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            pair.near().register(selector, OP_READ);
            other.near().register(selector, 0);
            other.send(1);

            assertEquals(0, selector.selectNow());
            assertEquals(Set.of(), selector.selectedKeys());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHangUpMakesWholeInterestReady(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ | OP_WRITE | OP_CONNECT);
            pair.far().close();

            assertEquals(1, selector.select());
            assertEquals(OP_READ | OP_WRITE | OP_CONNECT, key.readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnconnectedChannelIsReadyForAnything(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SocketChannel channel = axis.openChannel()) {
            SelectionKey key = channel.register(selector, OP_READ | OP_WRITE | OP_CONNECT);

            assertEquals(1, selector.select());
            assertEquals(OP_READ | OP_WRITE | OP_CONNECT, key.readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterShutdownInputAChannelStaysReadable(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ);
            pair.near().shutdownInput();

            for (int i = 0; i < 3; i++) {
                assertEquals(1, selector.select());
                assertEquals(OP_READ, key.readyOps());
                selector.selectedKeys().clear();
                pair.drain();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterThePeersShutdownOutputAChannelIsReadable(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_READ | OP_WRITE | OP_CONNECT);
            pair.far().shutdownOutput();

            assertEquals(1, selector.select());
            assertEquals(OP_READ | OP_WRITE, key.readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerIsReadyUntilAllHaveBeenAccepted(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                ServerSocketChannel server = axis.openServer(folder)) {
            SelectionKey key = server.register(selector, OP_ACCEPT);
            assertEquals(0, selector.selectNow());

            try (SocketChannel first = axis.connect(server.getLocalAddress());
                    SocketChannel second = axis.connect(server.getLocalAddress())) {
                assertTrue(first.isConnected() && second.isConnected());
                for (int i = 0; i < 2; i++) {
                    assertEquals(1, selector.select());
                    assertTrue(key.isAcceptable());
                    selector.selectedKeys().clear();
                    server.accept().close();
                }
                assertEquals(0, selector.selectNow());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullChannelBecomesWritableWhenItsPeerReads(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, OP_WRITE);
            ByteBuffer bytes = ByteBuffer.allocate(4096);
            while (pair.near().write(bytes.clear()) > 0) {
                continue;
            }
            assertEquals(0, selector.selectNow());

            pair.far().configureBlocking(false);
            while (pair.far().read(bytes.clear()) > 0) {
                continue;
            }
            assertEquals(1, selector.select());
            assertEquals(OP_WRITE, key.readyOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreReadyKeysThanOneWaitTakesComeOverSeveralSelections(SelectorAxis axis) throws Exception {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        assumeTrue(
                system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() > MANY + 100,
                "too few descriptors are allowed for " + MANY + " channels");
        List<SocketChannel> channels = new ArrayList<>();
        try (Selector selector = axis.openSelector()) {
            for (int i = 0; i < MANY; i++) {
                SocketChannel channel = axis.openChannel(); // ready, because it is unconnected
                channels.add(channel);
                channel.register(selector, OP_WRITE);
            }
            for (int round = 0; round < 3; round++) {
                Set<SelectionKey> seen = new HashSet<>();
                // Those beyond the first wait's may not be put off twice, though all the others are ready again.
                for (int selections = 0; selections < 2; selections++) {
                    assertTrue(selector.select() > 0);
                    seen.addAll(selector.selectedKeys());
                    selector.selectedKeys().clear();
                }
                assertEquals(selector.keys(), seen);
            }
            assertFalse(selector.keys().isEmpty());
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
