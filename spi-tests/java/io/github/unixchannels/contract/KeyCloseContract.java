// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Channels that are closed while a selector has their key: what others notice of it, and when. */
@Selection
class KeyCloseContract extends ContractTest {

    private static final String LATE_END = "closed in blocking mode, it ends its output in the selection that flushes the key";

    private static final String OUTPUT_ONLY = "until the key is flushed, only its output is shut down";

    @Test
    void k32_aChannelClosedInBlockingModeWithACancelledKeyGivesItsDescriptorBackWhenTheKeyIsFlushed() throws Exception {
        Selector selector = selector();
        Pair pair = pair();
        SelectionKey key = register(selector, pair.client(), OP_READ);
        assertEquals(0, selector.selectNow());
        List<String> before = OpenDescriptors.list();
        key.cancel();
        pair.client().configureBlocking(true);
        pair.client().close();
        assertEquals(before, OpenDescriptors.list());

        assertEquals(0, selector.selectNow());
        assertEquals(before.size() - 1, OpenDescriptors.list().size());
        assertEquals(-1, pair.accepted().read(ByteBuffer.allocate(1)));
    }

    @Test
    @Deviates(provider = {"JDK-TCP", "MIXED-TCP", "DEFAULT-TCP"}, why = LATE_END)
    @Deviates(provider = {"JDK-UNIX-STREAM", "MIXED-UNIX-STREAM"}, why = LATE_END)
    void k33_thePeerOfAChannelClosedInBlockingModeWithACancelledKeyReadsTheEndAtOnce() throws Exception {
        Pair pair = pair();
        register(selector(), pair.client(), OP_READ).cancel();
        pair.client().configureBlocking(true);
        pair.client().close();
        pair.accepted().configureBlocking(false);
        assertEquals(-1, pair.accepted().read(ByteBuffer.allocate(1)));
    }

    @Test
    @Deviates(provider = {"JDK-TCP", "MIXED-TCP", "DEFAULT-TCP"}, why = "it listens until the key is flushed")
    @Deviates(provider = {"JDK-UNIX-STREAM", "MIXED-UNIX-STREAM"}, why = "it listens until the key is flushed")
    void k34_connectingToAServerChannelThatWasClosedWhileRegisteredIsRefusedBeforeTheFlush() throws Exception {
        ServerSocketChannel server = server();
        SocketAddress address = server.getLocalAddress();
        register(selector(), server, OP_ACCEPT);
        server.close();
        SocketChannel late = socket();
        assertThrows(ConnectException.class, () -> late.connect(address));
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    @Deviates(provider = {"JDK-UNIX-STREAM", "MIXED-UNIX-STREAM"}, why = OUTPUT_ONLY)
    void k35_writingToAChannelThatWasClosedWhileRegisteredFailsBeforeTheFlush() throws Exception {
        Pair pair = pair();
        register(selector(), pair.client(), OP_READ);
        pair.client().close();
        assertThrows(IOException.class, () -> pair.accepted().write(ByteBuffer.allocate(1)));
    }
}
