// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.ProviderOn;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A signal ends a look at a descriptor, poll(2) with no time to wait: what follows from the look is as without the signal. Profilers send
 * such signals all the time.
 */
@ExtendWith(NothingLeaks.class)
class InterruptedLookTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final ProviderOn provider = new ProviderOn(faulty::syscalls);

    @Test
    void theEndOfSeqpacketIsNoEmptyMessage() throws IOException {
        try (UnixSocketChannel.Pair pair = provider.provider().openSocketPair(UnixProtocolFamily.SEQPACKET)) {
            pair.first().configureBlocking(false);
            pair.second().close();
            faulty.fail("poll", Errno.EINTR, 3);
            assertEquals(-1, pair.first().read(ByteBuffer.allocate(8)));
            faulty.fail("poll", Errno.EINTR, 3);
            MessageBatch batch = provider.batch(4, 8);
            assertEquals(-1, pair.first().receive(batch));
            assertEquals(0, batch.position());
        }
    }

    /** As a process is told that lowered RLIMIT_NOFILE to nothing since, for its own safety. */
    @Test
    void anEndThatCannotBeLookedAtIsAnException() throws IOException {
        try (UnixSocketChannel.Pair pair = provider.provider().openSocketPair(UnixProtocolFamily.SEQPACKET)) {
            pair.first().configureBlocking(false);
            pair.second().close();
            faulty.fail("poll", Errno.EINVAL, 2);
            IOException e = assertThrows(IOException.class, () -> pair.first().read(ByteBuffer.allocate(8)));
            assertTrue(e.getMessage().startsWith("poll("), e::getMessage);
            assertThrows(IOException.class, () -> pair.first().receive(provider.batch(4, 8)));
            assertEquals(-1, pair.first().read(ByteBuffer.allocate(8)));
        }
    }

    @Test
    void aMessageBeforeAnEndThatCannotBeLookedAtIsNotLost() throws IOException {
        try (UnixSocketChannel.Pair pair = provider.provider().openSocketPair(UnixProtocolFamily.SEQPACKET)) {
            pair.first().configureBlocking(false);
            pair.second().write(ByteBuffer.allocate(3));
            pair.second().close();
            faulty.fail("poll", Errno.EINVAL, 1);
            MessageBatch batch = provider.batch(4, 8);
            assertEquals(1, pair.first().receive(batch));
            assertEquals(3, batch.buffer(0).remaining());
            assertEquals(-1, pair.first().receive(batch));
        }
    }

    @Test
    void aPendingConnectionOfTcpGoesOn() throws IOException {
        try (RawDescriptors raw = new RawDescriptors();
                SocketChannel client = provider.adopt(raw.give(raw.socket(Linux.AF_INET, Linux.SOCK_STREAM))).toSocketChannel()) {
            client.configureBlocking(false);
            faulty.fail("connect", Errno.EINPROGRESS, 1);
            assertFalse(client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)));
            faulty.fail("poll", Errno.EINTR, 1).fail("poll", 0, 1); // and then nothing is ready
            assertFalse(client.finishConnect());
            assertTrue(client.isConnectionPending());
        }
    }

    @Test
    void anAcceptWithoutADescriptorLeftFindsNobody() throws IOException {
        try (UnixServerSocketChannel listener = provider.provider().openServerSocketChannel(UnixProtocolFamily.SEQPACKET)) {
            listener.bind(AbstractSocketAddress.AUTOBIND);
            listener.configureBlocking(false);
            faulty.fail("accept4", Errno.EMFILE, 1).fail("poll", Errno.EINTR, 1);
            assertNull(listener.accept());
        }
    }
}
