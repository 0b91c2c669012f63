// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; }}, recvmmsg(2), on 64-bit systems.
 *
 * <pre>
 *   0 msghdr 56 len 60 (padding) 64
 * </pre>
 */
public final class MmsghdrLayout {

    /** A {@link MsghdrLayout}. */
    public static final int MESSAGE = 0;

    public static final int LENGTH = MsghdrLayout.BYTES;
    public static final int BYTES = 64;

    private MmsghdrLayout() {}
}
