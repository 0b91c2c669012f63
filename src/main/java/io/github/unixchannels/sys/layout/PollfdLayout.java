// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/** {@code struct pollfd { int fd; short events; short revents; }}, poll(2). */
public final class PollfdLayout {

    public static final int FD = 0;
    public static final int EVENTS = 4;
    public static final int REVENTS = 6;
    public static final int BYTES = 8;

    private PollfdLayout() {}
}
