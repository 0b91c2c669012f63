// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.support.SharedOperation;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets of AF_UNIX that came from elsewhere, and what is refused. */
@ExtendWith(NothingLeaks.class)
class ReceivedUnixTest {

    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();
    private final FaultySyscalls faulty = new FaultySyscalls();

    @AfterEach
    void closeRaw() {
        raw.close();
    }

    private UnixSocketChannel socket(int fd) throws IOException {
        var channel = (UnixSocketChannel) ReceivedChannels.socketChannel(provider, faulty.syscalls(),
                new FdFactory(provider, faulty.syscalls()), fd);
        raw.give(fd);
        return channel;
    }

    private UnixServerSocketChannel server(int fd) throws IOException {
        var channel = (UnixServerSocketChannel) ReceivedChannels.serverSocketChannel(provider, faulty.syscalls(),
                new FdFactory(provider, faulty.syscalls()), fd);
        raw.give(fd);
        return channel;
    }

    private UnixDatagramChannel datagram(int fd) throws IOException {
        var channel = (UnixDatagramChannel) ReceivedChannels.datagramChannel(provider, faulty.syscalls(),
                new FdFactory(provider, faulty.syscalls()), fd);
        raw.give(fd);
        return channel;
    }

    private static int numberOf(UnixProtocolFamily family) {
        return family == UnixProtocolFamily.STREAM ? Linux.SOCK_STREAM : Linux.SOCK_SEQPACKET;
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void anEndOfASocketPairIsConnectedAndUnnamed(UnixProtocolFamily family) throws IOException {
        int[] ends = raw.socketPair(numberOf(family));
        try (UnixSocketChannel channel = socket(ends[0])) {
            assertEquals(family, channel.family());
            assertTrue(channel.isConnected());
            assertTrue(channel.isBlocking());
            assertEquals(UnixAddresses.UNNAMED, channel.getLocalAddress());
            assertEquals(UnixAddresses.UNNAMED, channel.getRemoteAddress());
            assertEquals(ProcessHandle.current().pid(), channel.getOption(UnixSocketOptions.SO_PEERCRED).pid());
            raw.send(ends[1], "five.");
            assertEquals(5, channel.read(ByteBuffer.allocate(8)));
            assertEquals(3, channel.write(ByteBuffer.allocate(3)));
            assertEquals(3, raw.receive(ends[1]));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aConnectedSocketHasTheNamesThatTheKernelHas(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(family)) {
            listener.bind(AbstractNames.unique());
            AbstractSocketAddress own = AbstractNames.unique();
            int fd = raw.bind(raw.socket(Linux.AF_UNIX, numberOf(family)), own);
            assertEquals(0, raw.connect(fd, listener.getLocalAddress()));
            try (UnixSocketChannel channel = socket(fd); UnixSocketChannel accepted = listener.accept()) {
                assertEquals(own, channel.getLocalAddress());
                assertEquals(listener.getLocalAddress(), channel.getRemoteAddress());
                assertEquals(own, accepted.getRemoteAddress());
            }
        }
    }

    @Test
    void aSocketWhosePeerIsGoneIsConnectedAndReadsTheEnd() throws IOException {
        int[] ends = raw.socketPair(Linux.SOCK_STREAM);
        raw.send(ends[1], "last");
        raw.close(ends[1]);
        try (UnixSocketChannel channel = socket(ends[0])) {
            assertTrue(channel.isConnected());
            assertEquals(4, channel.read(ByteBuffer.allocate(8)));
            assertEquals(-1, channel.read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUnconnectedOneConnectsAndItsFlagsAreLeftAsTheyWere(boolean nonBlocking) throws IOException {
        int fd = raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM);
        int other = raw.duplicate(fd);
        raw.setFlags(fd, raw.flags(fd) | (nonBlocking ? Linux.O_NONBLOCK : 0));
        int before = raw.flags(fd);
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(); UnixSocketChannel channel = socket(fd)) {
            listener.bind(AbstractNames.unique());
            assertFalse(channel.isConnected());
            assertNull(channel.getLocalAddress());
            assertNull(channel.getRemoteAddress());
            assertTrue(channel.connect(listener.getLocalAddress()));
            assertEquals(before, raw.flags(other));
            assertEquals(UnixAddresses.UNNAMED, channel.getLocalAddress());
            listener.accept().close();
            assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aBoundOneKeepsItsName() throws IOException {
        AbstractSocketAddress own = AbstractNames.unique();
        try (UnixSocketChannel channel = socket(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), own))) {
            assertEquals(own, channel.getLocalAddress());
            assertThrowsExactly(AlreadyBoundException.class, () -> channel.bind(AbstractNames.unique()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aListenerAcceptsAndIsSelected(UnixProtocolFamily family) throws IOException {
        int fd = raw.listen(raw.bind(raw.socket(Linux.AF_UNIX, numberOf(family)), AbstractNames.unique()));
        try (UnixServerSocketChannel listener = server(fd); Selector selector = provider.openSelector()) {
            assertEquals(family, listener.family());
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            assertNull(listener.accept());
            try (UnixSocketChannel client = UnixSocketChannel.open(family)) {
                client.connect(listener.getLocalAddress());
                assertEquals(1, selector.select());
                try (UnixSocketChannel accepted = listener.accept()) {
                    assertEquals(listener.getLocalAddress(), accepted.getLocalAddress());
                    assertEquals(1, client.write(ByteBuffer.allocate(1)));
                    assertEquals(1, accepted.read(ByteBuffer.allocate(1)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSocketThatIsBoundListensAtItsBind(boolean byName) throws IOException {
        AbstractSocketAddress name = AbstractNames.unique();
        try (UnixServerSocketChannel listener = server(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), name));
                UnixSocketChannel client = UnixSocketChannel.open()) {
            assertEquals(name, listener.getLocalAddress());
            assertThrowsExactly(NotYetBoundException.class, listener::accept);
            assertThrowsExactly(AlreadyBoundException.class, () -> listener.bind(AbstractNames.unique()));
            listener.bind(byName ? name : null);
            assertThrowsExactly(AlreadyBoundException.class, () -> listener.bind(name));
            assertTrue(client.connect(name));
            listener.accept().close();
        }
    }

    @Test
    void datagramSocketsAreConnectedOrNotAsTheKernelSays() throws IOException {
        int[] ends = raw.socketPair(Linux.SOCK_DGRAM);
        AbstractSocketAddress name = AbstractNames.unique();
        int bound = raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_DGRAM), name);
        try (UnixDatagramChannel paired = datagram(ends[0]); UnixDatagramChannel alone = datagram(bound)) {
            assertTrue(paired.isConnected());
            assertEquals(UnixAddresses.UNNAMED, paired.getRemoteAddress());
            assertEquals(4, paired.write(ByteBuffer.allocate(4)));
            assertEquals(4, raw.receive(ends[1]));
            assertFalse(alone.isConnected());
            assertEquals(name, alone.getLocalAddress());
            assertNull(alone.getRemoteAddress());
            assertEquals(0, raw.connect(ends[1], name));
            raw.send(ends[1], "dgram");
            assertEquals(UnixAddresses.UNNAMED, alone.receive(ByteBuffer.allocate(8)));
        }
    }

    private void assertRefused(Executable wrap, int fd, String words) {
        var refusal = assertThrowsExactly(UnsupportedOperationException.class, wrap);
        assertTrue(refusal.getMessage().startsWith("fd=" + fd + " is "), refusal::getMessage);
        assertTrue(refusal.getMessage().contains(words), refusal::getMessage);
        assertTrue(raw.flags(fd) >= 0, "the number is the caller's still");
    }

    @Test
    void whatIsSomethingElseIsRefusedInWordsAndStaysTheCallers() throws IOException {
        int listening = raw.listen(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), AbstractNames.unique()));
        int connected = raw.socketPair(Linux.SOCK_STREAM)[0];
        int datagrams = raw.socketPair(Linux.SOCK_DGRAM)[0];
        int tcp = SharedOperation.tcpPair(raw)[0];
        int pipe = raw.pipe()[0];
        assertRefused(() -> socket(listening), listening, "listening");
        assertRefused(() -> socket(datagrams), datagrams, "is no socket of AF_UNIX or TCP");
        assertRefused(() -> socket(pipe), pipe, "is no socket");
        assertRefused(() -> server(connected), connected, "that listens, or could");
        assertRefused(() -> server(tcp), tcp, "that listens, or could");
        assertRefused(() -> server(datagrams), datagrams, "that listens, or could");
        assertRefused(() -> datagram(connected), connected, "is no datagram socket");
        assertRefused(() -> datagram(pipe), pipe, "is no socket");
    }

    @Test
    void aNumberThatIsNoneIsASocketException() {
        SocketException failure = assertThrowsExactly(SocketException.class, () -> socket(1 << 20));
        assertEquals("getsockopt(fd=1048576, SO_DOMAIN): Bad file descriptor (EBADF)", failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"getsockopt", "getsockname", "getpeername"})
    void ifAQuestionFailsTheNumberStaysTheCallers(String call) {
        int fd = raw.socketPair(Linux.SOCK_STREAM)[0];
        faulty.fail(call, Errno.ENOBUFS, 1);
        IOException failure = assertInstanceOf(IOException.class, org.junit.jupiter.api.Assertions.assertThrows(
                IOException.class, () -> socket(fd)));
        assertTrue(failure.getMessage().startsWith(call + "(fd=" + fd), failure::getMessage);
        assertTrue(raw.flags(fd) >= 0);
    }

    @Test
    void ifAListenerCannotBeMadeNonBlockingTheNumberStaysTheCallers() throws IOException {
        int fd = raw.listen(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), AbstractNames.unique()));
        faulty.next("fcntl", (real, arguments) -> real.with(arguments)).fail("fcntl", Errno.EPERM, 1);
        assertThrowsExactly(SocketException.class, () -> server(fd));
        assertTrue(raw.flags(fd) >= 0);
    }
}
