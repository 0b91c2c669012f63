// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FullReceiver;
import java.io.IOException;
import java.net.BindException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;

/** A datagram channel that nobody closed is closed once it is unreachable, and not before. */
class DatagramUnreachableTest {

    private final SocketAddress name = AbstractNames.unique();

    private static UnixDatagramChannel open(SocketAddress name) throws IOException {
        return UnixDatagramChannel.open().bind(name);
    }

    /** Collects garbage until nobody is bound to the name any more. */
    private static void awaitFree(SocketAddress name) {
        await().until(() -> {
            System.gc();
            return isFree(name);
        });
    }

    private static boolean isFree(SocketAddress name) throws IOException {
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            channel.bind(name);
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    /** Collects garbage until a channel is closed that became unreachable after those that are to stay open. */
    private static void collect() throws Exception {
        SocketAddress control = AbstractNames.unique();
        forget(() -> open(control));
        awaitFree(control);
    }

    /** Runs in a frame of its own, in which nothing stays reachable. */
    private static void forget(ThrowingRunnable opening) throws Exception {
        try {
            opening.run();
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBoundChannelIsClosedAndItsNameCanBeBoundAgain() throws Exception {
        forget(() -> open(name));
        awaitFree(name);
    }

    @Test
    void aChannelThatSentAndReceivedIsClosed() throws Exception {
        forget(() -> {
            UnixDatagramChannel channel = open(name);
            channel.connect(name).write(ByteBuffer.allocateDirect(16 << 10));
            channel.read(ByteBuffer.allocateDirect(16 << 10));
            channel.disconnect().send(ByteBuffer.allocate(1), name);
            channel.receive(ByteBuffer.allocate(1));
        });
        awaitFree(name);
    }

    @Test
    void aChannelWhoseSendWasRefusedIsClosed() throws Exception {
        try (FullReceiver receiver = FullReceiver.open()) {
            forget(() -> {
                UnixDatagramChannel channel = open(name);
                channel.configureBlocking(false);
                assertEquals(0, channel.send(ByteBuffer.allocate(1), receiver.address()));
            });
            awaitFree(name);
        }
    }

    @Test
    void oneEndOfAPairIsClosedThoughTheOtherIsInUse() throws Exception {
        UnixDatagramChannel[] kept = new UnixDatagramChannel[1];
        forget(() -> {
            UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
            kept[0] = pair.first();
            kept[0].configureBlocking(false);
        });
        try (UnixDatagramChannel end = kept[0]) {
            await().until(() -> {
                System.gc();
                try {
                    end.write(ByteBuffer.allocate(1));
                    return false;
                } catch (PortUnreachableException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void aRegisteredChannelIsNotClosed() throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector();
                UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            forget(() -> open(name).configureBlocking(false).register(selector, SelectionKey.OP_READ));
            collect();
            assertFalse(isFree(name));
            sender.send(ByteBuffer.allocate(3), name);
            assertEquals(1, selector.select());
        }
    }

    @Test
    void aChannelIsClosedOnceItsSelectorIs() throws Exception {
        Selector selector = UnixSelectorProvider.provider().openSelector();
        forget(() -> open(name).configureBlocking(false).register(selector, SelectionKey.OP_READ));
        selector.selectNow();
        selector.close();
        awaitFree(name);
    }

    @Test
    void aChannelIsClosedOnceItsKeyIsCancelledAndFlushed() throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            forget(() -> open(name).configureBlocking(false).register(selector, SelectionKey.OP_READ));
            selector.selectNow();
            selector.keys().forEach(SelectionKey::cancel);
            selector.selectNow();
            awaitFree(name);
        }
    }

    @Test
    void aChannelInWhichAThreadWaitsIsNotClosed() throws Exception {
        BackgroundCall<SocketAddress> waiting = receiving(name);
        waiting.awaitBlocked();
        collect();
        assertFalse(waiting.isDone());
        try (UnixDatagramChannel sender = UnixDatagramChannel.open().bind(AbstractNames.unique())) {
            sender.send(ByteBuffer.allocate(3), name);
            assertEquals(sender.getLocalAddress(), waiting.result());
        }
    }

    private static BackgroundCall<SocketAddress> receiving(SocketAddress name) throws IOException {
        UnixDatagramChannel channel = open(name);
        return BackgroundCall.start(() -> channel.receive(ByteBuffer.allocate(8)));
    }
}
