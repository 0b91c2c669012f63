// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Instant;

/**
 * The ancillary data of a message, to be sent or as received: descriptors, credentials, the time. {@code struct cmsghdr}, cmsg(3), unix(7).
 *
 * <p>One object serves any number of sends and receives, so that a loop of them leaves no garbage. The object has two independent sides:
 *
 * <ul>
 *   <li><b>Data to be sent</b>: {@link #descriptor(OwnedFd)}, {@link #credentials}. They belong to one send. A send that sent its message,
 *       or the first bytes of a stream, has removed them from here. A send that ended in an exception has dropped them, unless its time was
 *       over before it sent a byte ({@link UnixSocketOptions#SO_SNDTIMEO}). After such a send, and if a non-blocking send returned -1, they
 *       are still here, for the same send to be tried again: the next send on that channel to that
 *       target sends them. A send on another channel or to another target drops them first, and so does the first
 *       {@link #descriptor(OwnedFd)} or {@link #credentials} after the refusal, which begins the next message. So one object can serve
 *       many channels, and no data for one peer reach another. Descriptors are borrowed: they belong to the caller who added them, who may
 *       close them once the send has returned something else than -1, and has not timed out.
 *   <li><b>Received data</b> of the last message: {@link #takeDescriptor} and the methods below it. Descriptors that are not taken are
 *       closed by the next receive, by {@link #clear}, by {@link #close} or, at the latest, when the garbage collector finds this object.
 * </ul>
 *
 * <pre>{@code
 *   try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
 *           AncillaryData ancillary = AncillaryData.create();
 *           OwnedFd memory = OwnedFd.memory("example", 4096)) {
 *       pair.first().send(ByteBuffer.wrap("a descriptor".getBytes()), ancillary.descriptor(memory));
 *       pair.second().receive(ByteBuffer.allocate(100), ancillary);
 *       try (OwnedFd received = ancillary.takeDescriptor()) {
 *           System.out.println(received.kind()); // prints REGULAR_FILE
 *       }
 *   }
 * }</pre>
 *
 * <p>Not thread safe: for one thread at a time, as a {@link java.nio.ByteBuffer} is. A thread that adds, takes, clears, sends or receives
 * while another thread does so gets a {@link java.util.ConcurrentModificationException}; nothing is changed, and no descriptor is lost.
 */
public abstract class AncillaryData implements AutoCloseable {

    /** The most descriptors that one message carries: SCM_MAX_FD, unix(7). */
    public static final int MAX_DESCRIPTORS = 253;

    /** Initializes an object; {@link #create} makes those of this library. */
    protected AncillaryData() {}

    /**
     * Makes an object with nothing to be sent and nothing received.
     *
     * @return the object
     * @throws UnsupportedOperationException if this platform is not supported
     */
    public static AncillaryData create() {
        return UnixSelectorProvider.provider().createAncillaryData();
    }

    /**
     * Adds a descriptor to the data to be sent. The receiver gets a descriptor of its own, of the same open file.
     *
     * @param descriptor borrowed until it is sent, dropped, or removed by {@link #clear}
     * @return this object
     * @throws IllegalStateException if there are {@value #MAX_DESCRIPTORS} already
     */
    public abstract AncillaryData descriptor(OwnedFd descriptor);

    /**
     * Adds a duplicate of a channel's descriptor to the data to be sent, as {@link OwnedFd#duplicateOf} makes it. The duplicate belongs to
     * this object and is closed once it is sent or dropped, or by {@link #clear}.
     *
     * @param channel remains the caller's
     * @return this object
     * @throws IllegalStateException if there are {@value #MAX_DESCRIPTORS} already
     * @throws UnsupportedOperationException as {@link OwnedFd#duplicateOf}
     * @throws IOException as {@link OwnedFd#duplicateOf}
     */
    public abstract AncillaryData descriptor(Channel channel) throws IOException;

    /**
     * Sends these credentials, SCM_CREDENTIALS, for the kernel to check: the process must be this one, and user and group among its real,
     * effective and saved ones, or the sender must be privileged. The receiver sees them if it set {@link UnixSocketOptions#SO_PASSCRED};
     * if no credentials are sent, the receiver sees the sender's process with its real user and group.
     *
     * @param credentials to be sent; {@link PeerCredentials#ofThisProcess} are permitted, except in a user namespace that does not map the
     *     user or the group (EINVAL)
     * @return this object
     * @throws IllegalArgumentException if user or group is not 0 to 4294967295
     */
    public abstract AncillaryData credentials(PeerCredentials credentials);

    /**
     * How many descriptors came and have not been taken.
     *
     * @return 0 to {@value #MAX_DESCRIPTORS}; on STREAM, descriptors sent with several messages never come as one
     */
    public abstract int descriptorCount();

    /**
     * Takes the next descriptor, in the order in which they were sent.
     *
     * @return the descriptor, which is the caller's now
     * @throws java.util.NoSuchElementException if there is none
     */
    public abstract OwnedFd takeDescriptor();

    /**
     * Who sent the message, SCM_CREDENTIALS: the process that called send, with its real user and group, or what that process named. The
     * effective ones, those of connect(2), are the value of {@link UnixSocketOptions#SO_PEERCRED}.
     *
     * @return the credentials; null unless the receiver set {@link UnixSocketOptions#SO_PASSCRED}; credentials of no process, with pid 0, if
     *     the message was sent before the option was set
     */
    public abstract PeerCredentials senderCredentials();

    /**
     * Takes the descriptor of the process that sent the message, SCM_PIDFD.
     *
     * @return the descriptor, which is the caller's now; null if it was taken, or unless the receiver had set
     *     {@link UnixSocketOptions#SO_PASSPIDFD} when the message was sent
     */
    public abstract OwnedFd takeSenderPidfd();

    /**
     * The security label of the sender, SCM_SECURITY.
     *
     * @return the label; null unless the receiver set {@link UnixSocketOptions#SO_PASSSEC} and the kernel has such labels
     */
    public abstract String senderLabel();

    /**
     * When the message was sent, by the clock of the system, SCM_TIMESTAMP.
     *
     * @return the time, to the microsecond; null unless the receiver set {@link UnixSocketOptions#SO_TIMESTAMP}, which on SEQPACKET a
     *     receive does by itself. If the message was sent before the option was set, the time at which it was received. Always null on
     *     STREAM
     */
    public abstract Instant timestamp();

    /**
     * Drops the data to be sent, and closes the descriptors that were received and not taken.
     *
     * @return this object
     */
    public abstract AncillaryData clear();

    /** As {@link #clear}. The object can be used again. */
    @Override
    public abstract void close();
}
