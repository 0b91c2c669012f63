// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.socket.SocketQueries;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A fresh selector of the Java platform and a descriptor of the epoll instance behind it.
 *
 * <p>The selector's own number is the lowest one that was free before the selector was opened, unless another thread opened or closed
 * something meanwhile. So a few numbers are looked at, however many descriptors are open. A number counts only if the kernel says that it
 * is that instance: a datagram socket is registered with the selector, its port is nobody else's, and {@code /proc/self/fdinfo} of the
 * instance shows the socket's number and inode. Where other threads are in the way, another selector is opened. The last attempt looks at
 * all numbers.
 *
 * <p>The instance is duplicated before it is looked at for the last time. The duplicate belongs to this object, so that the number cannot
 * become that of something else.
 */
public final class PlatformEpoll {

    private static final int NOT_FOUND = -1;

    private static final String REGISTERED = "tfd:";
    private static final String INODE = " ino:";

    /** How many numbers are looked at for each selector, from the lowest that was free. */
    private static final int LIKELY_NUMBERS = 8;

    private static final int ATTEMPTS = 8;

    private final AbstractSelector selector;
    private final Syscalls sys;
    private int duplicate;

    private PlatformEpoll(AbstractSelector selector, int duplicate, Syscalls sys) {
        this.selector = selector;
        this.duplicate = duplicate;
        this.sys = sys;
    }

    /**
     * Opens a selector and finds its epoll instance.
     *
     * @return the two; null if {@code /proc/self/fdinfo} cannot be read or does not show the instance
     * @throws IOException if the kernel has no descriptor left
     */
    public static PlatformEpoll open(SelectorProvider provider, Syscalls sys) throws IOException {
        PlatformEpoll opened = null;
        for (int attempt = 1; attempt <= ATTEMPTS && opened == null; attempt++) {
            opened = attempt(provider, attempt == ATTEMPTS, sys);
        }
        return opened;
    }

    private static PlatformEpoll attempt(SelectorProvider provider, boolean all, Syscalls sys) throws IOException {
        int lowest = ProcessDescriptors.lowestFree(sys);
        AbstractSelector selector = provider.openSelector();
        PlatformEpoll opened = null;
        try {
            int[] numbers = all ? ProcessDescriptors.numbers() : IntStream.range(lowest, lowest + LIKELY_NUMBERS).toArray();
            int duplicate = duplicate(selector, numbers, sys);
            opened = duplicate == NOT_FOUND ? null : new PlatformEpoll(selector, duplicate, sys);
            return opened;
        } finally {
            if (opened == null) {
                selector.close();
            }
        }
    }

    private static int duplicate(Selector selector, int[] numbers, Syscalls sys) throws IOException {
        int probe = sys.eventfd(0, Linux.EFD_CLOEXEC);
        if (probe < 0) {
            throw ErrnoExceptions.io("eventfd", "0, EFD_CLOEXEC", probe);
        }
        int duplicate = NOT_FOUND;
        boolean found = false;
        try (DatagramChannel marker = selector.provider().openDatagramChannel()) {
            marker.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            marker.configureBlocking(false);
            SelectionKey key = marker.register(selector, SelectionKey.OP_READ);
            selector.selectNow();
            try {
                int port = ((InetSocketAddress) marker.getLocalAddress()).getPort();
                for (int i = 0; i < numbers.length && duplicate == NOT_FOUND; i++) {
                    duplicate = isEpoll(numbers[i], probe, sys) ? duplicateIfRegistered(numbers[i], port, sys) : NOT_FOUND;
                }
            } finally {
                key.cancel();
                selector.selectNow();
            }
            found = duplicate != NOT_FOUND;
        } finally {
            sys.close(probe);
            if (!found && duplicate != NOT_FOUND) {
                sys.close(duplicate);
            }
        }
        return duplicate;
    }

    /** Whether a number is that of an epoll instance, which does not have the probe: epoll_ctl(2) says what to take out is not in it. */
    private static boolean isEpoll(int number, int probe, Syscalls sys) {
        return sys.epollCtl(number, Linux.EPOLL_CTL_DEL, probe, 0) == -Errno.ENOENT;
    }

    /** A duplicate of the epoll instance if the datagram socket of that port is registered with it, or {@link #NOT_FOUND}. */
    private static int duplicateIfRegistered(int epoll, int port, Syscalls sys) throws IOException {
        String registration = registrationOf(port, epoll, sys);
        if (registration == null) {
            return NOT_FOUND;
        }
        synchronized (ProcessDescriptors.UNCERTAIN) {
            int duplicate = sys.fcntl(epoll, Linux.F_DUPFD_CLOEXEC, 0);
            if (duplicate == -Errno.EBADF) {
                return NOT_FOUND;
            }
            if (duplicate < 0) {
                throw ErrnoExceptions.io("fcntl", epoll + ", F_DUPFD_CLOEXEC", duplicate == -Errno.EINVAL ? -Errno.EMFILE : duplicate);
            }
            // The number may have been another's duplicate, and be something else by now.
            boolean same = false;
            try {
                same = registration.equals(registrationOf(port, duplicate, sys));
            } finally {
                if (!same) {
                    sys.close(duplicate);
                }
            }
            return same ? duplicate : NOT_FOUND;
        }
    }

    /** The line of fdinfo that shows the datagram socket of that port in an epoll instance; null if there is none. */
    private static String registrationOf(int port, int epoll, Syscalls sys) throws IOException {
        for (String line : ProcessDescriptors.info(epoll, sys)) {
            if (line.startsWith(REGISTERED) && isMarker(registeredNumber(line), port, line, sys)) {
                return line;
            }
        }
        return null;
    }

    /** An instance shows a number still when the number has become another file's, so the inode must be that of the socket. */
    private static boolean isMarker(int number, int port, String line, Syscalls sys) {
        if (!isDatagramSocket(number, port, sys)) {
            return false;
        }
        int inode = line.indexOf(INODE);
        if (inode >= 0) { // Linux 4.13
            long actual = ProcessDescriptors.inode(number, sys);
            String shown = line.substring(inode + INODE.length()).trim().split(" ", 2)[0];
            return (actual < 0 || Long.parseLong(shown, 16) == actual) && isDatagramSocket(number, port, sys);
        }
        return true;
    }

    private static boolean isDatagramSocket(int number, int port, Syscalls sys) {
        if (SocketQueries.option(number, Linux.SO_TYPE, sys) != Linux.SOCK_DGRAM) {
            return false;
        }
        InetSocketAddress name = SocketQueries.localName(number, sys);
        return name != null && name.getPort() == port;
    }

    /** The numbers of the descriptors that are in an epoll instance; none if it is none. */
    public static Set<Integer> registeredWith(int epoll, Syscalls sys) throws IOException {
        Set<Integer> numbers = new HashSet<>();
        for (String line : ProcessDescriptors.info(epoll, sys)) {
            if (line.startsWith(REGISTERED)) {
                numbers.add(registeredNumber(line));
            }
        }
        return numbers;
    }

    private static int registeredNumber(String line) {
        return Integer.parseInt(line.substring(REGISTERED.length()).trim().split(" ", 2)[0]);
    }

    /** The selector. The caller closes it. */
    public AbstractSelector selector() {
        return selector;
    }

    /** A number of the selector's epoll instance, until {@link #closeDuplicate}. */
    public int number() {
        return duplicate;
    }

    /** Closes both. */
    public void close() throws IOException {
        closeDuplicate();
        selector.close();
    }

    /** Closes the duplicate, once. An epoll instance that the duplicate was put into holds the instance itself, not the number. */
    void closeDuplicate() {
        int number = duplicate;
        duplicate = NOT_FOUND;
        if (number != NOT_FOUND) {
            sys.close(number);
        }
    }
}
