// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.address.InetAddresses;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.support.SharedOperation;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.SockaddrIn6Layout;
import io.github.unixchannels.sys.layout.SockaddrInLayout;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and options of TCP that came from elsewhere. */
@ExtendWith(NothingLeaks.class)
class ReceivedInetNamesTest {

    private final RawDescriptors raw = new RawDescriptors();
    private final ByteBuffer memory = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());

    @AfterEach
    void closeRaw() {
        raw.close();
    }

    private SocketChannel channel(int fd) throws IOException {
        return ReceivedChannels.socketChannel(UnixSelectorProvider.provider(), HostSyscalls.get(),
                new FdFactory(UnixSelectorProvider.provider(), HostSyscalls.get()), raw.give(fd));
    }

    private int socket6() {
        int fd = HostSyscalls.get().socket(Linux.AF_INET6, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0);
        assumeTrue(fd != -Errno.EAFNOSUPPORT, "this kernel has no IPv6");
        HostSyscalls.get().close(fd);
        return raw.socket(Linux.AF_INET6, Linux.SOCK_STREAM);
    }

    @Test
    void anAddressIsEncodedAsTheHeadersSay() throws IOException {
        InetSocketAddress four = new InetSocketAddress("1.2.3.4", 0x5678);
        assertEquals(SockaddrInLayout.BYTES, InetAddresses.encode(four, Linux.AF_INET, memory, 0));
        assertEquals(Linux.AF_INET, memory.getShort(0));
        assertEquals(0x5678, memory.duplicate().order(ByteOrder.BIG_ENDIAN).getShort(2));
        assertEquals(0x01020304, memory.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(4));
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
        InetSocketAddress six = new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 7), 80);
        assertEquals(SockaddrIn6Layout.BYTES, InetAddresses.encode(six, Linux.AF_INET6, memory, 0));
        assertEquals(7, memory.getInt(SockaddrIn6Layout.SCOPE_ID));
        assertEquals((byte) 0xfe, memory.get(SockaddrIn6Layout.ADDRESS));
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.4,2", "1.2.3.4,10", "::1,10", "2001:db8::1,10", "fe80::1%3,10", "0.0.0.0,2", "::,10"})
    void anAddressComesBackAsItWas(String host, int family) throws IOException {
        InetSocketAddress address;
        int percent = host.indexOf('%');
        if (percent >= 0) {
            byte[] bytes = InetAddress.getByName(host.substring(0, percent)).getAddress();
            address = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 3), 65535);
        } else {
            address = new InetSocketAddress(host, 65535);
        }
        InetAddresses.encode(address, family, memory, 0);
        InetSocketAddress decoded = InetAddresses.decode(memory, 0);
        assertEquals(address, decoded);
        assertEquals(address.toString().replaceFirst("^[^/]*", ""), decoded.toString());
    }

    @Test
    void theWildcardOfIpv4IsThatOfIpv6ToASocketOfIpv6() {
        InetAddresses.encode(new InetSocketAddress("0.0.0.0", 1), Linux.AF_INET6, memory, 0);
        assertEquals(new InetSocketAddress("::", 1), InetAddresses.decode(memory, 0));
    }

    private static boolean isBound(ServerSocketChannel server, InetSocketAddress address) throws IOException {
        try {
            server.bind(address);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void aConnectionOverIpv6HasAddressesOfIpv6() throws IOException {
        int fd = socket6();
        try (ServerSocketChannel jdks = ServerSocketChannel.open()) {
            assumeTrue(isBound(jdks, new InetSocketAddress("::1", 0)), "this host has no ::1");
            try (SocketChannel ours = channel(fd)) {
                assertTrue(ours.connect(jdks.getLocalAddress()));
                try (SocketChannel accepted = jdks.accept()) {
                    assertEquals(accepted.getRemoteAddress(), ours.getLocalAddress());
                    assertEquals(jdks.getLocalAddress(), ours.getRemoteAddress());
                    assertInstanceOf(Inet6Address.class, ((InetSocketAddress) ours.getLocalAddress()).getAddress());
                }
            }
        }
    }

    @Test
    void aSocketOfIpv6ConnectsToIpv4AndShowsIpv4() throws IOException {
        int fd = socket6();
        try (ServerSocketChannel jdks = ServerSocketChannel.open().bind(SharedOperation.loopback(0));
                SocketChannel ours = channel(fd)) {
            InetSocketAddress target = (InetSocketAddress) jdks.getLocalAddress();
            assumeTrue(target.getAddress() instanceof Inet4Address, "the loopback address is of IPv6");
            assertTrue(ours.connect(target));
            assertEquals(target, ours.getRemoteAddress());
            assertInstanceOf(Inet4Address.class, ((InetSocketAddress) ours.getLocalAddress()).getAddress());
            assertEquals(16, ours.setOption(StandardSocketOptions.IP_TOS, 16).getOption(StandardSocketOptions.IP_TOS));
        }
    }

    @Test
    void everyOptionIsAsTheJdksChannelHasItAndCanBeSet() throws IOException {
        int[] ends = SharedOperation.tcpPair(raw);
        try (SocketChannel ours = channel(ends[0]); SocketChannel jdks = SocketChannel.open()) {
            for (SocketOption<?> option : ours.supportedOptions()) {
                assertTrue(jdks.supportedOptions().contains(option), option::name);
            }
            assertSet(ours, StandardSocketOptions.TCP_NODELAY, true, false);
            assertSet(ours, StandardSocketOptions.SO_KEEPALIVE, true, false);
            assertSet(ours, StandardSocketOptions.SO_REUSEADDR, true, false);
            assertSet(ours, StandardSocketOptions.SO_REUSEPORT, true, false);
            assertSet(ours, StandardSocketOptions.SO_LINGER, 3, -1);
            assertSet(ours, StandardSocketOptions.SO_SNDBUF, 8192, 16384);
            assertSet(ours, StandardSocketOptions.SO_RCVBUF, 8192, 16384);
            assertSet(ours, StandardSocketOptions.IP_TOS, 8, 0);
        }
    }

    private static <T> void assertSet(SocketChannel channel, SocketOption<T> option, T first, T second) throws IOException {
        assertEquals(first, channel.setOption(option, first).getOption(option));
        assertEquals(second, channel.setOption(option, second).getOption(option));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void aTypeOfServiceIsAByte(int value) throws IOException {
        int[] ends = SharedOperation.tcpPair(raw);
        try (SocketChannel ours = channel(ends[0])) {
            assertThrowsExactly(IllegalArgumentException.class, () -> ours.setOption(StandardSocketOptions.IP_TOS, value));
            assertThrowsExactly(IllegalArgumentException.class, () -> ours.setOption(StandardSocketOptions.SO_SNDBUF, -1));
            assertThrowsExactly(IllegalArgumentException.class, () -> ours.setOption(StandardSocketOptions.TCP_NODELAY, null));
            assertThrowsExactly(UnsupportedOperationException.class, () -> ours.getOption(StandardSocketOptions.SO_BROADCAST));
        }
    }
}
