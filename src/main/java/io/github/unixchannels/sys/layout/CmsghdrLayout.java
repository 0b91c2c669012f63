// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct cmsghdr { size_t cmsg_len; int cmsg_level; int cmsg_type; }} and the data behind it, cmsg(3), on 64-bit systems. Each
 * begins at a multiple of 8. The length counts the header and the data, not the padding behind it. musl declares it as 32 bits with
 * padding: written as 64 bits it is right for both.
 */
public final class CmsghdrLayout {

    public static final int LENGTH = 0;
    public static final int LEVEL = 8;
    public static final int TYPE = 12;
    public static final int DATA = 16;

    private static final int ALIGNMENT = 8;

    private CmsghdrLayout() {}

    /** CMSG_LEN: what the header says of this much data. */
    public static int length(int dataBytes) {
        return DATA + dataBytes;
    }

    /** CMSG_SPACE: how much room this much data takes with its header. */
    public static int space(int dataBytes) {
        return DATA + aligned(dataBytes);
    }

    /** CMSG_ALIGN. */
    public static int aligned(int bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
