// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.net.SocketOption;

/** Socket options of AF_UNIX beyond {@link java.net.StandardSocketOptions}. Source: unix(7). */
public final class UnixSocketOptions {

    /**
     * The credentials of the peer, read only.
     *
     * <p>{@code getOption} throws {@link java.net.SocketException} while the channel is not connected; {@code setOption} throws it
     * always. System call: getsockopt(2) with SO_PEERCRED. For the names of user and group, use
     * {@code jdk.net.ExtendedSocketOptions.SO_PEERCRED}, which these channels answer too.
     */
    public static final SocketOption<PeerCredentials> SO_PEERCRED = new Option<>("SO_PEERCRED", PeerCredentials.class);

    /**
     * Whether every received message comes with the credentials of its sender: {@link AncillaryData#senderCredentials}.
     *
     * <p>A socket without a name is bound to an abstract one of the kernel's choice (autobind) when it connects or sends with this set.
     * What a listener has set, the sockets that it accepts have too. System call: setsockopt(2) with SO_PASSCRED.
     */
    public static final SocketOption<Boolean> SO_PASSCRED = new Option<>("SO_PASSCRED", Boolean.class);

    /**
     * Whether every received message comes with a descriptor of its sender's process: {@link AncillaryData#takeSenderPidfd}. Otherwise as
     * {@link #SO_PASSCRED}. Linux 6.5; System call: setsockopt(2) with SO_PASSPIDFD.
     */
    public static final SocketOption<Boolean> SO_PASSPIDFD = new Option<>("SO_PASSPIDFD", Boolean.class);

    /**
     * Whether received messages come with the time at which they were sent: {@link AncillaryData#timestamp}. A receive on SEQPACKET sets it
     * by itself. System call: setsockopt(2) with SO_TIMESTAMP.
     */
    public static final SocketOption<Boolean> SO_TIMESTAMP = new Option<>("SO_TIMESTAMP", Boolean.class);

    private record Option<T>(String name, Class<T> type) implements SocketOption<T> {
        @Override
        public String toString() {
            return name;
        }
    }

    private UnixSocketOptions() {}
}
