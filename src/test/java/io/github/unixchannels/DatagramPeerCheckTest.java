// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.OtherUser;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Datagrams of processes that a check admits; others are dropped. */
@ExtendWith(NothingLeaks.class)
class DatagramPeerCheckTest {

    private final String name = AbstractNames.uniqueText();
    private final AbstractSocketAddress address = AbstractSocketAddress.of(name);
    private final AncillaryData beside = AncillaryData.create();
    private final ByteBuffer buffer = ByteBuffer.allocate(100);

    private UnixDatagramChannel server;

    @BeforeEach
    void open() throws IOException {
        server = UnixDatagramChannel.open();
    }

    @AfterEach
    void close() throws IOException {
        beside.close();
        server.close();
    }

    private void bind() throws IOException {
        server.setOption(UnixSocketOptions.SO_PASSCRED, true);
        server.bind(address);
    }

    /** Each that is refused has the next one come. */
    @Test
    void thoseWhoAreRefusedDoNotProlongTheTime() throws Exception {
        bind();
        server.setOption(UnixSocketOptions.SO_RCVTIMEO, Duration.ofMillis(20));
        long failure = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try (UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            PeerCheck refusing = peer -> {
                assertTrue(System.nanoTime() < failure, "the time never ends");
                sender.send(ByteBuffer.allocate(1), address);
                return false;
            };
            sender.send(ByteBuffer.allocate(1), address);

            SocketTimeoutException e =
                    assertThrowsExactly(SocketTimeoutException.class, () -> server.receive(buffer, beside, refusing));

            assertTrue(e.getMessage().endsWith("): timed out, no datagram that is admitted within 20 ms"), e::getMessage);
            assertEquals(0, buffer.position());
        }
    }

    private void bindForProcesses() throws IOException {
        try {
            server.setOption(UnixSocketOptions.SO_PASSPIDFD, true);
        } catch (UnsupportedOperationException e) {
            Assumptions.abort(e.getMessage());
        }
        bind();
    }

    private void sendFromHere(String text) throws IOException {
        try (UnixDatagramChannel client = UnixDatagramChannel.open()) {
            client.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), address);
        }
    }

    private String received() {
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        buffer.clear();
        return text;
    }

    @Test
    void datagramsOfOthersAreDroppedAndTheirSendersAreNotTold() throws Exception {
        bind();
        try (OtherProgram stranger = OtherUser.start(UnixProtocolFamily.DGRAM, name, "", "777")) {
            stranger.hear();
            assertEquals("8", stranger.ask("stranger"));
            sendFromHere("friend");
            MessageInfo info = server.receive(buffer, beside, PeerCheck.ofThisUser());
            assertEquals(6, info.length());
            assertEquals("friend", received());

            for (PeerCheck check : new PeerCheck[] {PeerCheck.ofUid(OtherUser.UID), PeerCheck.ofGid(OtherUser.GID)}) {
                sendFromHere("friend");
                assertEquals("8", stranger.ask("stranger"));
                server.receive(buffer, beside, check);
                assertEquals("stranger", received());
            }
            server.configureBlocking(false);
            stranger.ask("stranger");
            assertNull(server.receive(buffer, beside, PeerCheck.ofGid(777)), "the kernel tells no supplementary groups of senders");
        }
    }

    @Test
    void inNonBlockingModeOneIsTakenAtATime() throws IOException {
        bind();
        server.configureBlocking(false);
        sendFromHere("first");
        sendFromHere("second");
        buffer.position(3);
        AtomicInteger asked = new AtomicInteger();
        PeerCheck secondOnly = peer -> asked.incrementAndGet() == 2;
        assertNull(server.receive(buffer, beside, secondOnly));
        assertEquals(3, buffer.position());
        assertNull(beside.senderCredentials());
        assertEquals(6, server.receive(buffer, beside, secondOnly).length());
        assertEquals(9, buffer.position());
        assertNull(server.receive(buffer, beside, secondOnly));
        assertEquals(2, asked.get());
    }

    @Test
    void whatWasSentBeforeTheKernelWasAskedForSendersIsNobodys() throws IOException {
        server.bind(address);
        sendFromHere("early");
        server.setOption(UnixSocketOptions.SO_PASSCRED, true);
        server.configureBlocking(false);
        assertNull(server.receive(buffer, beside, PeerCheck.ofUid(65534).or(PeerCheck.ofGid(65534)).or(PeerCheck.ofThisUser())));
        sendFromHere("late");
        server.receive(buffer, beside, PeerCheck.ofThisUser());
        assertEquals("late", received());
    }

    @Test
    void aCheckOfWhatIsNotAskedForIsAnException() throws IOException {
        server.bind(address);
        sendFromHere("first");
        assertEquals("SO_PASSCRED is not set", assertThrowsExactly(
                IllegalStateException.class, () -> server.receive(buffer, beside, PeerCheck.ofUid(0))).getMessage());
        server.setOption(UnixSocketOptions.SO_PASSCRED, true);
        sendFromHere("second");
        assertEquals("SO_PASSPIDFD is not set", assertThrowsExactly(
                IllegalStateException.class, () -> server.receive(buffer, beside, peer -> peer.pid() > 0)).getMessage());
        sendFromHere("third");
        assertThrowsExactly(UnsupportedOperationException.class, () -> server.receive(buffer, beside, peer -> peer.label() != null));
        server.configureBlocking(false);
        assertNull(server.receive(buffer, beside));
    }

    @Test
    void aProcessIsKnownByItsNumberForTheTimeOfTheCheck() throws Exception {
        bindForProcesses();
        try (OtherProgram other = OtherUser.startAsThisUser(UnixProtocolFamily.DGRAM, name, "")) {
            int pid = Integer.parseInt(other.hear());
            other.ask("alive");
            server.receive(buffer, beside, peer -> peer.pid() == pid && peer.pidfd().isOpen());
            assertEquals("alive", received());
            assertNull(beside.takeSenderPidfd());
            other.ask("killed");
            server.configureBlocking(false);
            assertNull(server.receive(buffer, beside, peer -> {
                boolean isIt = peer.pid() == pid;
                try {
                    other.kill();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return isIt;
            }));
        }
    }

    @Test
    void ofAProcessThatHasEndedThePidIsRefusedAndTheUserIsKnown() throws Exception {
        bindForProcesses();
        for (boolean byUser : new boolean[] {true, false}) {
            try (OtherProgram other = OtherUser.startAsThisUser(UnixProtocolFamily.DGRAM, name, "")) {
                other.hear();
                other.ask("testament");
                other.endInput();
                other.awaitSuccess();
            }
            server.configureBlocking(false);
            MessageInfo info = server.receive(buffer, beside, byUser ? PeerCheck.ofThisUser() : peer -> peer.pid() >= 0);
            assertEquals(byUser, info != null);
        }
    }

    @Test
    @ExtendWith(NoFileLeaks.class)
    void descriptorsThatCameWithWhatIsRefusedAreClosed() throws Exception {
        bind();
        try (OtherProgram stranger = OtherUser.start(UnixProtocolFamily.DGRAM, name, "", "")) {
            stranger.hear();
            assertEquals("3", stranger.ask("fds"));
            server.configureBlocking(false);
            assertNull(server.receive(buffer, beside, PeerCheck.ofThisUser()));
            assertEquals(0, beside.descriptorCount());
            assertEquals("3", stranger.ask("fds"));
            assertThrowsExactly(IOException.class, () -> server.receive(buffer, beside, peer -> {
                throw new IOException("no");
            }));
            assertEquals(0, beside.descriptorCount());
            assertEquals("3", stranger.ask("fds"));
            server.receive(buffer, beside, PeerCheck.ofUid(OtherUser.UID));
            assertEquals(1, beside.descriptorCount());
            beside.clear();
            stranger.endInput();
            stranger.awaitSuccess();
        }
    }

    @Test
    void badArgumentsAreRefused() throws IOException {
        bind();
        assertThrowsExactly(NullPointerException.class, () -> server.receive(buffer, beside, null));
        assertThrowsExactly(IllegalArgumentException.class,
                () -> server.receive(buffer.asReadOnlyBuffer(), beside, PeerCheck.ofUid(0)));
        assertFalse(server.isConnected());
        assertTrue(server.isOpen());
    }
}
