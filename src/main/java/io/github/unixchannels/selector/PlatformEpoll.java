// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.message.SocketQueries;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The epoll instance behind a selector of the Java platform, found by what the kernel tells: the number of a datagram socket by its port,
 * which nobody else has, and the instance by that number, which {@code /proc/self/fdinfo} shows as {@code tfd:} in the one that the
 * socket was registered with.
 */
public final class PlatformEpoll {

    /** What is returned in place of a number. */
    public static final int NOT_FOUND = -1;

    private static final String REGISTERED = "tfd:";

    private PlatformEpoll() {}

    /**
     * The number of the instance's descriptor, which is the selector's for as long as that is open; or {@link #NOT_FOUND}.
     *
     * @throws IOException if the kernel has no descriptor left
     */
    public static int numberOf(Selector selector, Syscalls sys) throws IOException {
        try (DatagramChannel marker = selector.provider().openDatagramChannel()) {
            marker.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            marker.configureBlocking(false);
            SelectionKey key = marker.register(selector, SelectionKey.OP_READ);
            selector.selectNow();
            int socket = socketOf(((InetSocketAddress) marker.getLocalAddress()).getPort(), sys);
            List<Integer> holders = holdersOf(socket, sys);
            // Others may show the number for a file that it stood for before, and do so still when the marker is gone.
            key.cancel();
            selector.selectNow();
            holders.removeAll(holdersOf(socket, sys));
            return holders.size() == 1 ? holders.get(0) : NOT_FOUND;
        }
    }

    private static int socketOf(int port, Syscalls sys) {
        for (int number : ProcessDescriptors.numbers()) {
            InetSocketAddress name = SocketQueries.localName(number, sys);
            boolean datagrams = SocketQueries.option(number, Linux.SO_TYPE, sys) == Linux.SOCK_DGRAM;
            if (name != null && name.getPort() == port && datagrams) {
                return number;
            }
        }
        return NOT_FOUND;
    }

    private static List<Integer> holdersOf(int socket, Syscalls sys) throws IOException {
        List<Integer> holders = new ArrayList<>();
        for (int number : ProcessDescriptors.numbers()) {
            if (registeredWith(number, sys).contains(socket)) {
                holders.add(number);
            }
        }
        return holders;
    }

    /** The numbers of the descriptors that are in an epoll instance; none if it is none. */
    public static Set<Integer> registeredWith(int epoll, Syscalls sys) throws IOException {
        Set<Integer> numbers = new HashSet<>();
        for (String line : ProcessDescriptors.info(epoll, sys)) {
            if (line.startsWith(REGISTERED)) {
                String[] words = line.substring(REGISTERED.length()).trim().split(" ", 2);
                numbers.add(Integer.parseInt(words[0]));
            }
        }
        return numbers;
    }
}
