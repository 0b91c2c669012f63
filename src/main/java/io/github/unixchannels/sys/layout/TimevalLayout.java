// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/** {@code struct timeval { time_t tv_sec; suseconds_t tv_usec; }} on 64-bit systems. */
public final class TimevalLayout {

    public static final int SECONDS = 0;
    public static final int MICROSECONDS = 8;
    public static final int BYTES = 16;

    private TimevalLayout() {}
}
