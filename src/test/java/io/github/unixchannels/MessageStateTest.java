// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a send and a receive of messages check, in which order; what they refuse to send is dropped. */
@ExtendWith(NothingLeaks.class)
class MessageStateTest {

    private final AncillaryData beside = AncillaryData.create();
    private final ByteBuffer some = ByteBuffer.allocate(3);
    private final ByteBuffer readOnly = ByteBuffer.allocate(3).asReadOnlyBuffer();

    @AfterEach
    void close() {
        beside.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatAnotherLibraryMadeIsRefusedFirst(UnixProtocolFamily family) throws IOException {
        MessageEnds ends = MessageEnds.open(family);
        ends.close();

        assertThrows(IllegalArgumentException.class, () -> ends.first().send(some, new Foreign()));
        assertThrows(IllegalArgumentException.class, () -> ends.first().send(new ByteBuffer[] {some}, new Foreign()));
        assertThrows(IllegalArgumentException.class, () -> ends.first().receive(some, new Foreign()));
        assertThrows(IllegalArgumentException.class, () -> ends.first().receive(new ByteBuffer[] {some}, new Foreign()));
        assertThrows(IllegalArgumentException.class, () -> ends.first().receive(readOnly, beside));
    }

    @Test
    void aDatagramWithoutATargetNeedsAConnectionAndAReceiveBindsTheChannel() throws IOException {
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            assertThrows(NotYetConnectedException.class, () -> channel.send(some, beside));
            assertThrows(NotYetConnectedException.class, () -> channel.send(new ByteBuffer[] {some}, beside));
            assertNull(channel.getLocalAddress());
            channel.configureBlocking(false);
            assertNull(channel.receive(some, beside));
            assertTrue(channel.getLocalAddress() instanceof AbstractSocketAddress);
        }
    }

    @Test
    void aTargetIsCheckedBeforeTheChannelAndMustBeThePeersIfThatIsConnected() throws IOException {
        try (UnixDatagramChannel channel = UnixDatagramChannel.open();
                UnixDatagramChannel peer = UnixDatagramChannel.open().bind(AbstractNames.unique());
                UnixDatagramChannel other = UnixDatagramChannel.open().bind(AbstractNames.unique());
                OwnedFd fd = RawDescriptor.eventfd()) {
            SocketAddress nobody = UnixDomainSocketAddress.of("");
            assertDropped(fd, PortUnreachableException.class, () -> channel.send(some, nobody, beside));
            assertDropped(fd, PortUnreachableException.class, () -> channel.send(some, AbstractNames.unique(), beside));
            channel.connect(peer.getLocalAddress());
            assertDropped(fd, AlreadyConnectedException.class, () -> channel.send(some, other.getLocalAddress(), beside));
            assertEquals(3, channel.send(some, peer.getLocalAddress(), beside.descriptor(fd)));
            assertEquals(3, peer.receive(some.clear(), beside).length());
            assertEquals(1, beside.descriptorCount());
            closeNow(channel);
            some.clear();
            assertDropped(fd, NullPointerException.class, () -> channel.send(some, (SocketAddress) null, beside));
            assertDropped(fd, UnsupportedAddressTypeException.class, () -> channel.send(some, new InetSocketAddress(0), beside));
            assertDropped(fd, UnsupportedAddressTypeException.class, () -> channel.send(some, AbstractSocketAddress.AUTOBIND, beside));
            assertThrowsExactly(ClosedChannelException.class, () -> channel.send(some, peer.getLocalAddress(), beside));
        }
    }

    /** Closes what a statement will close once more. */
    private static void closeNow(Channel channel) throws IOException {
        channel.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 32, Long.MIN_VALUE})
    void credentialsThatAreNoneAreRefusedAndNotCut(long id) {
        assertThrows(IllegalArgumentException.class, () -> beside.credentials(new PeerCredentials(1, id, 0)));
        assertThrows(IllegalArgumentException.class, () -> beside.credentials(new PeerCredentials(1, 0, id)));
        assertTrue(beside.toString().contains("descriptors=0,"), beside.toString());
    }

    /** Checks that a send with a descriptor beside it fails, and that the descriptor is not to be sent any more. */
    private void assertDropped(OwnedFd fd, Class<? extends Throwable> expected, Executable send) {
        beside.descriptor(fd);
        assertThrowsExactly(expected, send);
        assertTrue(beside.toString().contains("to be sent: descriptors=0,"), beside.toString());
    }

    /** Somebody else's. */
    private static final class Foreign extends AncillaryData {

        @Override
        public AncillaryData descriptor(OwnedFd descriptor) {
            return this;
        }

        @Override
        public AncillaryData descriptor(Channel channel) {
            return this;
        }

        @Override
        public AncillaryData credentials(PeerCredentials credentials) {
            return this;
        }

        @Override
        public int descriptorCount() {
            return 0;
        }

        @Override
        public OwnedFd takeDescriptor() {
            return null;
        }

        @Override
        public PeerCredentials senderCredentials() {
            return null;
        }

        @Override
        public OwnedFd takeSenderPidfd() {
            return null;
        }

        @Override
        public String senderLabel() {
            return null;
        }

        @Override
        public Instant timestamp() {
            return null;
        }

        @Override
        public AncillaryData clear() {
            return this;
        }

        @Override
        public void close() {}
    }
}
