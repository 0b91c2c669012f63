// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.OtherUser;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections of processes that a check admits, and what those see that it does not. */
@ExtendWith(NothingLeaks.class)
class PeerCheckTest {

    private final String name = AbstractNames.uniqueText();

    private UnixServerSocketChannel server(UnixProtocolFamily family) throws IOException {
        return server(UnixSelectorProvider.provider(), family);
    }

    private UnixServerSocketChannel server(UnixSelectorProvider provider, UnixProtocolFamily family) throws IOException {
        UnixServerSocketChannel server = provider.openServerSocketChannel(family);
        server.bind(AbstractSocketAddress.of(name));
        return server;
    }

    private UnixSocketChannel client(UnixProtocolFamily family) throws IOException {
        return UnixSocketChannel.open(family, AbstractSocketAddress.of(name));
    }

    @ParameterizedTest
    @CsvSource({"STREAM,false", "STREAM,true", "SEQPACKET,false", "SEQPACKET,true"})
    void anotherUserIsRefusedAndSeesThat(UnixProtocolFamily family, boolean hasSent) throws Exception {
        try (UnixServerSocketChannel server = server(family);
                OtherProgram stranger = OtherUser.start(family, name, hasSent ? "hello" : "", "")) {
            stranger.hear();
            try (UnixSocketChannel client = client(family);
                    UnixSocketChannel accepted = server.accept(PeerCheck.ofThisUser())) {
                assertEquals(1, client.write(ByteBuffer.allocate(1)));
                assertEquals(1, accepted.read(ByteBuffer.allocate(2)), "it is this process that was let in");
                if (hasSent) {
                    assertEquals("ECONNRESET", stranger.ask("read"));
                }
                assertEquals("end", stranger.ask("read"));
                assertEquals("EPIPE", stranger.ask("write"));
            }
        }
    }

    /** Each that is refused has the next one come. */
    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void thoseWhoAreRefusedDoNotProlongTheTime(UnixProtocolFamily family) throws Exception {
        long failure = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        PeerCheck refusing = peer -> {
            assertTrue(System.nanoTime() < failure, "the time never ends");
            client(family).close();
            return false;
        };
        try (UnixServerSocketChannel server = server(family)) {
            server.setOption(UnixSocketOptions.SO_RCVTIMEO, Duration.ofMillis(20));
            client(family).close();

            SocketTimeoutException e = assertThrowsExactly(SocketTimeoutException.class, () -> server.accept(refusing));

            assertEquals("accept(@" + name + "): timed out, no connection that is admitted within 20 ms", e.getMessage());
            client(family).close();
            server.accept(peer -> true).close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void usersAndGroupsAreAdmittedByNumber(UnixProtocolFamily family) throws Exception {
        try (UnixServerSocketChannel server = server(family);
                OtherProgram other = OtherUser.start(family, name, "", "777,778");
                UnixSocketChannel accepted = server.accept(PeerCheck.ofUid(1, OtherUser.UID))) {
            other.hear();
            assertTrue(accepted.passes(PeerCheck.ofUid(OtherUser.UID)));
            assertFalse(accepted.passes(PeerCheck.ofUid(0, 1, OtherUser.UID + 1, OtherUser.UID + (1L << 31))));
            assertTrue(accepted.passes(PeerCheck.ofGid(OtherUser.GID)));
            assertTrue(accepted.passes(PeerCheck.ofGid(1, 778)), "a supplementary group");
            assertFalse(accepted.passes(PeerCheck.ofGid(0, 776, OtherUser.UID)));
            assertTrue(accepted.passes(PeerCheck.ofUid(OtherUser.UID).and(PeerCheck.ofGid(777))));
            assertFalse(accepted.passes(PeerCheck.ofUid(0).and(PeerCheck.ofGid(777))));
            assertTrue(accepted.passes(PeerCheck.ofUid(0).or(PeerCheck.ofGid(777))));
            assertFalse(accepted.passes(PeerCheck.ofUid(0).or(PeerCheck.ofGid(0))));
            assertTrue(accepted.passes(peer -> peer.uid() == OtherUser.UID && peer.gid() == OtherUser.GID));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void inNonBlockingModeOneIsAskedAtATime(UnixProtocolFamily family) throws IOException {
        List<Peer> asked = new ArrayList<>();
        try (UnixServerSocketChannel server = server(family);
                UnixSocketChannel first = client(family);
                UnixSocketChannel second = client(family)) {
            server.configureBlocking(false);
            PeerCheck secondOnly = peer -> {
                asked.add(peer);
                return asked.size() == 2;
            };
            assertNull(server.accept(secondOnly));
            assertEquals(1, asked.size());
            assertEquals(-1, first.read(ByteBuffer.allocate(1)));
            try (UnixSocketChannel accepted = server.accept(secondOnly)) {
                assertTrue(accepted.isBlocking());
                assertNull(server.accept(secondOnly));
                assertEquals(2, asked.size());
                assertEquals(1, second.write(ByteBuffer.allocate(1)));
                assertEquals(1, accepted.read(ByteBuffer.allocate(1)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aProcessIsKnownByItsNumberForTheTimeOfTheCheck(UnixProtocolFamily family) throws Exception {
        assumePidfds();
        try (UnixServerSocketChannel server = server(family);
                OtherProgram other = OtherUser.startAsThisUser(family, name, "");
                UnixSocketChannel accepted = server.accept()) {
            int pid = Integer.parseInt(other.hear());
            OwnedFd[] lent = new OwnedFd[1];
            assertTrue(accepted.passes(peer -> {
                lent[0] = peer.pidfd();
                assertSame(lent[0], peer.pidfd());
                return peer.pid() == pid;
            }));
            assertFalse(lent[0].isOpen());
            assertFalse(accepted.passes(peer -> peer.pid() != pid));
            assertFalse(accepted.passes(peer -> {
                boolean isIt = peer.pid() == pid;
                kill(other);
                return isIt; // true of the process, and then of a number that may be another's
            }));
            assertFalse(accepted.passes(peer -> {
                try {
                    peer.pid();
                } catch (IOException ended) {
                    // of no consequence to this check
                }
                return true;
            }));
            assertTrue(accepted.passes(peer -> peer.uid() == PeerCredentials.ofThisProcess().uid()), "who it was is known still");
        }
    }

    private static void kill(OtherProgram program) throws IOException {
        try {
            program.kill();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void assumePidfds() throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            pair.first().getOption(UnixSocketOptions.SO_PEERPIDFD).close();
        } catch (UnsupportedOperationException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    /** Makes the next question for the peer's descriptor fail. */
    private static void failPidfd(FaultySyscalls faulty, int errno) {
        faulty.next("getsockopt", (real, arguments) -> arguments[2].equals(Linux.SO_PEERPIDFD) ? (Object) (-errno) : real.with(arguments));
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aKernelThatCannotTellIsAnExceptionAndNobodyIsLetIn(UnixProtocolFamily family) throws IOException {
        FaultySyscalls faulty = new FaultySyscalls();
        try (UnixServerSocketChannel server = server(new UnixSelectorProvider(faulty::syscalls), family);
                UnixSocketChannel client = client(family)) {
            failPidfd(faulty, Errno.ENOPROTOOPT);
            UnsupportedOperationException failure = assertThrowsExactly(
                    UnsupportedOperationException.class, () -> server.accept(peer -> peer.pid() > 0));
            assertEquals("SO_PEERPIDFD needs Linux 6.5", failure.getMessage());
            assertEquals(-1, client.read(ByteBuffer.allocate(1)));
        }
    }

    @ParameterizedTest
    @CsvSource({"3", "22"})
    void beforeLinux616AProcessThatHasEndedHasNoDescriptor(int errno) throws IOException {
        FaultySyscalls faulty = new FaultySyscalls();
        try (UnixServerSocketChannel server = server(new UnixSelectorProvider(faulty::syscalls), UnixProtocolFamily.STREAM);
                UnixSocketChannel client = client(UnixProtocolFamily.STREAM)) {
            server.configureBlocking(false);
            failPidfd(faulty, errno);
            assertNull(server.accept(peer -> peer.pid() > 0));
            assertEquals(-1, client.read(ByteBuffer.allocate(1)));
        }
        try (UnixServerSocketChannel server = server(new UnixSelectorProvider(faulty::syscalls), UnixProtocolFamily.STREAM);
                UnixSocketChannel client = client(UnixProtocolFamily.STREAM)) {
            server.configureBlocking(false);
            failPidfd(faulty, errno);
            assertNull(server.accept(peer -> {
                assertThrows(IOException.class, peer::pid);
                return true; // although it asked
            }));
            assertEquals(-1, client.read(ByteBuffer.allocate(1)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aCheckThatFailsLetsNobodyIn(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel server = server(family);
                UnixSocketChannel first = client(family);
                UnixSocketChannel second = client(family);
                UnixSocketChannel third = client(family)) {
            assertEquals("no", assertThrowsExactly(IOException.class, () -> server.accept(peer -> {
                throw new IOException("no");
            })).getMessage());
            assertEquals(-1, first.read(ByteBuffer.allocate(1)));
            assertThrowsExactly(ArithmeticException.class, () -> server.accept(peer -> {
                throw new ArithmeticException();
            }));
            assertEquals(-1, second.read(ByteBuffer.allocate(1)));
            assumePidfds();
            assertThrows(IOException.class, () -> server.accept(peer -> {
                peer.pidfd().close();
                return true;
            }));
            assertEquals(-1, third.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aClientChecksItsServerToo() throws IOException {
        try (UnixServerSocketChannel server = server(UnixProtocolFamily.STREAM)) {
            UnixSocketChannel client = UnixSocketChannel.open(server.getLocalAddress());
            assertTrue(client.passes(PeerCheck.ofThisUser()));
            assertTrue(client.passes(PeerCheck.ofGid(PeerCredentials.ofThisProcess().gid())));
            client.close();
            assertThrowsExactly(ClosedChannelException.class, () -> client.passes(PeerCheck.ofThisUser()));
        }
        try (UnixSocketChannel unconnected = UnixSocketChannel.open()) {
            assertThrowsExactly(SocketException.class, () -> unconnected.passes(PeerCheck.ofThisUser()));
        }
    }

    @Test
    void aLabelThatThereIsNotIsAnException() throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            try {
                pair.first().getOption(UnixSocketOptions.SO_PEERSEC);
                Assumptions.abort("a security module gives labels here");
            } catch (UnsupportedOperationException none) {
                assertThrowsExactly(UnsupportedOperationException.class, () -> pair.first().passes(peer -> peer.label() != null));
            }
        }
    }

    @Test
    void badNumbersAreRefused() {
        assertThrowsExactly(IllegalArgumentException.class, PeerCheck::ofUid);
        assertThrowsExactly(IllegalArgumentException.class, PeerCheck::ofGid);
        assertThrowsExactly(IllegalArgumentException.class, () -> PeerCheck.ofUid(0, -1));
        assertThrowsExactly(IllegalArgumentException.class, () -> PeerCheck.ofGid(1L << 32));
        assertThrowsExactly(NullPointerException.class, () -> PeerCheck.ofUid(0).and(null));
        assertThrowsExactly(NullPointerException.class, () -> PeerCheck.ofUid(0).or(null));
    }
}
