// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.sys.Linux;
import java.net.SocketOption;

/**
 * Socket options of AF_UNIX beyond {@link java.net.StandardSocketOptions}. Source: unix(7), socket(7).
 *
 * <p><b>Who the peer is</b>: the options that begin with {@code SO_PEER}, of {@link UnixSocketChannel} and {@link UnixDatagramChannel}.
 * {@code getOption} throws {@link java.net.SocketException} while the channel is not connected. The kernel knows the process at the other
 * end of a connection and of a pair. It does not know whom a datagram channel was connected to by address: there {@code getOption} throws
 * SocketException too, also if the channel is of a pair and was connected elsewhere, when the kernel would tell of the end that it had
 * before. {@code setOption} throws SocketException always.
 *
 * <p><b>What comes with a message</b>: the options that begin with {@code SO_PASS}, and SO_TIMESTAMP, of the same channels and, as far as
 * it is said, of {@link UnixServerSocketChannel}. They are kept by the kernel, and can be set and read in every state that is open.
 *
 * <p><b>A kernel that lacks an option</b> (ENOPROTOOPT): {@code supportedOptions} has it all the same, and {@code getOption} and
 * {@code setOption} throw {@link UnsupportedOperationException}, whose message says what it needs: {@code SO_PASSRIGHTS needs Linux 6.16}.
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
     * A descriptor of the peer's process, read only: unlike {@link PeerCredentials#pid}, it never is another process's. For poll(2) it can
     * be read once the process has ended.
     *
     * <p>Each {@code getOption} makes a new descriptor, which belongs to the caller, who closes it. It throws
     * {@link java.net.SocketException} if the process has ended and the kernel gives no descriptor of it any more (ESRCH, EINVAL: Linux
     * before 6.16), and if there is none left (EMFILE, ENFILE). Linux 6.5. System call: getsockopt(2) with SO_PEERPIDFD.
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
     * <p>A socket without a name is bound by the kernel to an abstract one of its choice (autobind) when it connects with this set, even in
     * vain, and, except on STREAM, when it sends; {@code getLocalAddress} then returns that name. What a listener has set when a
     * connection is made, the accepted channel has too. Also of {@link UnixServerSocketChannel}. System call: setsockopt(2) with
     * SO_PASSCRED.
     *
     * <p>Set it before anything is sent, on the listener if there is one. A message that was sent before comes with the credentials of
     * nobody: pid 0, and the user and group that the kernel shows for those that it cannot name, 65534.
     */
    public static final SocketOption<Boolean> SO_PASSCRED = new Option<>("SO_PASSCRED", Boolean.class);

    /**
     * Whether every received message comes with a descriptor of its sender's process: {@link AncillaryData#takeSenderPidfd}. Otherwise as
     * {@link #SO_PASSCRED}; a message that was sent before it was set comes without. Linux 6.5. System call: setsockopt(2) with
     * SO_PASSPIDFD.
     */
    public static final SocketOption<Boolean> SO_PASSPIDFD = new Option<>("SO_PASSPIDFD", Boolean.class);

    /**
     * Whether every received message comes with the security label of its sender: {@link AncillaryData#senderLabel}. False at first. It
     * binds nothing; accepted channels have it as with {@link #SO_PASSCRED}. Also of {@link UnixServerSocketChannel}. It can be set where
     * no security module gives labels: none come then. System call: setsockopt(2) with SO_PASSSEC.
     */
    public static final SocketOption<Boolean> SO_PASSSEC = new Option<>("SO_PASSSEC", Boolean.class);

    /**
     * Whether descriptors are received. True at first. If false, whoever sends some to this socket gets an {@link java.io.IOException}
     * (EPERM), and nothing of that message is sent; what was sent before is received. It binds nothing; accepted channels have it as with
     * {@link #SO_PASSCRED}. Also of {@link UnixServerSocketChannel}. Linux 6.16. System call: setsockopt(2) with SO_PASSRIGHTS.
     */
    public static final SocketOption<Boolean> SO_PASSRIGHTS = new Option<>("SO_PASSRIGHTS", Boolean.class);

    /**
     * Whether received messages come with the time at which they were sent: {@link AncillaryData#timestamp}. False at first. On SEQPACKET
     * {@code receive} sets it by itself, and false is then of no effect: an empty message is known by its time. It binds nothing, and
     * accepted channels do not have it from their listener. System call: setsockopt(2) with SO_TIMESTAMP.
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
