// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who the peer is, and what it may send, where the peer is another process: Python, which says itself who it is. */
@ExtendWith(NothingLeaks.class)
class PeerProcessTest {

    private static final int LONGEST_MILLIS = 20_000;

    /** Connects as whoever it can become, says who it is, and on each line of its input sends a descriptor; it ends with its input. */
    private static final String PROGRAM = """
            import errno, os, socket, sys
            kind, name, wanted = sys.argv[1:4]
            try:
                if wanted:
                    os.setgroups([int(g) for g in wanted.split(',')])
            except PermissionError:
                pass
            s = socket.socket(socket.AF_UNIX, getattr(socket, 'SOCK_' + kind))
            s.connect('\\0' + name)
            print(os.getpid(), os.geteuid(), os.getegid(), ','.join(str(g) for g in sorted(os.getgroups())), sep='\\t', flush=True)
            for line in sys.stdin:
                try:
                    print(socket.send_fds(s, [b'x'], [0]), flush=True)
                except OSError as e:
                    print(errno.errorcode[e.errno], flush=True)
            """;

    private final String name = AbstractNames.uniqueText();

    @BeforeAll
    static void python() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket; socket.send_fds");
    }

    private OtherProgram program(UnixProtocolFamily family, String groups) throws IOException {
        return OtherProgram.start("python3", "-c", PROGRAM, family.name(), name, groups);
    }

    private UnixServerSocketChannel server(UnixProtocolFamily family) throws IOException {
        UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
        server.bind(AbstractSocketAddress.of(name));
        return server;
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void numbersAndGroupsAreThoseOfTheOtherProcess(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel server = server(family);
                OtherProgram python = program(family, "");
                UnixSocketChannel accepted = server.accept()) {
            String[] said = python.hear().split("\t", -1);
            PeerCredentials peer = accepted.getOption(UnixSocketOptions.SO_PEERCRED);
            assertEquals(new PeerCredentials(Integer.parseInt(said[0]), Long.parseLong(said[1]), Long.parseLong(said[2])), peer);
            assertNotEquals(ProcessHandle.current().pid(), peer.pid());
            assertEquals(numbers(said[3]), accepted.getOption(UnixSocketOptions.SO_PEERGROUPS).gids());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void groupsMayBeManyAndLarge(UnixProtocolFamily family) throws IOException {
        String wanted = LongStream.concat(LongStream.range(1000, 1200), LongStream.of(2_147_483_648L, 4_294_967_294L))
                .mapToObj(Long::toString)
                .collect(Collectors.joining(","));
        try (UnixServerSocketChannel server = server(family);
                OtherProgram python = program(family, wanted);
                UnixSocketChannel accepted = server.accept()) {
            String[] said = python.hear().split("\t", -1);
            Assumptions.assumeTrue(said[3].equals(wanted), "only a privileged process sets its groups");
            assertEquals(numbers(wanted), accepted.getOption(UnixSocketOptions.SO_PEERGROUPS).gids().stream().sorted().toList());
        }
    }

    private static List<Long> numbers(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(",")).map(Long::valueOf).toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theDescriptorOfTheProcessCanBeReadOnceItHasEnded(UnixProtocolFamily family) throws Exception {
        try (UnixServerSocketChannel server = server(family);
                OtherProgram python = program(family, "");
                UnixSocketChannel accepted = server.accept();
                OwnedFd process = process(accepted)) {
            Descriptor pidfd = new Descriptor(HostSyscalls.get(), process.number());
            python.hear();
            assertEquals(0, Waiting.poll(pidfd, Linux.POLLIN, 0));
            python.endInput();
            assertTrue((Waiting.poll(pidfd, Linux.POLLIN, LONGEST_MILLIS) & Linux.POLLIN) != 0);
            python.awaitSuccess();
            assertTrue((Waiting.poll(pidfd, Linux.POLLIN, 0) & Linux.POLLIN) != 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void ofAProcessThatHasEndedTheDescriptorCanBeReadOrTheExceptionSaysSo(UnixProtocolFamily family) throws Exception {
        try (UnixServerSocketChannel server = server(family);
                OtherProgram python = program(family, "");
                UnixSocketChannel accepted = server.accept()) {
            process(accepted).close();
            PeerCredentials before = accepted.getOption(UnixSocketOptions.SO_PEERCRED);
            python.endInput();
            python.awaitSuccess();
            assertEquals(before, accepted.getOption(UnixSocketOptions.SO_PEERCRED));
            try (OwnedFd process = accepted.getOption(UnixSocketOptions.SO_PEERPIDFD)) {
                Descriptor pidfd = new Descriptor(HostSyscalls.get(), process.number());
                assertTrue((Waiting.poll(pidfd, Linux.POLLIN, 0) & Linux.POLLIN) != 0);
            } catch (SocketException e) { // Linux before 6.16
                assertTrue(e.getMessage().contains("SO_PEERPIDFD): the process has ended: "), e.getMessage());
            }
        }
    }

    private static OwnedFd process(UnixSocketChannel channel) throws IOException {
        try {
            return channel.getOption(UnixSocketOptions.SO_PEERPIDFD);
        } catch (UnsupportedOperationException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoSendsDescriptorsToAChannelThatRefusesThemGetsEperm(UnixProtocolFamily family) throws Exception {
        boolean datagrams = family == UnixProtocolFamily.DGRAM;
        try (AutoCloseable bound = datagrams ? UnixDatagramChannel.open().bind(AbstractSocketAddress.of(name)) : server(family);
                OtherProgram python = program(family, "");
                UnixSocketChannel accepted = datagrams ? null : ((UnixServerSocketChannel) bound).accept()) {
            python.hear();
            assertEquals("1", python.ask("send"));
            setPassRights(datagrams ? (UnixDatagramChannel) bound : accepted, false);
            assertEquals("EPERM", python.ask("send"));
            setPassRights(datagrams ? (UnixDatagramChannel) bound : accepted, true);
            assertEquals("1", python.ask("send"));
        }
    }

    private static void setPassRights(java.nio.channels.NetworkChannel channel, boolean on) throws IOException {
        try {
            channel.setOption(UnixSocketOptions.SO_PASSRIGHTS, on);
        } catch (UnsupportedOperationException e) {
            Assumptions.abort(e.getMessage());
        }
    }
}
