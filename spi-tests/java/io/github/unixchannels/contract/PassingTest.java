// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.contract.Passing.Beside;
import io.github.unixchannels.contract.Passing.Handle;
import io.github.unixchannels.contract.Passing.Reception;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;

/** What every class of rules about what travels beside messages has: channels of whichever kind, and files. */
@Contract(Capability.DESCRIPTORS)
abstract class PassingTest extends ContractTest {

    static final boolean[] MODES = {true, false};

    /** More than any message has, but for those that are too long for a buffer. */
    private static final int ROOM_BYTES = 64 << 10;

    private static final int FILLING_BYTES = 1000;

    private int files;

    /** Two channels that are connected to each other, both in blocking mode. */
    record Ends(End first, End second) {}

    /** A channel of whichever kind, and how it is used. */
    record End(AbstractSelectableChannel channel, Passing passing) {

        long send(String text, Beside beside) throws IOException {
            return send(beside, ascii(text));
        }

        long send(Beside beside, ByteBuffer... srcs) throws IOException {
            return passing.send(channel, beside, srcs);
        }

        Reception receive(Beside beside, ByteBuffer... dsts) throws IOException {
            return passing.receive(channel, beside, dsts);
        }

        /** Receives something, all of which there is room for. */
        Reception assertReceives(String text, Beside beside) throws IOException {
            ByteBuffer dst = ByteBuffer.allocate(ROOM_BYTES);
            Reception received = receive(beside, dst);
            assertNotNull(received, "nothing was there");
            assertEquals(text, text(dst));
            assertEquals(text.length(), received.length());
            assertFalse(received.end());
            return received;
        }

        /** Checks that nothing is there to be received; the channel is then in non-blocking mode. */
        void assertNothingIsThere() throws IOException {
            channel.configureBlocking(false);
            assertEquals(0, read(ByteBuffer.allocate(ROOM_BYTES)));
        }

        int read(ByteBuffer dst) throws IOException {
            return ((ByteChannel) channel).read(dst);
        }

        int write(String text) throws IOException {
            return ((ByteChannel) channel).write(ascii(text));
        }

        void set(SocketOption<Boolean> option, boolean value) throws IOException {
            ((NetworkChannel) channel).setOption(option, value);
        }

        SocketAddress local() throws IOException {
            return ((NetworkChannel) channel).getLocalAddress();
        }

        void connect(SocketAddress remote) throws IOException {
            if (channel instanceof DatagramChannel datagrams) {
                datagrams.connect(remote);
            } else {
                assertTrue(((SocketChannel) channel).connect(remote));
            }
        }
    }

    final boolean isCapable(Capability capability) {
        return provider.capabilities().contains(capability);
    }

    final End end(AbstractSelectableChannel channel) {
        return new End(channel, provider.passing());
    }

    /** A channel without a name, unconnected and in blocking mode. */
    final End unnamed() throws IOException {
        return end(isCapable(Capability.CONNECTIONS) ? socket() : datagram());
    }

    final DatagramChannel datagram() throws IOException {
        return closing(provider.openDatagram());
    }

    final Ends ends() throws IOException {
        if (isCapable(Capability.CONNECTIONS)) {
            Pair pair = pair();
            return new Ends(end(pair.client()), end(pair.accepted()));
        }
        DatagramChannel first = datagram().bind(freeAddress());
        DatagramChannel second = datagram().bind(freeAddress());
        return new Ends(end(first.connect(second.getLocalAddress())), end(second.connect(first.getLocalAddress())));
    }

    /** Two channels that are connected. The one that connected asked first, if {@code client}; the other, if {@code server}. */
    final Ends endsThatAsk(boolean client, boolean server) throws IOException {
        End first = unnamed();
        first.set(provider.passing().credentialsOption(), client);
        if (!isCapable(Capability.CONNECTIONS)) {
            DatagramChannel second = datagram().bind(freeAddress());
            second.setOption(provider.passing().credentialsOption(), server);
            first.connect(second.getLocalAddress());
            return new Ends(first, end(second));
        }
        try (ServerSocketChannel listener = provider.openServer().bind(freeAddress())) {
            listener.setOption(provider.passing().credentialsOption(), server);
            first.connect(listener.getLocalAddress());
            return new Ends(first, end(closing(listener.accept())));
        }
    }

    /** Sends until there is no room, in non-blocking mode; the channel is in that mode then. */
    final void fill(End sender) throws IOException {
        sender.channel().configureBlocking(false);
        Beside nothing = beside();
        int sent = 0;
        while (sender.send(nothing, ByteBuffer.allocate(FILLING_BYTES)) >= 0) {
            sent++;
        }
        assertTrue(sent > 1);
    }

    /** Receives all that is there, none of which has descriptors beside it. */
    final void drain(End receiver) throws IOException {
        receiver.channel().configureBlocking(false);
        Beside beside = beside();
        while (receiver.receive(beside, ByteBuffer.allocate(ROOM_BYTES)) != null) {
            assertEquals(0, beside.count());
        }
    }

    /** Checks that nothing is to be sent any more. */
    final void assertDropped(Beside sent) throws IOException {
        Ends others = ends();
        others.first().send("a", sent);
        Beside received = beside();
        others.second().assertReceives("a", received);
        assertEquals(0, received.count());
    }

    final Beside beside() {
        return closing(provider.passing().beside());
    }

    /** A descriptor of a new file. */
    final Handle file() throws IOException {
        return closing(provider.passing().open(folder.resolve("file" + files++)));
    }

    /** Takes a descriptor that was received, to be closed when the test ends. */
    final Handle take(Beside beside) {
        return closing(beside.take());
    }

    /** Checks how many descriptors of files, here {@link #file}'s and those that were received, this process has. */
    final void assertOpenFiles(int expected) throws IOException {
        assertEquals(expected, OpenDescriptors.filesIn(folder).size(), () -> "open files, of " + files);
    }

    /** Checks that a descriptor is one of the same open file as another: they share the offset. Neither can be used afterwards. */
    final void assertSameOpenFile(Handle expected, Handle actual) throws IOException {
        try (FileChannel one = expected.toFileChannel(); FileChannel other = actual.toFileChannel()) {
            long before = one.position();
            other.write(ascii("moved"));
            assertEquals(before + 5, one.position());
        }
    }

    static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    static String text(ByteBuffer buffer) {
        return US_ASCII.decode(buffer.duplicate().flip()).toString();
    }
}
