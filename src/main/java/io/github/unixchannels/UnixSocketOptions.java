// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.sys.Linux;
import java.net.SocketOption;

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
