// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Channels are closed under those who use them, while others open sockets, which get the lowest numbers that are free. */
class DescriptorReuseTest {

    private static final int ROUNDS = 200;
    private static final int OPENERS = 2;

    private final AtomicBoolean over = new AtomicBoolean();

    @ParameterizedTest
    @CsvSource({"STREAM,true", "STREAM,false", "SEQPACKET,true", "SEQPACKET,false"})
    void noByteMovesOnASocketThatGotTheNumberOfAClosedOne(UnixProtocolFamily family, boolean blocking) throws Exception {
        List<BackgroundCall<Integer>> openers = startOpeners(() -> exchange(family));
        for (int round = 0; round < ROUNDS; round++) {
            try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
                UnixSocketChannel victim = pair.first();
                victim.configureBlocking(blocking);
                BackgroundCall<Integer> writer = BackgroundCall.start(() -> untilClosed(() -> victim.write(ByteBuffer.allocate(11))));
                BackgroundCall<Integer> reader = BackgroundCall.start(() -> untilClosed(() -> victim.read(ByteBuffer.allocate(64))));
                for (int i = 0; i < round % 4; i++) {
                    pair.second().write(ByteBuffer.allocate(1));
                    pair.second().read(ByteBuffer.allocate(64));
                }
                victim.close();
                writer.result();
                reader.result();
            }
        }
        assertUndisturbed(openers);
    }

    @ParameterizedTest
    @CsvSource({"STREAM,true", "STREAM,false", "SEQPACKET,true", "SEQPACKET,false"})
    void noConnectionIsTakenFromAListenerThatGotTheNumberOfAClosedOne(UnixProtocolFamily family, boolean blocking) throws Exception {
        List<BackgroundCall<Integer>> openers = startOpeners(() -> acceptOne(family));
        for (int round = 0; round < ROUNDS; round++) {
            try (UnixServerSocketChannel victim = UnixServerSocketChannel.open(family)) {
                victim.bind(null);
                victim.configureBlocking(blocking);
                BackgroundCall<Integer> acceptor = BackgroundCall.start(() -> untilClosed(() -> {
                    assertNull(victim.accept(), "nobody connects to this listener");
                    return 0;
                }));
                exchange(family);
                close(victim);
                acceptor.result();
            }
        }
        assertUndisturbed(openers);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theNumberOfARegisteredChannelIsReleasedOnlyAfterTheLastSelectorHasForgottenIt(UnixProtocolFamily family) throws Exception {
        FaultySyscalls faulty = new FaultySyscalls();
        UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family);
                Selector first = provider.openSelector();
                Selector second = provider.openSelector()) {
            pair.first().configureBlocking(false);
            pair.first().register(first, SelectionKey.OP_READ);
            pair.first().register(second, SelectionKey.OP_READ);
            first.selectNow();
            second.selectNow();
            close(pair.first());
            first.selectNow();
            assertEquals(0, faulty.count("close"));
            second.selectNow();
            assertEquals(1, faulty.count("close"));
            List<String> calls = faulty.calls();
            assertTrue(calls.lastIndexOf("epollCtl") < calls.indexOf("close"), calls::toString);
        }
    }

    private static void close(Channel channel) throws IOException {
        channel.close();
    }

    private List<BackgroundCall<Integer>> startOpeners(Callable<?> check) {
        List<BackgroundCall<Integer>> openers = new ArrayList<>();
        for (int i = 0; i < OPENERS; i++) {
            openers.add(BackgroundCall.start(() -> {
                int count = 0;
                while (!over.get()) {
                    check.call();
                    count++;
                }
                return count;
            }));
        }
        return openers;
    }

    private void assertUndisturbed(List<BackgroundCall<Integer>> openers) throws Exception {
        over.set(true);
        for (BackgroundCall<Integer> opener : openers) {
            assertTrue(opener.result() > 0);
        }
    }

    /** Uses a channel until it is closed, which must be the only way that this ends. */
    private static int untilClosed(Callable<Integer> use) throws Exception {
        try {
            for (;;) {
                assertTrue(use.call() >= 0, "the end, of a connection that nobody else has closed");
            }
        } catch (ClosedChannelException e) {
            return 0;
        }
    }

    /** Sends something each way on a new pair, where nothing else may ever appear. */
    private static Void exchange(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            pair.first().configureBlocking(false);
            pair.second().configureBlocking(false);
            assertCarries(pair.first(), pair.second(), 7);
            assertCarries(pair.second(), pair.first(), 5);
            assertEquals(0, pair.first().read(ByteBuffer.allocate(64)));
            assertEquals(0, pair.second().read(ByteBuffer.allocate(64)));
        }
        return null;
    }

    private static Void acceptOne(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = UnixSocketChannel.open(family)) {
            listener.bind(null);
            listener.configureBlocking(false);
            assertTrue(client.connect(listener.getLocalAddress()));
            try (SocketChannel accepted = listener.accept()) {
                assertNotNull(accepted, "somebody else took the connection");
                assertCarries(client, accepted, 7);
            }
        }
        return null;
    }

    private static void assertCarries(SocketChannel from, SocketChannel to, int length) throws IOException {
        assertEquals(length, from.write(ByteBuffer.allocate(length)));
        assertEquals(length, to.read(ByteBuffer.allocate(64)));
    }
}
