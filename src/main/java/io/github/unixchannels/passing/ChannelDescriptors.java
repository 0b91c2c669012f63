// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * The descriptors behind channels.
 *
 * <p>A channel keeps its number for as long as it is open. So the duplicate is of the channel's descriptor if the number was the channel's at
 * some time and the channel is still open when the duplicate exists.
 */
final class ChannelDescriptors {

    /** What a search returns that found nothing, or more than one. */
    static final int UNKNOWN = -1;

    private static final String NOT_SHOWN = "/proc/self/fdinfo cannot be read, in which it is to be found";
    private static final String BLOCKING_ADVICE = "; put it into non-blocking mode, or ";

    private ChannelDescriptors() {}

    /**
     * A duplicate, close-on-exec, of what a channel has open, as {@link io.github.unixchannels.OwnedFd#duplicateOf} says; the caller owns
     * it.
     */
    static int duplicate(Channel channel, Syscalls sys) throws IOException {
        Objects.requireNonNull(channel);
        if (channel instanceof EpollChannel ours) {
            return duplicateOurs(ours.selectable().descriptor(), sys);
        }
        boolean selectable = channel instanceof SelectableChannel;
        if (!selectable && !(channel instanceof FileChannel) || channel.getClass().getModule() != Object.class.getModule()) {
            throw new UnsupportedOperationException("duplicateOf(" + channel + "): a " + channel.getClass().getName()
                    + " is neither of this library, nor a SelectableChannel or FileChannel of the Java platform");
        }
        requireOpen(channel);
        int number = PlatformInternals.numberOf(channel);
        if (number != UNKNOWN) {
            return duplicateOpen(channel, number, sys);
        }
        return selectable ? duplicateSelectable((SelectableChannel) channel, sys) : duplicateFile((FileChannel) channel, sys);
    }

    /**
     * Checks that a channel of ours can be closed without a loss.
     *
     * @throws IllegalStateException if bytes of a message were read from the kernel and not by the channel's user yet, or if a thread
     *     waits in a system call that only a shutdown of the socket would end
     */
    static void requireTakeable(Channel channel, Selectable selectable) {
        if (selectable.hasKept()) {
            throw new IllegalStateException("takeFrom(" + channel + "): the rest of a message has not been read");
        }
        if (selectable.descriptor().closeEndsOpenFile()) {
            throw new IllegalStateException("takeFrom(" + channel + "): another thread is reading or writing");
        }
    }

    private static int duplicateOurs(Descriptor descriptor, Syscalls sys) throws IOException {
        if (!descriptor.enter(Descriptor.USING)) {
            throw new ClosedChannelException();
        }
        try {
            // First: once there is a duplicate, no close may shut the socket down to wake its users.
            if (!descriptor.share()) {
                throw new ClosedChannelException();
            }
            return requireDuplicate(duplicate(descriptor.fd(), sys), descriptor.fd());
        } finally {
            descriptor.leave(Descriptor.USING);
        }
    }

    private static int duplicateSelectable(SelectableChannel channel, Syscalls sys) throws IOException {
        int number = channel.isBlocking() ? UNKNOWN : SearchBySelector.numberOf(channel, sys);
        if (number != UNKNOWN) {
            return duplicateOpen(channel, number, sys);
        }
        if (channel instanceof NetworkChannel network) {
            int fd = (isUnix(network) ? SearchByMark.of(network, sys) : SearchByName.of(channel, sys)).duplicate(channel, sys);
            if (fd != UNKNOWN) {
                return requireStillOpen(channel, fd, sys);
            }
        }
        requireOpen(channel);
        boolean shown = ProcessDescriptors.areShown(sys);
        throw unknown(channel, shown ? reason(channel) : NOT_SHOWN, shown && channel.isBlocking() ? BLOCKING_ADVICE : "; ");
    }

    private static boolean isUnix(NetworkChannel channel) {
        // The platform's own distinction: what is not of AF_UNIX can be told to use an address that is in use.
        return !channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR);
    }

    private static String reason(SelectableChannel channel) {
        if (!channel.isBlocking()) {
            return "/proc/self does not tell which descriptor it is";
        }
        return channel instanceof NetworkChannel
                ? "it has no name, or several sockets may have it"
                : "an end of a pipe has no name to be found by";
    }

    private static int duplicateFile(FileChannel channel, Syscalls sys) throws IOException {
        int fd = SearchByLock.duplicate(channel, sys);
        if (fd != UNKNOWN) {
            return requireStillOpen(channel, fd, sys);
        }
        requireOpen(channel);
        throw unknown(
                channel, ProcessDescriptors.areShown(sys) ? "it cannot be locked at its end, by which to find it" : NOT_SHOWN, "; ");
    }

    private static UnsupportedOperationException unknown(Channel channel, String reason, String advice) {
        return new UnsupportedOperationException("duplicateOf(" + channel + "): " + reason + advice + "start the JVM with "
                + PlatformInternals.FLAG);
    }

    private static int duplicateOpen(Channel channel, int number, Syscalls sys) throws IOException {
        synchronized (ProcessDescriptors.UNCERTAIN) {
            int fd = duplicate(number, sys);
            if (fd < 0) {
                requireOpen(channel);
            }
            return requireStillOpen(channel, requireDuplicate(fd, number), sys);
        }
    }

    private static int requireStillOpen(Channel channel, int fd, Syscalls sys) throws ClosedChannelException {
        if (!channel.isOpen()) {
            // It may be anybody's: the number was free for others when it was duplicated.
            sys.close(fd);
            throw new ClosedChannelException();
        }
        return fd;
    }

    private static void requireOpen(Channel channel) throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** fcntl(2) with F_DUPFD_CLOEXEC. */
    static int duplicate(int number, Syscalls sys) {
        return sys.fcntl(number, Linux.F_DUPFD_CLOEXEC, 0);
    }

    /** What a duplicate must be. */
    interface Check {
        boolean test(int fd) throws IOException;
    }

    /**
     * A duplicate that passes a check, or {@link #UNKNOWN} if it does not, or the number is free by now. A duplicate that does not pass, or
     * cannot be checked, is closed: the number may have been another's duplicate, closed since, and be somebody else's now.
     */
    static int duplicateIf(int number, Check check, Syscalls sys) throws IOException {
        synchronized (ProcessDescriptors.UNCERTAIN) {
            int fd = duplicate(number, sys);
            if (fd == -Errno.EBADF) {
                return UNKNOWN;
            }
            requireDuplicate(fd, number);
            boolean passed = false;
            try {
                passed = check.test(fd);
            } finally {
                if (!passed) {
                    sys.close(fd);
                }
            }
            return passed ? fd : UNKNOWN;
        }
    }

    /** Returns what {@link #duplicate(int, Syscalls)} returned, if that is a descriptor. */
    static int requireDuplicate(int fd, int number) throws IOException {
        if (fd < 0) {
            throw ErrnoExceptions.io("fcntl", number + ", F_DUPFD_CLOEXEC", fd == -Errno.EINVAL ? -Errno.EMFILE : fd);
        }
        return fd;
    }
}
