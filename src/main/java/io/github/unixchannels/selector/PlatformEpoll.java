// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.descriptor.SocketQueries;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * The epoll instance behind a selector of the Java platform, found by what the kernel tells: the number of a datagram socket by its port,
 * which nobody else has, and the instance by that number, which {@code /proc/self/fdinfo} lists as {@code tfd:} in the one that the socket was
 * registered with.
 */
public final class PlatformEpoll {

    private static final String REGISTERED = "tfd:";

    private PlatformEpoll() {}

    /**
     * The number of the instance's descriptor, which is the selector's for as long as that is open.
     *
     * @throws IOException if it cannot be found, saying what is missing
     */
    public static int numberOf(Selector selector, Syscalls sys) throws IOException {
        try (DatagramChannel marker = selector.provider().openDatagramChannel()) {
            marker.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            marker.configureBlocking(false);
            marker.register(selector, SelectionKey.OP_READ);
            selector.selectNow();
            int[] numbers = ProcessDescriptors.numbers();
            if (numbers.length == 0) {
                throw new IOException("the selector of the Java platform is found by /proc/self/fdinfo, and that cannot be read");
            }
            int port = ((InetSocketAddress) marker.getLocalAddress()).getPort();
            for (int number : numbers) {
                InetSocketAddress name = SocketQueries.localName(number, sys);
                if (name != null && name.getPort() == port) {
                    int epoll = holderOf(number, numbers, sys);
                    if (epoll >= 0) {
                        return epoll;
                    }
                }
            }
            throw new IOException("the selector of the Java platform, " + selector.getClass().getName()
                    + ", has no epoll instance that /proc/self/fdinfo shows");
        } finally {
            selector.selectNow(); // which gives the marker's descriptor back
        }
    }

    private static int holderOf(int fd, int[] numbers, Syscalls sys) throws IOException {
        for (int number : numbers) {
            for (String line : ProcessDescriptors.info(number, sys)) {
                if (line.startsWith(REGISTERED) && Integer.parseInt(line.substring(REGISTERED.length()).trim().split(" ", 2)[0]) == fd) {
                    return number;
                }
            }
        }
        return -1;
    }
}
