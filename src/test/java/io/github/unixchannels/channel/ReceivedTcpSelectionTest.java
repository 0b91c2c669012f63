// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static io.github.unixchannels.support.SharedOperation.loopback;
import static io.github.unixchannels.support.SharedOperation.tcpPair;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Listeners of TCP that came from elsewhere, and TCP in our selector. */
@ExtendWith(NothingLeaks.class)
class ReceivedTcpSelectionTest {

    private final Syscalls sys = HostSyscalls.get();
    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();
    private Selector selector;

    @BeforeEach
    void openSelector() throws IOException {
        selector = provider.openSelector();
    }

    @AfterEach
    void closeAll() throws IOException {
        raw.close();
        selector.close();
    }

    private SocketChannel channel(int fd) throws IOException {
        SocketChannel channel = ReceivedChannels.socketChannel(provider, sys, new FdFactory(provider, sys), raw.give(fd));
        channel.configureBlocking(false);
        return channel;
    }

    private ServerSocketChannel listener() throws IOException {
        int fd = raw.listen(raw.bind(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM), loopback(0)));
        return ReceivedChannels.serverSocketChannel(provider, sys, new FdFactory(provider, sys), raw.give(fd));
    }

    @Test
    void aListenerIsReadyWhenAConnectionWaits() throws IOException {
        try (ServerSocketChannel listener = listener()) {
            listener.configureBlocking(false);
            SelectionKey key = listener.register(selector, SelectionKey.OP_ACCEPT);
            assertEquals(0, selector.selectNow());
            assertNull(listener.accept());
            try (SocketChannel jdks = SocketChannel.open(listener.getLocalAddress())) {
                assertEquals(1, selector.select());
                assertTrue(key.isAcceptable());
                try (SocketChannel accepted = listener.accept()) {
                    assertTrue(accepted.isBlocking());
                    assertEquals(jdks.getLocalAddress(), accepted.getRemoteAddress());
                    assertEquals(jdks.getRemoteAddress(), accepted.getLocalAddress());
                    assertEquals(1, jdks.write(ByteBuffer.allocate(1)));
                    assertEquals(1, accepted.read(ByteBuffer.allocate(8)));
                }
            }
        }
    }

    @Test
    void aConnectionThatAListenerOfOursAcceptedIsItsOwnAlone() throws Exception {
        try (ServerSocketChannel listener = listener(); SocketChannel jdks = SocketChannel.open(listener.getLocalAddress())) {
            SocketChannel accepted = listener.accept();
            BackgroundCall<Integer> reading = BackgroundCall.start(() -> accepted.read(ByteBuffer.allocate(1))).awaitBlocked();
            accepted.close();
            assertThrowsExactly(java.nio.channels.AsynchronousCloseException.class, reading::result);
            assertEquals(-1, jdks.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aSocketThatIsBoundListensAtItsBind() throws IOException {
        int fd = raw.bind(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM), loopback(0));
        SocketAddress name = raw.inetName(fd);
        try (ServerSocketChannel listener = ReceivedChannels.serverSocketChannel(provider, sys,
                new FdFactory(provider, sys), raw.give(fd))) {
            assertEquals(name, listener.getLocalAddress());
            assertThrowsExactly(NotYetBoundException.class, listener::accept);
            assertThrowsExactly(AlreadyBoundException.class, () -> listener.bind(loopback(1)));
            listener.bind(name);
            assertEquals(name, listener.getLocalAddress());
            assertThrowsExactly(AlreadyBoundException.class, () -> listener.bind(null));
            try (SocketChannel jdks = SocketChannel.open(name); SocketChannel accepted = listener.accept()) {
                assertEquals(jdks.getLocalAddress(), accepted.getRemoteAddress());
            }
        }
    }

    @Test
    void aSocketThatIsNotBoundIsBoundAndListens() throws IOException {
        int fd = raw.socket(Linux.AF_INET, Linux.SOCK_STREAM);
        try (ServerSocketChannel listener = ReceivedChannels.serverSocketChannel(provider, sys,
                new FdFactory(provider, sys), raw.give(fd))) {
            assertNull(listener.getLocalAddress());
            listener.bind(loopback(0));
            SocketChannel.open(listener.getLocalAddress()).close();
            listener.accept().close();
        }
    }

    @Test
    void aConnectionIsReadyToReadWhenBytesCameAndToWriteWhileThereIsRoom() throws IOException {
        int[] ends = tcpPair(raw);
        try (SocketChannel ours = channel(ends[0])) {
            SelectionKey key = ours.register(selector, SelectionKey.OP_READ);
            assertEquals(0, selector.selectNow());
            raw.send(ends[1], "x");
            assertEquals(1, selector.select());
            assertEquals(SelectionKey.OP_READ, key.readyOps());
            assertEquals(1, ours.read(ByteBuffer.allocate(8)));
            selector.selectedKeys().clear();
            assertEquals(0, selector.selectNow());
            key.interestOps(SelectionKey.OP_WRITE);
            assertEquals(1, selector.selectNow());
            selector.selectedKeys().clear();
            ByteBuffer bytes = ByteBuffer.allocateDirect(64 << 10);
            while (ours.write(bytes.clear()) > 0) {
                assertTrue(bytes.position() > 0);
            }
            assertEquals(0, selector.selectNow());
            raw.close(ends[1]);
            assertEquals(1, selector.select());
        }
    }

    @Test
    void aConnectIsReadyWhenItIsMade() throws IOException {
        try (ServerSocketChannel jdks = ServerSocketChannel.open().bind(loopback(0));
                SocketChannel ours = channel(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM))) {
            if (!ours.connect(jdks.getLocalAddress())) {
                SelectionKey key = ours.register(selector, SelectionKey.OP_CONNECT);
                assertEquals(1, selector.select());
                assertTrue(key.isConnectable());
                assertTrue(ours.finishConnect());
                selector.selectedKeys().clear();
                assertEquals(0, selector.selectNow());
            }
            assertTrue(ours.isConnected());
        }
    }

    @Test
    void aConnectIsReadyWhenItHasFailed() throws IOException {
        ServerSocketChannel closed = ServerSocketChannel.open().bind(loopback(0));
        InetSocketAddress address = (InetSocketAddress) closed.getLocalAddress();
        closed.close();
        SocketChannel ours = channel(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM));
        assertThrowsExactly(ConnectException.class, () -> {
            if (!ours.connect(address)) {
                ours.register(selector, SelectionKey.OP_CONNECT);
                assertEquals(1, selector.select());
                ours.finishConnect();
            }
        });
        assertFalse(ours.isOpen());
    }

    /** The kernel has an event of its own for it, which nobody asks for. */
    @Test
    void anUrgentByteIsNoReasonToSelectTheKey() throws IOException {
        try (ServerSocketChannel listener = listener();
                Socket jdks = new Socket(((InetSocketAddress) listener.getLocalAddress()).getAddress(),
                        ((InetSocketAddress) listener.getLocalAddress()).getPort());
                SocketChannel accepted = listener.accept()) {
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ);
            jdks.sendUrgentData('!');
            jdks.getOutputStream().write('a');
            assertEquals(1, selector.select());
            ByteBuffer read = ByteBuffer.allocate(8);
            while (read.position() == 0) {
                accepted.read(read);
            }
            assertEquals('a', read.get(0));
            selector.selectedKeys().clear();
            jdks.sendUrgentData('?');
            for (int i = 0; i < 10; i++) {
                assertEquals(0, selector.select(2));
            }
        }
    }

    @Test
    void closeLeavesTheConnectionToTheOtherHolderAlsoWhenItWasSelected() throws IOException {
        int[] ends = tcpPair(raw);
        int other = raw.duplicate(ends[0]);
        SocketChannel ours = channel(ends[0]);
        ours.register(selector, SelectionKey.OP_READ);
        selector.selectNow();
        ours.close();
        assertEquals(-Errno.EAGAIN, raw.receive(ends[1]));
        selector.selectNow();
        io.github.unixchannels.support.SharedOperation.assertConnected(raw, other, ends[1]);
    }
}
