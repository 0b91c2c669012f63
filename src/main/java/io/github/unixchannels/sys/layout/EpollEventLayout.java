// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct epoll_event}, epoll_ctl(2). It is packed on x86-64 and on no other architecture.
 *
 * <pre>
 *   x86-64:   0 events 4 data 12
 *   others:   0 events 4 (padding) 8 data 16
 * </pre>
 *
 * @param data offset of {@code epoll_data_t data} (64 bits)
 * @param size length of one event in an array of them, in bytes
 */
public record EpollEventLayout(int data, int size) {

    /** Offset of {@code uint32_t events}. */
    public static final int EVENTS = 0;

    /** The layout on the architecture this JVM runs on. */
    public static final EpollEventLayout NATIVE = of(System.getProperty("os.arch"));

    /** The layout on the architecture that the system property {@code os.arch} names. */
    public static EpollEventLayout of(String arch) {
        return arch.equals("amd64") || arch.equals("x86_64") ? new EpollEventLayout(4, 12) : new EpollEventLayout(8, 16);
    }
}
