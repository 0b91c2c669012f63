// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.sys.Linux;
import java.net.SocketOption;
import java.time.Duration;

/**
 * Socket options of AF_UNIX beyond {@link java.net.StandardSocketOptions}. Source: unix(7), socket(7).
 *
 * <p><b>Who the peer is</b>: the options that begin with {@code SO_PEER}, of {@link UnixSocketChannel} and {@link UnixDatagramChannel}.
 * {@code getOption} throws {@link java.net.SocketException} while the channel is not connected. The kernel knows the process at the other
 * end of a connection and of a pair. The kernel does not know the peer of a datagram channel that was connected by address: there
 * {@code getOption} throws SocketException too. The same holds for a channel of a pair that was connected elsewhere afterwards, although the
 * kernel would still name its former peer. {@code setOption} always throws SocketException.
 *
 * <p><b>What comes with a message</b>: the options that begin with {@code SO_PASS}, and SO_TIMESTAMP, of the same channels and, where it is
 * said, of {@link UnixServerSocketChannel}. The kernel stores them; they can be set and read whenever the channel is open.
 *
 * <p><b>How long a blocking operation waits</b>: {@link #SO_RCVTIMEO} and {@link #SO_SNDTIMEO}. They belong to the channel, not to the
 * socket. They can be set and read in every state that is open.
 *
 * <p><b>A kernel that lacks an option</b> (ENOPROTOOPT): {@code supportedOptions} contains the option all the same, and {@code getOption} and
 * {@code setOption} throw an {@link UnsupportedOperationException} whose message says what is needed: {@code SO_PASSRIGHTS needs Linux 6.16}.
 */
public final class UnixSocketOptions {

    /**
     * The credentials of the peer, read only.
     *
     * <p>System call: getsockopt(2) with SO_PEERCRED. For the names of user and group, use
     * {@code jdk.net.ExtendedSocketOptions.SO_PEERCRED}, which these channels answer too.
     */
    public static final SocketOption<PeerCredentials> SO_PEERCRED = new Option<>("SO_PEERCRED", PeerCredentials.class);

    /**
     * The supplementary groups of the peer, read only.
     *
     * <p>Linux 4.13. System call: getsockopt(2) with SO_PEERGROUPS, twice if there are many.
     */
    public static final SocketOption<PeerGroups> SO_PEERGROUPS = new Option<>("SO_PEERGROUPS", PeerGroups.class);

    /**
     * A descriptor of the peer's process, read only. Unlike {@link PeerCredentials#pid}, the descriptor never becomes another process's. A
     * selector reports it as readable once the process has ended.
     *
     * <p>Each {@code getOption} makes a new descriptor, which belongs to the caller, who closes it. It throws
     * {@link java.net.SocketException} if the process has ended and the kernel no longer gives a descriptor of it (ESRCH, EINVAL: Linux
     * before 6.16), and if no descriptor is left (EMFILE, ENFILE). Linux 6.5. System call: getsockopt(2) with SO_PEERPIDFD.
     */
    public static final SocketOption<OwnedFd> SO_PEERPIDFD = new Option<>("SO_PEERPIDFD", OwnedFd.class);

    /**
     * The security label of the peer, read only, without the NUL that some security modules end it with.
     *
     * <p>{@code getOption} throws {@link UnsupportedOperationException} unless a security module gives labels to sockets of this type
     * (ENOPROTOOPT). System call: getsockopt(2) with SO_PEERSEC, twice if it is long.
     */
    public static final SocketOption<String> SO_PEERSEC = new Option<>("SO_PEERSEC", String.class);

    /**
     * Whether every received message comes with the credentials of its sender: {@link AncillaryData#senderCredentials}. False at first.
     *
     * <p>With this option the kernel binds a socket without a name to an abstract name of its choice (autobind) when the socket connects,
     * also if connecting fails, and, except on STREAM, when it sends; {@code getLocalAddress} then returns that name. An accepted channel
     * has the option if the listener had it when the connection was made. Also of {@link UnixServerSocketChannel}. System call:
     * setsockopt(2) with SO_PASSCRED.
     *
     * <p>Set the option before anything is sent, on the listener if there is one. A message that was sent before comes with the credentials of
     * no process: pid 0, and 65534 as user and group, which the kernel shows for ids that it cannot name.
     */
    public static final SocketOption<Boolean> SO_PASSCRED = new Option<>("SO_PASSCRED", Boolean.class);

    /**
     * Whether every received message comes with a descriptor of its sender's process: {@link AncillaryData#takeSenderPidfd}. Otherwise as
     * {@link #SO_PASSCRED}; a message that was sent before the option was set comes without a descriptor. Linux 6.5. System call:
     * setsockopt(2) with SO_PASSPIDFD.
     */
    public static final SocketOption<Boolean> SO_PASSPIDFD = new Option<>("SO_PASSPIDFD", Boolean.class);

    /**
     * Whether every received message comes with the security label of its sender: {@link AncillaryData#senderLabel}. False at first. The
     * option binds no name; accepted channels have it as with {@link #SO_PASSCRED}. Also of {@link UnixServerSocketChannel}. The option can
     * be set where no security module gives labels; then no label comes. System call: setsockopt(2) with SO_PASSSEC.
     */
    public static final SocketOption<Boolean> SO_PASSSEC = new Option<>("SO_PASSSEC", Boolean.class);

    /**
     * Whether descriptors are received. True at first. If false, a send of descriptors to this socket fails at the sender (EPERM, an
     * {@link java.io.IOException}), and nothing of that message is sent; descriptors that were sent before are received. The option binds no
     * name; accepted channels have it as with {@link #SO_PASSCRED}. Also of {@link UnixServerSocketChannel}. Linux 6.16. System call:
     * setsockopt(2) with SO_PASSRIGHTS.
     */
    public static final SocketOption<Boolean> SO_PASSRIGHTS = new Option<>("SO_PASSRIGHTS", Boolean.class);

    /**
     * Whether received messages come with the time at which they were sent: {@link AncillaryData#timestamp}. False at first. On SEQPACKET
     * {@code receive} sets the option by itself, and false has no effect then, because the time tells an empty message from the end. The
     * option binds no name, and accepted channels do not have it from their listener. System call: setsockopt(2) with SO_TIMESTAMP.
     */
    public static final SocketOption<Boolean> SO_TIMESTAMP = new Option<>("SO_TIMESTAMP", Boolean.class);

    /**
     * How long a blocking {@code read}, {@code receive} or {@code accept} waits at most. Zero, the value at first, is without limit. Of
     * {@link UnixSocketChannel}, {@link UnixDatagramChannel} and {@link UnixServerSocketChannel}.
     *
     * <p>An operation that has nothing to return after that time throws {@link java.net.SocketTimeoutException}. The channel goes on: no
     * byte, message, descriptor or connection is lost, and the next operation may return it. The operation ends no earlier than after that
     * time, and the kernel wakes the thread up to a millisecond and a thousandth of the time later. The time includes the wait for another
     * thread's read.
     *
     * <p>The time counts for each operation: a {@code read} that returns one byte just in time is followed by a read with all its time.
     * {@code read} on SEQPACKET passes over empty messages, which make the time no longer. A receive of a {@link MessageBatch} waits for the
     * first message only.
     *
     * <p>It changes nothing for a channel in non-blocking mode, for selectors, and for what close and interrupt do. A new value counts for
     * operations that begin later. Virtual threads park as long. {@link UnixSocketChannel#inputStream} and the streams of
     * {@link java.nio.channels.Channels} have it too.
     *
     * <p>It is not passed on: a {@linkplain OwnedFd duplicate}, a descriptor that is sent, and an accepted channel have no limit. What
     * another holder of a received descriptor has set as SO_RCVTIMEO in the kernel does not count here, and what is set here is not felt by
     * any other holder.
     *
     * <p>{@code setOption} throws {@link IllegalArgumentException} if the value is negative. System calls: recv(2) and poll(2).
     */
    public static final SocketOption<Duration> SO_RCVTIMEO = new Option<>("SO_RCVTIMEO", Duration.class);

    /**
     * How long a blocking {@code write}, {@code send}, {@code connect} or {@code finishConnect} waits at most. Zero, the value at first, is
     * without limit. Of {@link UnixSocketChannel} and {@link UnixDatagramChannel}. Otherwise as {@link #SO_RCVTIMEO}.
     *
     * <p>An operation that is not done after that time throws {@link java.net.SocketTimeoutException}:
     *
     * <ul>
     *   <li>A {@code write} or {@code send} on STREAM may have sent a part. {@link java.io.InterruptedIOException#bytesTransferred
     *       bytesTransferred} tells how many bytes, and the positions of the buffers are behind these. The ancillary data went with
     *       the first byte; if no byte was sent, they stay for the same send to be tried again.
     *   <li>On SEQPACKET and SOCK_DGRAM nothing of the message was sent. {@code bytesTransferred} is 0, the buffers are as they were, and the
     *       ancillary data stay. A datagram to a receiver whose queue stays full ends so too.
     *   <li>A send of a {@link MessageBatch} has moved the position behind the messages that went.
     *   <li>A {@code connect} or {@code finishConnect} to a listener whose backlog stays full closes the channel, as every connect that
     *       fails.
     * </ul>
     *
     * <p>{@code connect} of {@link UnixDatagramChannel} never waits.
     */
    public static final SocketOption<Duration> SO_SNDTIMEO = new Option<>("SO_SNDTIMEO", Duration.class);

    /** No record: each is one object, and to make a record's hash code takes the JVM longer than all else that opens a server. */
    private static final class Option<T> implements SocketOption<T> {

        private final String name;
        private final Class<T> type;

        Option(String name, Class<T> type) {
            this.name = name;
            this.type = type;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Class<T> type() {
            return type;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private UnixSocketOptions() {}
}
