// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * How a provider's channels send and receive what travels beside a message. For those that are capable of {@link Capability#DESCRIPTORS}.
 *
 * <p>An implementation is stateless, but for what belongs to a {@link Beside}.
 */
public interface Passing {

    /** The most descriptors that one message carries, unix(7). */
    int MAX_DESCRIPTORS = 253;

    /** What {@link #send} returns that sent nothing. */
    long NOTHING_SENT = -1;

    /** An object with nothing to be sent and nothing received. */
    Beside beside();

    /** Opens a file for reading and writing; it is made if it is missing. */
    Handle open(Path file) throws IOException;

    /**
     * Sends a message, or bytes of a stream, to the peer.
     *
     * @param beside what to send beside it; once sent, it is taken out of there
     * @param srcs one buffer, or several
     * @return how many bytes, or {@link #NOTHING_SENT}
     */
    long send(Channel channel, Beside beside, ByteBuffer... srcs) throws IOException;

    /** As {@link #send}, a datagram to a target. */
    long sendTo(SocketAddress target, Channel channel, Beside beside, ByteBuffer src) throws IOException;

    /**
     * Receives a message, or bytes of a stream.
     *
     * @param beside takes what came beside it
     * @param dsts one buffer, or several
     * @return what was received; null if the channel is non-blocking and nothing is there
     */
    Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException;

    /** The option by which a channel asks for the credentials of senders. For those that are capable of {@link Capability#CREDENTIALS}. */
    default SocketOption<Boolean> credentialsOption() {
        throw new UnsupportedOperationException();
    }

    /** A descriptor, which belongs to the test: to be sent, or received. To close it again does nothing. */
    interface Handle extends Closeable {

        /** Its number in this process. */
        int number() throws IOException;

        /** A channel, which owns it from now on. */
        FileChannel toFileChannel() throws IOException;
    }

    /** The object in which a provider takes what is to be sent, and hands over what was received. */
    interface Beside extends Closeable {

        /** Adds a descriptor to what is to be sent; it remains the test's. */
        Beside add(Handle descriptor);

        /** Adds credentials to what is to be sent. */
        default Beside add(Credentials credentials) {
            throw new UnsupportedOperationException();
        }

        /** How many descriptors were received with the last message and not taken. */
        int count();

        /** Takes the next of them: it is the test's. */
        Handle take();

        /** Who sent the last message; null if that was not asked for. */
        default Credentials senderCredentials() {
            return null;
        }

        /** Forgets what was to be sent, and closes what was not taken. */
        void clear();

        /** As {@link #clear}. */
        @Override
        void close();
    }

    /** A process, its user and its group. */
    record Credentials(long pid, long uid, long gid) {}

    /**
     * What a receive found.
     *
     * @param length how many bytes are in the buffers
     * @param fullLength how many the message had
     * @param truncated whether it had more than there was room for
     * @param controlTruncated whether something that was beside it is gone
     * @param end whether it was the end of the stream, and no message
     * @param sender who sent it
     */
    record Reception(int length, int fullLength, boolean truncated, boolean controlTruncated, boolean end, SocketAddress sender) {}
}
