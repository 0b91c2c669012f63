// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.address.AddressCache;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.Allocations;
import io.github.unixchannels.support.FullReceiver;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams in a steady loop make no garbage, nor do their senders, and how much is remembered of them has a bound. */
class DatagramAllocationTest {

    private static final int SENDERS = 16;

    /** How many senders a channel remembers at most. */
    private static final int MOST_REMEMBERED = 64;

    static Stream<Arguments> modesAndBuffers() {
        return Stream.of(true, false)
                .flatMap(blocking -> Stream.of(64, 4096, 32 << 10)
                        .flatMap(bytes -> Stream.of(true, false).map(direct -> Arguments.of(blocking, bytes, direct))));
    }

    @ParameterizedTest
    @MethodSource("modesAndBuffers")
    void aWriteAndAReadAllocateNothing(boolean blocking, int bytes, boolean direct) throws IOException {
        try (UnixDatagramChannel.Pair pair = pair(blocking)) {
            ByteBuffer src = allocate(bytes, direct);
            ByteBuffer dst = allocate(bytes, direct);

            Allocations.assertNone(() -> {
                moved(bytes, pair.first().write(src.clear()));
                moved(bytes, pair.second().read(dst.clear()));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("modesAndBuffers")
    void aGatheringWriteAndAScatteringReadAllocateNothing(boolean blocking, int bytes, boolean direct) throws IOException {
        try (UnixDatagramChannel.Pair pair = pair(blocking)) {
            ByteBuffer[] srcs = {allocate(bytes / 2, direct), allocate(bytes / 2, true)};
            ByteBuffer[] dsts = {allocate(bytes / 2, true), allocate(bytes / 2, direct)};

            Allocations.assertNone(() -> {
                srcs[0].clear();
                srcs[1].clear();
                moved(bytes, pair.first().write(srcs));
                dsts[0].clear();
                dsts[1].clear();
                moved(bytes, pair.second().read(dsts));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("modesAndBuffers")
    void toReceiveFromASenderWithANameAllocatesNothing(boolean blocking, int bytes, boolean direct) throws IOException {
        try (UnixDatagramChannel sender = bound(blocking);
                UnixDatagramChannel receiver = bound(blocking)) {
            assertExchangesAllocateNothing(sender, receiver, sender.getLocalAddress(), bytes, direct);
        }
    }

    @ParameterizedTest
    @MethodSource("modesAndBuffers")
    void toReceiveFromASenderWithoutANameAllocatesNothing(boolean blocking, int bytes, boolean direct) throws IOException {
        try (UnixDatagramChannel sender = UnixDatagramChannel.open();
                UnixDatagramChannel receiver = bound(blocking)) {
            sender.configureBlocking(blocking);
            assertExchangesAllocateNothing(sender, receiver, UnixAddresses.UNNAMED, bytes, direct);
        }
    }

    private static void assertExchangesAllocateNothing(
            UnixDatagramChannel sender, UnixDatagramChannel receiver, SocketAddress expected, int bytes, boolean direct)
            throws IOException {
        SocketAddress target = receiver.getLocalAddress();
        ByteBuffer src = allocate(bytes, direct);
        ByteBuffer dst = allocate(bytes, direct);

        Allocations.assertNone(() -> {
            moved(bytes, sender.send(src.clear(), target));
            from(expected, receiver.receive(dst.clear()));
            moved(bytes, dst.position());
        });
    }

    @ParameterizedTest
    @MethodSource("modesAndBuffers")
    void severalSendersInTurnAllocateNothing(boolean blocking, int bytes, boolean direct) throws IOException {
        List<UnixDatagramChannel> open = new ArrayList<>();
        try (UnixDatagramChannel receiver = bound(blocking)) {
            SocketAddress[] names = namesThatAreRememberedTogether();
            UnixDatagramChannel[] senders = new UnixDatagramChannel[SENDERS];
            for (int i = 0; i < SENDERS; i++) {
                senders[i] = UnixDatagramChannel.open();
                open.add(senders[i]);
                senders[i].bind(names[i]).configureBlocking(blocking);
            }
            SocketAddress target = receiver.getLocalAddress();
            ByteBuffer src = allocate(bytes, direct);
            ByteBuffer dst = allocate(bytes, direct);
            int[] turn = {0};

            Allocations.assertNone(() -> {
                int sender = turn[0]++ % SENDERS;
                moved(bytes, senders[sender].send(src.clear(), target));
                from(names[sender], receiver.receive(dst.clear()));
            });
        } finally {
            closeAll(open);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sendsToSeveralReceiversInTurnAllocateNothing(boolean blocking) throws IOException {
        List<UnixDatagramChannel> open = new ArrayList<>();
        try (UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            sender.configureBlocking(blocking);
            SocketAddress[] names = new SocketAddress[4];
            UnixDatagramChannel[] receivers = new UnixDatagramChannel[names.length];
            for (int i = 0; i < names.length; i++) {
                receivers[i] = bound(blocking);
                open.add(receivers[i]);
                names[i] = receivers[i].getLocalAddress();
            }
            ByteBuffer buffer = ByteBuffer.allocate(16);
            int[] turn = {0};

            Allocations.assertNone(() -> {
                int receiver = turn[0]++ % names.length;
                moved(16, sender.send(buffer.clear(), names[receiver]));
                from(UnixAddresses.UNNAMED, receivers[receiver].receive(buffer.clear()));
            });
        } finally {
            closeAll(open);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingToReceiveAndAFullReceiverAllocateNothing(boolean direct) throws IOException {
        try (FullReceiver full = FullReceiver.open();
                UnixDatagramChannel connected = bound(false);
                UnixDatagramChannel channel = bound(false)) {
            SocketAddress target = full.address();
            connected.connect(target);
            ByteBuffer buffer = allocate(64, direct);

            Allocations.assertNone(() -> {
                moved(0, channel.send(buffer.clear(), target));
                moved(0, connected.write(buffer.clear()));
                moved(0, connected.send(buffer.clear(), target));
                moved(0, connected.read(buffer.clear()));
                from(null, connected.receive(buffer.clear()));
                from(null, channel.receive(buffer.clear()));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void selectingAndReceivingAllocateNothing(boolean direct) throws IOException {
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixDatagramChannel sender = bound(true);
                UnixDatagramChannel receiver = bound(false)) {
            SelectionKey key = receiver.register(selector, OP_READ | OP_WRITE);
            SocketAddress name = sender.getLocalAddress();
            SocketAddress target = receiver.getLocalAddress();
            ByteBuffer buffer = allocate(64, direct);

            Allocations.assertNone(() -> {
                moved(64, sender.send(buffer.clear(), target));
                moved(1, selector.select());
                moved(OP_READ | OP_WRITE, key.readyOps());
                selector.selectedKeys().clear();
                from(name, receiver.receive(buffer.clear()));
                moved(64, receiver.send(buffer.flip(), name));
                from(target, sender.receive(buffer.clear()));
            });
        }
    }

    /** Every refusal makes the selector look at the key again, and every selection tries whether its time has come. */
    @Test
    void selectingWhileTheReceiverIsFullAllocatesNothing() throws IOException {
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                FullReceiver full = FullReceiver.open();
                UnixDatagramChannel sender = bound(false)) {
            sender.register(selector, OP_READ | OP_WRITE);
            SocketAddress target = full.address();
            ByteBuffer buffer = allocate(64, true);

            Allocations.assertNone(() -> {
                moved(0, sender.send(buffer.clear(), target));
                selector.selectNow();
                selector.selectedKeys().clear();
            });
        }
    }

    @Test
    void whatIsRememberedOfSendersDoesNotGrowWithTheirNumber() throws IOException {
        int senders = 10_000;
        String prefix = AbstractNames.uniqueText();
        try (UnixDatagramChannel receiver = bound(false)) {
            List<SocketAddress> first = new ArrayList<>();
            for (int i = 0; i < senders; i++) {
                first.add(heardFrom(prefix + "." + i, receiver));
            }
            // Each is heard from once more, so one whose address is the same object was remembered all the while.
            int remembered = 0;
            for (int i = 0; i < senders; i++) {
                SocketAddress again = heardFrom(prefix + "." + i, receiver);
                assertEquals(first.get(i), again);
                remembered += first.get(i) == again ? 1 : 0;
            }
            assertTrue(remembered <= MOST_REMEMBERED, remembered + " of " + senders);
            assertSame(heardFrom(prefix, receiver), heardFrom(prefix, receiver));
        }
    }

    private static SocketAddress heardFrom(String name, UnixDatagramChannel receiver) throws IOException {
        try (UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            sender.bind(AbstractSocketAddress.of(name));
            assertEquals(0, sender.send(ByteBuffer.allocate(0), receiver.getLocalAddress()));
            SocketAddress address = receiver.receive(ByteBuffer.allocate(0));
            assertEquals(sender.getLocalAddress(), address);
            return address;
        }
    }

    /** Which address displaces which depends on their bytes, so of random ones a few may be decoded anew each time. */
    private static SocketAddress[] namesThatAreRememberedTogether() throws IOException {
        for (;;) {
            SocketAddress[] names = new SocketAddress[SENDERS];
            SocketAddress[] decoded = new SocketAddress[SENDERS];
            AddressCache table = new AddressCache(SocketFamily.UNIX);
            for (int i = 0; i < SENDERS; i++) {
                names[i] = AbstractNames.unique();
                decoded[i] = decodedBy(table, names[i]);
            }
            boolean together = true;
            for (int i = 0; i < SENDERS; i++) {
                together &= decoded[i] == decodedBy(table, names[i]);
            }
            if (together) {
                return names;
            }
        }
    }

    private static SocketAddress decodedBy(AddressCache table, SocketAddress name) throws IOException {
        ByteBuffer memory = ByteBuffer.allocateDirect(128).order(ByteOrder.nativeOrder());
        return table.decode(memory, 0, UnixAddresses.encode(name, memory, 0));
    }

    private static void moved(int expected, long actual) {
        if (actual != expected) {
            assertEquals(expected, actual);
        }
    }

    private static void from(SocketAddress expected, SocketAddress actual) {
        if (expected == null) {
            assertNull(actual);
        } else if (!expected.equals(actual)) {
            assertEquals(expected, actual);
        }
    }

    private static UnixDatagramChannel.Pair pair(boolean blocking) throws IOException {
        UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
        pair.first().configureBlocking(blocking);
        pair.second().configureBlocking(blocking);
        return pair;
    }

    private static UnixDatagramChannel bound(boolean blocking) throws IOException {
        UnixDatagramChannel channel = UnixDatagramChannel.open().bind(AbstractNames.unique());
        channel.configureBlocking(blocking);
        return channel;
    }

    private static ByteBuffer allocate(int bytes, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    private static void closeAll(List<UnixDatagramChannel> channels) throws IOException {
        for (UnixDatagramChannel channel : channels) {
            channel.close();
        }
    }
}
