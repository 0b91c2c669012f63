// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.junit.jupiter.api.Test;

/** Socket options. */
class OptionContract extends ContractTest {

    private static final SocketOption<Integer> SNDBUF = StandardSocketOptions.SO_SNDBUF;
    private static final SocketOption<Integer> RCVBUF = StandardSocketOptions.SO_RCVBUF;
    private static final SocketOption<Integer> LINGER = StandardSocketOptions.SO_LINGER;

    private static final Set<SocketOption<?>> JDK_OPTIONS = Set.of(SNDBUF, RCVBUF, LINGER, ExtendedSocketOptions.SO_PEERCRED);

    /** An option that nobody supports. */
    private record Unknown(String name, Class<Integer> type) implements SocketOption<Integer> {}

    private NetworkChannel[] openAndClosed() throws IOException {
        NetworkChannel[] channels = {socket(), pair().client(), unboundServer(), socket(), pair().client(), unboundServer()};
        for (int i = 3; i < channels.length; i++) {
            channels[i].close();
        }
        return channels;
    }

    @SuppressWarnings("unchecked") // a value of the wrong type, as raw code may pass it
    private static void setRaw(NetworkChannel channel, SocketOption<?> name, Object value) throws IOException {
        channel.setOption((SocketOption<Object>) name, value);
    }

    @Test
    void c103_aNullNameIsANullPointerException() throws Exception {
        for (NetworkChannel channel : openAndClosed()) {
            assertThrows(NullPointerException.class, () -> channel.getOption(null));
            assertThrows(NullPointerException.class, () -> channel.setOption(null, 1));
            assertThrows(NullPointerException.class, () -> channel.setOption(null, null));
        }
    }

    @Test
    void c104_anOptionThatIsNotSupportedIsAnUnsupportedOperationAlsoOnAClosedChannel() throws Exception {
        SocketOption<Integer> unknown = new Unknown("SO_UNKNOWN", Integer.class);
        SocketOption<Integer> namesake = new Unknown(RCVBUF.name(), Integer.class);
        for (NetworkChannel channel : openAndClosed()) {
            assertThrows(UnsupportedOperationException.class, () -> channel.getOption(unknown));
            assertThrows(UnsupportedOperationException.class, () -> channel.setOption(unknown, 1));
            assertThrows(UnsupportedOperationException.class, () -> channel.setOption(unknown, null));
            assertThrows(UnsupportedOperationException.class, () -> channel.getOption(namesake));
        }
    }

    @Test
    void c105_aValueThatIsNullOrOfAnotherTypeIsIllegalAlsoOnAClosedChannel() throws Exception {
        for (NetworkChannel channel : openAndClosed()) {
            assertThrows(IllegalArgumentException.class, () -> channel.setOption(RCVBUF, null));
            assertThrows(IllegalArgumentException.class, () -> setRaw(channel, RCVBUF, "many"));
            assertThrows(IllegalArgumentException.class, () -> setRaw(channel, RCVBUF, 4096L));
        }
    }

    @Test
    void c106_onAClosedChannelGetOptionAndSetOptionAreAClosedChannelException() throws Exception {
        for (NetworkChannel channel : new NetworkChannel[] {socket(), pair().client(), unboundServer()}) {
            channel.close();
            for (SocketOption<?> option : channel.supportedOptions()) {
                assertThrows(ClosedChannelException.class, () -> channel.getOption(option), option.name());
            }
            assertThrows(ClosedChannelException.class, () -> channel.setOption(RCVBUF, 4096));
        }
    }

    @Test
    void c107_supportedOptionsCannotBeChangedAndAnswersOnAClosedChannel() throws Exception {
        for (NetworkChannel channel : new NetworkChannel[] {socket(), unboundServer()}) {
            Set<SocketOption<?>> options = channel.supportedOptions();
            SocketOption<Integer> unknown = new Unknown("SO_UNKNOWN", Integer.class);
            assertThrows(UnsupportedOperationException.class, () -> options.add(unknown));
            assertThrows(UnsupportedOperationException.class, () -> options.remove(RCVBUF));
            assertThrows(UnsupportedOperationException.class, options::clear);
            assertFalse(options.isEmpty());
            channel.close();
            assertEquals(options, channel.supportedOptions());
        }
    }

    @Test
    void c108_everySupportedOptionCanBeReadOnAConnectedChannelUnlessTheKernelLacksIt() throws Exception {
        Pair pair = pair();
        for (SocketChannel channel : new SocketChannel[] {pair.client(), pair.accepted()}) {
            for (SocketOption<?> option : channel.supportedOptions()) {
                try {
                    Object value = channel.getOption(option);
                    assertTrue(option.type().isInstance(value), () -> option.name() + " is " + value);
                    if (value instanceof AutoCloseable ownedByWhoAsks) {
                        ownedByWhoAsks.close();
                    }
                } catch (UnsupportedOperationException lacking) {
                    assertFalse(JDK_OPTIONS.contains(option), option.name());
                    assertTrue(String.valueOf(lacking.getMessage()).contains(option.name()), lacking.toString());
                }
            }
        }
    }

    @Test
    void c109_sendAndReceiveBufferSizesCanBeSetAndReadAndANegativeOneIsIllegal() throws Exception {
        SocketChannel socket = socket();
        ServerSocketChannel server = unboundServer();
        int sent = 16_384;
        assertSame(socket, socket.setOption(SNDBUF, sent));
        assertSame(socket, socket.setOption(RCVBUF, 2 * sent));
        assertSame(server, server.setOption(RCVBUF, sent));
        assertThrows(IllegalArgumentException.class, () -> socket.setOption(SNDBUF, -1));
        assertThrows(IllegalArgumentException.class, () -> socket.setOption(RCVBUF, Integer.MIN_VALUE));
        assertThrows(IllegalArgumentException.class, () -> server.setOption(RCVBUF, -1));
        assertEquals(sent, socket.getOption(SNDBUF));
        assertEquals(2 * sent, socket.getOption(RCVBUF));
        assertEquals(sent, server.getOption(RCVBUF));
    }

    @Test
    void c110_lingerIsMinusOneAtFirstANegativeValueSwitchesItOffAndOneAbove65535IsCutToThat() throws Exception {
        SocketChannel socket = socket();
        assertEquals(-1, socket.getOption(LINGER));
        int[] set = {0, 1, 65_535, 65_536, Integer.MAX_VALUE, -1, 5, Integer.MIN_VALUE};
        int[] got = {0, 1, 65_535, 65_535, 65_535, -1, 5, -1};
        for (int i = 0; i < set.length; i++) {
            assertSame(socket, socket.setOption(LINGER, set[i]));
            assertEquals(got[i], socket.getOption(LINGER), "set to " + set[i]);
        }
    }

    @Test
    void c111_aServerChannelSupportsTheReceiveBufferSizeAndOfTheOtherJdkOptionsOfUnixNone() throws Exception {
        ServerSocketChannel server = server();
        Set<SocketOption<?>> options = server.supportedOptions();
        assertTrue(options.contains(RCVBUF));
        assertTrue(server.getOption(RCVBUF) > 0);
        for (SocketOption<?> option : Set.<SocketOption<?>>of(SNDBUF, LINGER, ExtendedSocketOptions.SO_PEERCRED)) {
            assertFalse(options.contains(option), option.name());
            assertThrows(UnsupportedOperationException.class, () -> server.getOption(option), option.name());
        }
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c134_aUnixChannelSupportsTheBufferSizesLingerAndPeerCredentials() throws Exception {
        for (SocketChannel channel : new SocketChannel[] {socket(), pair().client(), pair().accepted()}) {
            assertTrue(channel.supportedOptions().containsAll(JDK_OPTIONS), () -> channel.supportedOptions().toString());
        }
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c135_everyOptionThatIsANumberTakesTenAndTheReceiveBufferIsNoSmallerThanTheLeastThereIs() throws Exception {
        for (NetworkChannel channel : new NetworkChannel[] {socket(), pair().client(), server()}) {
            for (SocketOption<?> option : channel.supportedOptions()) {
                if (option.type() == Integer.class) {
                    setRaw(channel, option, 10);
                }
            }
            assertTrue(channel.getOption(RCVBUF) >= 1024, () -> "the kernel's least is 2,304, of which half are counted");
        }
    }

    /** The peer is this process, to which its directory in /proc belongs. */
    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c112_peerCredentialsTellUserAndGroupOfThePeer() throws Exception {
        PosixFileAttributes process = Files.readAttributes(Path.of("/proc/self"), PosixFileAttributes.class);
        Pair pair = pair();
        for (SocketChannel channel : new SocketChannel[] {pair.client(), pair.accepted()}) {
            UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
            assertEquals(process.owner().getName(), peer.user().getName());
            assertEquals(process.group().getName(), peer.group().getName());
        }
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void c113_peerCredentialsCannotBeSetNorReadWhileUnconnected() throws Exception {
        SocketChannel connected = pair().client();
        SocketChannel unconnected = socket();
        UnixDomainPrincipal principal = connected.getOption(ExtendedSocketOptions.SO_PEERCRED);
        assertNotNull(principal);
        for (SocketChannel channel : new SocketChannel[] {connected, unconnected}) {
            assertThrows(SocketException.class, () -> channel.setOption(ExtendedSocketOptions.SO_PEERCRED, principal));
            assertTrue(channel.isOpen());
        }
        assertThrows(SocketException.class, () -> unconnected.getOption(ExtendedSocketOptions.SO_PEERCRED));
        assertTrue(unconnected.isOpen());
    }
}
