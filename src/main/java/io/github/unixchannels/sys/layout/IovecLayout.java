// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/** {@code struct iovec { void *iov_base; size_t iov_len; }}, readv(2). */
public final class IovecLayout {

    public static final int BASE = 0;
    public static final int LENGTH = 8;
    public static final int BYTES = 16;

    private IovecLayout() {}
}
