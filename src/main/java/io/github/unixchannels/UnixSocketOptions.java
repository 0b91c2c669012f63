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

    private record Option<T>(String name, Class<T> type) implements SocketOption<T> {
        @Override
        public String toString() {
            return name;
        }
    }

    private UnixSocketOptions() {}
}
