// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a listener asks of the kernel, and what it makes of a refusal. */
@ExtendWith(NothingLeaks.class)
class ListenerBacklogAndFaultTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    @ParameterizedTest
    @CsvSource({"STREAM,3,4", "SEQPACKET,3,4", "STREAM,1,2", "STREAM,0,51", "SEQPACKET,-1,51"})
    void asManyMayWaitAsTheBacklogSaysAndOneMoreOrFiftyIfItSaysLessThanOne(UnixProtocolFamily family, int backlog, int admitted)
            throws IOException {
        Assumptions.assumeTrue(longestBacklog() >= 50, "somaxconn cuts the backlog");
        Deque<UnixSocketChannel> clients = new ArrayDeque<>();
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family)) {
            SocketAddress address = server.bind(AbstractNames.unique(), backlog).getLocalAddress();
            int connected = 0;
            for (boolean room = true; room; ) {
                clients.add(provider.openSocketChannel(family));
                clients.getLast().configureBlocking(false);
                room = clients.getLast().connect(address);
                connected += room ? 1 : 0;
            }
            assertEquals(admitted, connected);
        } finally {
            for (UnixSocketChannel client : clients) {
                client.close();
            }
        }
    }

    private static int longestBacklog() throws IOException {
        try (InputStream somaxconn = Files.newInputStream(Path.of("/proc/sys/net/core/somaxconn"))) {
            byte[] digits = new byte[32];
            int length = somaxconn.read(digits); // in one read: a second one finds nothing
            return Integer.parseInt(new String(digits, 0, length, StandardCharsets.US_ASCII).trim());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void bindWithoutABacklogIsBindWithTheDefault(UnixProtocolFamily family) throws IOException {
        int[] asked = new int[1];
        faulty.next("listen", (real, arguments) -> {
            asked[0] = (int) arguments[1];
            return real.with(arguments);
        });
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family)) {
            assertSame(server, server.bind(AbstractNames.unique()));
            assertEquals(50, asked[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aFailedListenIsReportedWithTheAddress(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        faulty.fail("listen", Errno.EADDRINUSE, 1);
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family);
                UnixSocketChannel client = provider.openSocketChannel(family)) {
            SocketException thrown = assertThrows(SocketException.class, () -> server.bind(address));
            assertEquals("listen(" + address + "): Address already in use (EADDRINUSE)", thrown.getMessage());
            assertTrue(server.isOpen());
            assertNull(server.getLocalAddress());
            assertThrows(ConnectException.class, () -> client.connect(address));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aNameThatCannotBeAskedForFailsTheBind(UnixProtocolFamily family) throws IOException {
        faulty.fail("getsockname", Errno.ENOBUFS, 1);
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family)) {
            SocketException thrown = assertThrows(SocketException.class, () -> server.bind(null));
            assertTrue(thrown.getMessage().matches("getsockname\\(fd=\\d+\\): No buffer space available \\(ENOBUFS\\)"),
                    thrown.getMessage());
            assertNull(server.getLocalAddress());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void acceptWithoutADescriptorLeftFailsAndTheConnectionGoesOnWaiting(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family).bind(address, 1);
                UnixSocketChannel client = provider.openSocketChannel(family)) {
            client.connect(address);
            for (boolean blocking : new boolean[] {true, false}) {
                server.configureBlocking(blocking);
                faulty.fail("accept4", Errno.EMFILE, 1);
                SocketException thrown = assertThrows(SocketException.class, server::accept);
                assertEquals("accept(" + address + "): Too many open files (EMFILE)", thrown.getMessage());
                assertTrue(server.isOpen());
            }
            try (UnixSocketChannel accepted = server.accept()) {
                assertTrue(accepted.isConnected());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void anInterruptedAcceptIsTriedAgainAndAnAbortedOneIsNot(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family).bind(address, 1);
                UnixSocketChannel client = provider.openSocketChannel(family)) {
            client.connect(address);
            faulty.fail("accept4", Errno.ECONNABORTED, 1);
            IOException thrown = assertThrows(IOException.class, server::accept);
            assertEquals("accept(" + address + "): Software caused connection abort (ECONNABORTED)", thrown.getMessage());
            faulty.fail("accept4", Errno.EINTR, 2);
            try (UnixSocketChannel accepted = server.accept()) {
                assertTrue(accepted.isConnected());
                assertEquals(4, faulty.count("accept4"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void everyDescriptorIsCloseOnExec(UnixProtocolFamily family) throws IOException {
        Set<Path> before = socketsOfThisProcess();
        try (UnixServerSocketChannel server = provider.openServerSocketChannel(family).bind(null, 1);
                UnixSocketChannel client = provider.openSocketChannel(family);
                UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            client.connect(server.getLocalAddress());
            try (UnixSocketChannel accepted = server.accept()) {
                assertTrue(accepted.isConnected() && pair.first().isConnected());
                Set<Path> made = socketsOfThisProcess();
                made.removeAll(before);
                assertEquals(5, made.size());
                for (Path descriptor : made) {
                    assertCloseOnExec(descriptor.getFileName().toString());
                }
            }
        }
    }

    private static Set<Path> socketsOfThisProcess() throws IOException {
        Set<Path> sockets = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)
                        && Files.readSymbolicLink(descriptor).toString().startsWith("socket:")) {
                    sockets.add(descriptor);
                }
            }
        }
        return sockets;
    }

    private static void assertCloseOnExec(String descriptor) throws IOException {
        String flags = Files.readAllLines(Path.of("/proc/self/fdinfo", descriptor)).stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow()
                .substring("flags:".length())
                .trim();
        assertTrue((Integer.parseInt(flags, 8) & 02000000) != 0, "O_CLOEXEC in " + flags);
    }
}
