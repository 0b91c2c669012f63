// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct sockaddr_un}, unix(7).
 *
 * <pre>
 *   0        2                                             110
 *   +--------+----------------------------------------------+
 *   | family | sun_path                                     |
 *   +--------+----------------------------------------------+
 * </pre>
 */
public final class SockaddrUnLayout {

    /** {@code sa_family_t sun_family} (unsigned short). */
    public static final int FAMILY = 0;

    /** {@code char sun_path[108]}. */
    public static final int PATH = 2;

    /** The most bytes that {@code sun_path} holds. A path may use all of them: the terminating NUL may be left out. */
    public static final int PATH_BYTES = 108;

    public static final int BYTES = PATH + PATH_BYTES;

    /** Room for what the kernel writes back: a path of 108 bytes comes with a NUL after it (unix_mkname_bsd). */
    public static final int RECEIVE_BYTES = BYTES + 2;

    private SockaddrUnLayout() {}
}
