// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options that tell who the peer is, where it is this process; and what they say when there is none, or the kernel cannot tell. */
@ExtendWith(NothingLeaks.class)
class PeerOptionTest {

    private static final Set<SocketOption<?>> OURS = Set.of(
            UnixSocketOptions.SO_PEERCRED, UnixSocketOptions.SO_PEERGROUPS, UnixSocketOptions.SO_PEERPIDFD, UnixSocketOptions.SO_PEERSEC);

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    /** What a rule is tried on: either end of a pair. */
    record Ends(NetworkChannel first, NetworkChannel second) implements AutoCloseable {
        static Ends open(UnixSelectorProvider provider, UnixProtocolFamily family) throws IOException {
            if (family == UnixProtocolFamily.DGRAM) {
                UnixDatagramChannel.Pair pair = provider.openDatagramPair();
                return new Ends(pair.first(), pair.second());
            }
            UnixSocketChannel.Pair pair = provider.openSocketPair(family);
            return new Ends(pair.first(), pair.second());
        }

        @Override
        public void close() throws IOException {
            try (second) {
                first.close();
            }
        }
    }

    private static NetworkChannel unconnected(UnixProtocolFamily family) throws IOException {
        return family == UnixProtocolFamily.DGRAM ? UnixDatagramChannel.open() : UnixSocketChannel.open(family);
    }

    private static OwnedFd process(NetworkChannel channel) throws IOException {
        try {
            return channel.getOption(UnixSocketOptions.SO_PEERPIDFD);
        } catch (UnsupportedOperationException e) {
            assertEquals("SO_PEERPIDFD needs Linux 6.5", e.getMessage());
            return Assumptions.abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeerOfAPairIsWhoMadeIt(UnixProtocolFamily family) throws IOException {
        try (Ends ends = Ends.open(provider, family)) {
            for (NetworkChannel end : List.of(ends.first(), ends.second())) {
                assertEquals(PeerCredentials.ofThisProcess(), end.getOption(UnixSocketOptions.SO_PEERCRED));
                assertEquals(ownGroups(), end.getOption(UnixSocketOptions.SO_PEERGROUPS).gids());
                String user = Files.getOwner(Path.of("/proc/self")).getName();
                assertEquals(user, end.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName());
            }
        }
    }

    private static List<Long> ownGroups() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Groups:")) {
                String groups = line.substring(line.indexOf(':') + 1).trim();
                return groups.isEmpty() ? List.of() : List.of(groups.split(" ")).stream().map(Long::valueOf).toList();
            }
        }
        throw new IOException("no Groups");
    }

    @ParameterizedTest
    @EnumSource
    void eachDescriptorOfTheProcessIsANewOneThatTheCallerCloses(UnixProtocolFamily family) throws IOException {
        OwnedFd one;
        OwnedFd two;
        try (Ends ends = Ends.open(provider, family)) {
            one = process(ends.first());
            two = process(ends.first());
        }
        try (two) {
            assertNotEquals(one.number(), two.number());
            one.close();
            assertFalse(one.isOpen());
            assertTrue(two.isOpen());
            String pid = "Pid:\t" + ProcessHandle.current().pid();
            assertTrue(Files.readAllLines(Path.of("/proc/self/fdinfo/" + two.number())).contains(pid));
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutAPeerItIsASocketExceptionThatSaysSo(UnixProtocolFamily family) throws IOException {
        try (NetworkChannel channel = unconnected(family)) {
            for (SocketOption<?> option : OURS) {
                String text = assertThrows(SocketException.class, () -> channel.getOption(option)).getMessage();
                assertTrue(text.matches("getsockopt\\(fd=\\d+, " + option + "\\): not connected"), text);
            }
            assertThrows(SocketException.class, () -> channel.getOption(ExtendedSocketOptions.SO_PEERCRED));
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void ofADatagramPeerThatWasConnectedToByAddressNothingIsKnown() throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(address);
                UnixDatagramChannel sender = UnixDatagramChannel.open().connect(address);
                UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair()) {
            assertEquals(address, receiver.getLocalAddress());
            assertNotKnown(sender, address);
            pair.first().disconnect();
            assertThrows(SocketException.class, () -> pair.first().getOption(UnixSocketOptions.SO_PEERCRED));
            pair.first().connect(address);
            assertNotKnown(pair.first(), address);
        }
    }

    private static void assertNotKnown(NetworkChannel channel, AbstractSocketAddress peer) {
        for (SocketOption<?> option : OURS) {
            String text = assertThrows(SocketException.class, () -> channel.getOption(option)).getMessage();
            assertEquals("getsockopt(" + peer + ", " + option + "): not known of a peer that was connected to by address", text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noneCanBeSet(UnixProtocolFamily family) throws IOException {
        try (Ends ends = Ends.open(provider, family)) {
            NetworkChannel end = ends.first();
            assertCannotBeSet(end, UnixSocketOptions.SO_PEERCRED, PeerCredentials.ofThisProcess());
            assertCannotBeSet(end, UnixSocketOptions.SO_PEERGROUPS, new PeerGroups(List.of()));
            assertCannotBeSet(end, UnixSocketOptions.SO_PEERSEC, "label");
            assertCannotBeSet(end, ExtendedSocketOptions.SO_PEERCRED, end.getOption(ExtendedSocketOptions.SO_PEERCRED));
            try (OwnedFd process = process(end)) {
                assertCannotBeSet(end, UnixSocketOptions.SO_PEERPIDFD, process);
                assertTrue(process.isOpen());
            }
        }
    }

    private static <T> void assertCannotBeSet(NetworkChannel channel, SocketOption<T> option, T value) {
        String text = assertThrows(SocketException.class, () -> channel.setOption(option, value)).getMessage();
        assertTrue(text.endsWith(", SO_" + option.name().substring(3) + "): " + option.name() + " cannot be set"), text);
        assertThrows(IllegalArgumentException.class, () -> channel.setOption(option, null));
    }

    @ParameterizedTest
    @EnumSource
    void aClosedChannelTellsNothing(UnixProtocolFamily family) throws IOException {
        Ends ends = Ends.open(provider, family);
        ends.close();
        for (SocketOption<?> option : OURS) {
            assertThrows(ClosedChannelException.class, () -> ends.first().getOption(option), option.name());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aListenerHasNoPeer(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family)) {
            for (SocketOption<?> option : OURS) {
                assertThrows(UnsupportedOperationException.class, () -> server.getOption(option), option.name());
                assertFalse(server.supportedOptions().contains(option));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SO_PEERGROUPS, Linux 4.13",
        "SO_PEERPIDFD,  Linux 6.5",
        "SO_PEERSEC,    a security module that gives labels to sockets of this type",
    })
    void aKernelThatLacksOneIsAnUnsupportedOperationThatSaysWhatItNeeds(String name, String needs) throws IOException {
        try (Ends ends = Ends.open(provider, UnixProtocolFamily.SEQPACKET)) {
            faulty.fail("getsockopt", Errno.ENOPROTOOPT, 1);
            UnsupportedOperationException thrown =
                    assertThrows(UnsupportedOperationException.class, () -> ends.first().getOption(named(name)));
            assertEquals(name + " needs " + needs, thrown.getMessage());
            assertTrue(ends.first().supportedOptions().contains(named(name)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "SO_PEERCRED   | 105 | No buffer space available (ENOBUFS)",
        "SO_PEERGROUPS | 61  | not known of a peer that was connected to by address: No data available (ENODATA)",
        "SO_PEERGROUPS | 34  | Numerical result out of range (ERANGE)",
        "SO_PEERPIDFD  | 61  | not known of a peer that was connected to by address: No data available (ENODATA)",
        "SO_PEERPIDFD  | 3   | the process has ended: No such process (ESRCH)",
        "SO_PEERPIDFD  | 22  | the process has ended: Invalid argument (EINVAL)",
        "SO_PEERPIDFD  | 24  | Too many open files (EMFILE)",
        "SO_PEERSEC    | 12  | Cannot allocate memory (ENOMEM)",
    })
    void whatTheKernelAnswersIsInTheMessage(String name, int errno, String text) throws IOException {
        try (Ends ends = Ends.open(provider, UnixProtocolFamily.STREAM)) {
            faulty.fail("getsockopt", errno, 1);
            String thrown = assertThrows(SocketException.class, () -> ends.first().getOption(named(name))).getMessage();
            assertTrue(thrown.matches("getsockopt\\(fd=\\d+, " + name + "\\): .*") && thrown.endsWith("): " + text), thrown);
            assertTrue(ends.first().isOpen());
        }
    }

    private static SocketOption<?> named(String name) {
        return OURS.stream().filter(option -> option.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void theKernelsNobodyIsNoAnswer() throws IOException {
        try (Ends ends = Ends.open(provider, UnixProtocolFamily.DGRAM)) {
            answer(ByteBuffer.allocate(12).order(ByteOrder.nativeOrder()).putInt(0).putInt(-1).putInt(-1).array());
            String text = assertThrows(SocketException.class, () -> ends.first().getOption(UnixSocketOptions.SO_PEERCRED)).getMessage();
            assertTrue(text.endsWith("not known of a peer that was connected to by address"), text);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 65, 1000, 65_536})
    void groupsAreAllThereHoweverManyAndUnsigned(int count) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.nativeOrder());
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            value.putInt(-2 - i);
            expected.add(0xffff_fffeL - i);
        }
        try (Ends ends = Ends.open(provider, UnixProtocolFamily.STREAM)) {
            answer(value.array());
            answer(value.array());
            PeerGroups groups = ends.first().getOption(UnixSocketOptions.SO_PEERGROUPS);
            assertEquals(expected, groups.gids());
            assertEquals(count > 0, groups.contains(4_294_967_294L));
            assertFalse(groups.contains(-2));
            assertThrows(UnsupportedOperationException.class, () -> groups.gids().add(1L));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unconfined", "system_u:system_r:init_t:s0\0", "ä\0\0"})
    void aLabelIsTextWithoutTheNulAtItsEnd(String label) throws IOException {
        for (String text : List.of(label, "x".repeat(300) + label)) {
            try (Ends ends = Ends.open(provider, UnixProtocolFamily.SEQPACKET)) {
                answer(text.getBytes(StandardCharsets.UTF_8));
                if (text.length() >= 300) {
                    answer(text.getBytes(StandardCharsets.UTF_8)); // the first asks for more room
                }
                assertEquals(text.replace("\0", ""), ends.first().getOption(UnixSocketOptions.SO_PEERSEC));
            }
        }
    }

    /** Has the next getsockopt answer as the kernel does: the value if there is room for it, else ERANGE, and its length. */
    private void answer(byte[] value) {
        faulty.next("getsockopt", (real, arguments) -> {
            ByteBuffer length = HostSyscalls.get().view((long) arguments[4], Integer.BYTES);
            int room = length.getInt(0);
            length.putInt(0, value.length);
            if (room < value.length) {
                return -Errno.ERANGE;
            }
            if (value.length > 0) {
                HostSyscalls.get().view((long) arguments[3], value.length).put(value);
            }
            return 0;
        });
    }
}
