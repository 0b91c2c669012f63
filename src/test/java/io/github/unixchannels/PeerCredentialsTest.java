// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.UcredLayout;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SO_PEERCRED, as numbers and as the JDK's names. */
@ExtendWith(NothingLeaks.class)
class PeerCredentialsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theNumbersAreThoseOfThePeersProcess(UnixProtocolFamily family) throws IOException {
        PeerCredentials own = new PeerCredentials(
                Math.toIntExact(ProcessHandle.current().pid()),
                ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue(),
                ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid")).longValue());
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(address, 1);
                UnixSocketChannel client = UnixSocketChannel.open(family, server.getLocalAddress());
                UnixSocketChannel accepted = server.accept();
                UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            for (SocketChannel channel : new SocketChannel[] {client, accepted, pair.first(), pair.second()}) {
                assertEquals(own, channel.getOption(UnixSocketOptions.SO_PEERCRED));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onAnUnconnectedChannelItIsASocketExceptionAndTheChannelStaysOpen(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket()) {
            assertThrows(SocketException.class, () -> channel.getOption(ExtendedSocketOptions.SO_PEERCRED));
            if (kind.isOurs()) {
                SocketException thrown =
                        assertThrows(SocketException.class, () -> channel.getOption(UnixSocketOptions.SO_PEERCRED));
                assertTrue(thrown.getMessage().matches("getsockopt\\(fd=\\d+, SO_PEERCRED\\): not connected"), thrown.getMessage());
            }
            assertTrue(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itCannotBeSet(SocketKind kind) throws IOException {
        try (ConnectedSockets sockets = kind.connect(folder)) {
            SocketChannel channel = sockets.client();
            UnixDomainPrincipal principal = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
            SocketException thrown = assertThrows(
                    SocketException.class, () -> channel.setOption(ExtendedSocketOptions.SO_PEERCRED, principal));
            assertTrue(thrown.getMessage().contains("SO_PEERCRED cannot be set"), thrown.getMessage());
            assertThrows(IllegalArgumentException.class, () -> channel.setOption(ExtendedSocketOptions.SO_PEERCRED, null));
            if (kind.isOurs()) {
                PeerCredentials credentials = channel.getOption(UnixSocketOptions.SO_PEERCRED);
                assertThrows(SocketException.class, () -> channel.setOption(UnixSocketOptions.SO_PEERCRED, credentials));
                assertThrows(IllegalArgumentException.class, () -> channel.setOption(UnixSocketOptions.SO_PEERCRED, null));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65534, 1_234_567, -1, -2, Integer.MIN_VALUE})
    void numbersAreUnsignedAndNamedAsTheFileSystemNamesThem(int number) throws IOException {
        FaultySyscalls faulty = new FaultySyscalls();
        try (UnixSocketChannel.Pair pair =
                new UnixSelectorProvider(faulty::syscalls).openSocketPair(UnixProtocolFamily.SEQPACKET)) {
            pretend(faulty, 7, number);
            PeerCredentials credentials = pair.first().getOption(UnixSocketOptions.SO_PEERCRED);
            assertEquals(new PeerCredentials(7, Integer.toUnsignedLong(number), Integer.toUnsignedLong(number)), credentials);
            pretend(faulty, 7, number);
            UnixDomainPrincipal principal = pair.first().getOption(ExtendedSocketOptions.SO_PEERCRED);
            assertEquals(principalOf(number), principal);
            assertFalse(principal.user().getName().isEmpty());
        }
    }

    /** What the JDK would say: the name if there is one, or the number. */
    private static UnixDomainPrincipal principalOf(int number) throws IOException {
        UserPrincipalLookupService principals = FileSystems.getDefault().getUserPrincipalLookupService();
        return new UnixDomainPrincipal(
                principals.lookupPrincipalByName(Integer.toString(number)),
                principals.lookupPrincipalByGroupName(Integer.toString(number)));
    }

    /** Makes the next getsockopt say that the peer's user and group have this number. */
    private static void pretend(FaultySyscalls faulty, int pid, int number) {
        faulty.next("getsockopt", (real, arguments) -> {
            ByteBuffer ucred = HostSyscalls.get().view((long) arguments[3], UcredLayout.BYTES);
            ucred.putInt(UcredLayout.PID, pid);
            ucred.putInt(UcredLayout.UID, number);
            ucred.putInt(UcredLayout.GID, number);
            return 0;
        });
    }
}
