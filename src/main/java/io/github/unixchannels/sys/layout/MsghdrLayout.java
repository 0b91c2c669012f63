// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct msghdr}, recvmsg(2), on 64-bit systems. musl declares the two lengths as 32 bits with padding: written as 64 bits
 * they are right for both.
 *
 * <pre>
 *   0 name 8 namelen 12 (padding) 16 iov 24 iovlen 32 control 40 controllen 48 flags 52 (padding) 56
 * </pre>
 */
public final class MsghdrLayout {

    public static final int NAME = 0;
    public static final int NAME_LENGTH = 8;
    public static final int IOV = 16;
    public static final int IOV_COUNT = 24;
    public static final int CONTROL = 32;
    public static final int CONTROL_LENGTH = 40;
    public static final int FLAGS = 48;
    public static final int BYTES = 56;

    private MsghdrLayout() {}
}
