// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct sockaddr_in6}, ipv6(7). Port and address are in network byte order, the scope is not.
 *
 * <pre>
 *   0 family 2 port 4 flowinfo 8 address 24 scope_id 28
 * </pre>
 */
public final class SockaddrIn6Layout {

    public static final int FAMILY = 0;
    public static final int PORT = 2;
    public static final int FLOWINFO = 4;
    public static final int ADDRESS = 8;
    public static final int ADDRESS_BYTES = 16;
    public static final int SCOPE_ID = 24;
    public static final int BYTES = 28;

    private SockaddrIn6Layout() {}
}
