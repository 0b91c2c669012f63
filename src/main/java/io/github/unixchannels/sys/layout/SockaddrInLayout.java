// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct sockaddr_in}, ip(7). Port and address are in network byte order.
 *
 * <pre>
 *   0 family 2 port 4 address 8 (zeros) 16
 * </pre>
 */
public final class SockaddrInLayout {

    public static final int FAMILY = 0;
    public static final int PORT = 2;
    public static final int ADDRESS = 4;
    public static final int ADDRESS_BYTES = 4;
    public static final int ZEROS = 8;
    public static final int BYTES = 16;

    private SockaddrInLayout() {}
}
