// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static io.github.unixchannels.support.SharedOperation.loopback;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sockets of UDP that came from elsewhere, with the JDK's channel at the other end. */
@ExtendWith(NothingLeaks.class)
class ReceivedUdpTest {

    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();
    private final FaultySyscalls faulty = new FaultySyscalls();
    private DatagramChannel ours;
    private DatagramChannel jdks;

    @BeforeEach
    void open() throws IOException {
        ours = channel(raw.socket(Linux.AF_INET, Linux.SOCK_DGRAM));
        jdks = DatagramChannel.open().bind(loopback(0));
    }

    @AfterEach
    void close() throws IOException {
        ours.close();
        jdks.close();
        raw.close();
    }

    private DatagramChannel channel(int fd) throws IOException {
        return ReceivedChannels.datagramChannel(provider, faulty.syscalls(), new FdFactory(provider, faulty.syscalls()), raw.give(fd));
    }

    @Test
    void datagramsGoBothWaysWithTheirSenders() throws IOException {
        assertNull(ours.getLocalAddress());
        assertEquals(3, ours.send(ByteBuffer.allocate(3), jdks.getLocalAddress()));
        ByteBuffer received = ByteBuffer.allocate(8);
        InetSocketAddress sender = (InetSocketAddress) jdks.receive(received);
        assertEquals(3, received.position());
        assertEquals(((InetSocketAddress) ours.getLocalAddress()).getPort(), sender.getPort());
        jdks.send(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), sender);
        ByteBuffer small = ByteBuffer.allocateDirect(2);
        assertEquals(jdks.getLocalAddress(), ours.receive(small));
        assertEquals(2, small.position());
        ours.configureBlocking(false);
        assertNull(ours.receive(ByteBuffer.allocate(8)));
    }

    @Test
    void anEmptyDatagramIsOne() throws IOException {
        ours.bind(loopback(0));
        assertEquals(0, jdks.send(ByteBuffer.allocate(0), ours.getLocalAddress()));
        assertEquals(jdks.getLocalAddress(), ours.receive(ByteBuffer.allocate(4)));
        assertEquals(0, ours.send(ByteBuffer.allocate(0), jdks.getLocalAddress()));
        assertEquals(ours.getLocalAddress(), jdks.receive(ByteBuffer.allocate(4)));
    }

    @Test
    void aConnectedOneReadsAndWritesAndHearsFromNobodyElse() throws IOException {
        ours.bind(loopback(0));
        assertThrowsExactly(NotYetConnectedException.class, () -> ours.write(ByteBuffer.allocate(1)));
        assertThrowsExactly(AlreadyBoundException.class, () -> ours.bind(null));
        jdks.send(ByteBuffer.allocate(7), ours.getLocalAddress());
        ours.connect(jdks.getLocalAddress());
        assertTrue(ours.isConnected());
        assertEquals(jdks.getLocalAddress(), ours.getRemoteAddress());
        assertThrowsExactly(AlreadyConnectedException.class, () -> ours.connect(jdks.getLocalAddress()));
        assertThrowsExactly(AlreadyConnectedException.class, () -> ours.send(ByteBuffer.allocate(1), loopback(9)));
        assertEquals(6, ours.write(new ByteBuffer[] {ByteBuffer.allocate(4), ByteBuffer.allocateDirect(2)}));
        assertEquals(ours.getLocalAddress(), jdks.receive(ByteBuffer.allocate(8)));
        jdks.send(ByteBuffer.allocate(5), ours.getLocalAddress());
        ByteBuffer[] dsts = {ByteBuffer.allocate(2), ByteBuffer.allocate(8)};
        assertEquals(5, ours.read(dsts));
        assertEquals(3, dsts[1].position());
        InetSocketAddress local = (InetSocketAddress) ours.getLocalAddress();
        ours.disconnect();
        assertFalse(ours.isConnected());
        assertEquals(local, ours.getLocalAddress());
    }

    @Test
    void aDisconnectKeepsThePortThatTheKernelChose() throws IOException {
        ours.connect(jdks.getLocalAddress());
        int port = ((InetSocketAddress) ours.getLocalAddress()).getPort();
        ours.disconnect();
        assertEquals(port, ((InetSocketAddress) ours.getLocalAddress()).getPort());
        jdks.send(ByteBuffer.allocate(1), loopback(port));
        assertEquals(jdks.getLocalAddress(), ours.receive(ByteBuffer.allocate(1)));
    }

    @Test
    void oneThatCameConnectedIsConnected() throws IOException {
        int fd = raw.socket(Linux.AF_INET, Linux.SOCK_DGRAM);
        assertEquals(0, raw.connect(fd, jdks.getLocalAddress()));
        try (DatagramChannel connected = channel(fd)) {
            assertTrue(connected.isConnected());
            assertEquals(jdks.getLocalAddress(), connected.getRemoteAddress());
            connected.write(ByteBuffer.allocate(1));
            assertEquals(connected.getLocalAddress(), jdks.receive(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aPortWithNobodyBehindItIsAPortUnreachableException() throws IOException {
        ours.connect(jdks.getLocalAddress());
        jdks.close();
        ours.write(ByteBuffer.allocate(1));
        assertThrowsExactly(PortUnreachableException.class, () -> ours.read(ByteBuffer.allocate(1)));
        assertTrue(ours.isConnected());
    }

    @Test
    void aDatagramThatIsTooLongIsASocketExceptionAndTheBufferIsAsItWas() {
        for (int size : new int[] {65535, 65536, 1 << 20}) {
            ByteBuffer large = ByteBuffer.allocate(size);
            SocketException failure = assertThrowsExactly(SocketException.class, () -> ours.send(large, jdks.getLocalAddress()));
            assertTrue(failure.getMessage().endsWith("Message too long (EMSGSIZE)"), failure::getMessage);
            assertEquals(size, large.remaining());
        }
    }

    @Test
    void closeEndsAReceiveAndTheOtherHolderReceivesOn() throws Exception {
        int fd = raw.bind(raw.socket(Linux.AF_INET, Linux.SOCK_DGRAM), loopback(0));
        int other = raw.duplicate(fd);
        DatagramChannel closing = channel(fd);
        BackgroundCall<Object> receiving =
                BackgroundCall.<Object>start(() -> closing.receive(ByteBuffer.allocate(1))).awaitBlocked();
        closing.close();
        assertThrowsExactly(AsynchronousCloseException.class, receiving::result);
        jdks.send(ByteBuffer.allocate(4), raw.inetName(other));
        assertEquals(4, raw.receiveWaiting(other));
        assertEquals(0, faulty.count("shutdown"));
    }

    @Test
    void itIsSelected() throws IOException {
        ours.bind(loopback(0));
        ours.configureBlocking(false);
        try (Selector selector = provider.openSelector()) {
            SelectionKey key = ours.register(selector, SelectionKey.OP_READ);
            assertEquals(0, selector.selectNow());
            jdks.send(ByteBuffer.allocate(1), ours.getLocalAddress());
            assertEquals(1, selector.select());
            assertTrue(key.isReadable());
            key.interestOps(SelectionKey.OP_WRITE);
            selector.selectedKeys().clear();
            assertEquals(1, selector.selectNow());
        }
    }

    @Test
    void transfersAreTriedAgainAfterASignalAndFullBuffersAreWaitedFor() throws IOException {
        ours.bind(loopback(0));
        faulty.fail("sendto", Errno.EINTR, 2).fail("sendto", Errno.EAGAIN, 1).fail("recvfrom", Errno.EINTR, 2);
        assertEquals(2, ours.send(ByteBuffer.allocate(2), jdks.getLocalAddress()));
        jdks.send(ByteBuffer.allocate(1), ours.getLocalAddress());
        assertEquals(jdks.getLocalAddress(), ours.receive(ByteBuffer.allocate(1)));
        ours.configureBlocking(false);
        faulty.fail("sendto", Errno.EAGAIN, 1);
        assertEquals(0, ours.send(ByteBuffer.allocate(2), jdks.getLocalAddress()));
    }

    @Test
    void optionsAreAsTheJdkHasThemAndGroupsAreNotJoined() throws IOException {
        assertTrue(jdks.supportedOptions().containsAll(ours.supportedOptions()));
        assertTrue(ours.setOption(StandardSocketOptions.SO_BROADCAST, true).getOption(StandardSocketOptions.SO_BROADCAST));
        assertTrue(ours.setOption(StandardSocketOptions.SO_REUSEADDR, true).getOption(StandardSocketOptions.SO_REUSEADDR));
        assertEquals(16384, ours.setOption(StandardSocketOptions.SO_RCVBUF, 16384).getOption(StandardSocketOptions.SO_RCVBUF));
        assertThrowsExactly(UnsupportedOperationException.class, () -> ours.join(InetAddress.getLoopbackAddress(), null));
        assertThrowsExactly(UnsupportedOperationException.class, ours::socket);
    }
}
