// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import io.github.unixchannels.channel.SingleReadiness;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.ForgottenChannel;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.EpollEventLayout;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.SelectorProvider;

/** What can be waited for until it can be read, by a selector: a pidfd, an epoll instance, and others that nothing is read from. */
public class PollableChannel extends AbstractSelectableChannel implements EpollChannel {

    /** How deep epoll instances are nested here: a selector's, and that of the poller in which its virtual thread waits. */
    private static final int LEVELS = 2;

    private final Descriptor descriptor;
    private final SingleReadiness readiness;
    private final int operations;

    PollableChannel(SelectorProvider provider, Descriptor descriptor, SingleReadiness readiness, int operations) {
        super(provider);
        this.descriptor = descriptor;
        this.readiness = readiness;
        this.operations = operations;
    }

    final SingleReadiness readiness() {
        return readiness;
    }

    /**
     * Of what epoll(7) can wait for, which is tried with instances of its own. If it throws, the number is the caller's still.
     *
     * @throws UnsupportedOperationException if it cannot
     */
    public static PollableChannel open(SelectorProvider provider, Syscalls sys, int fd) throws IOException {
        int result = nest(sys, fd, LEVELS);
        if (result == -Errno.EPERM) {
            throw new UnsupportedOperationException("fd=" + fd + " is nothing that poll(2) waits for, such as a regular file or a folder");
        }
        if (result == -Errno.ELOOP) {
            throw new UnsupportedOperationException("fd=" + fd + " is an epoll instance with others in it, nested too deep for a selector "
                    + "to wait for: epoll_ctl(fd=" + fd + "): " + Errno.describe(Errno.ELOOP));
        }
        if (result < 0) {
            throw ErrnoExceptions.io("epoll_ctl", "fd=" + fd, result);
        }
        int operations = PollableKinds.operations(sys, fd);
        Descriptor descriptor = new Descriptor(sys, fd);
        descriptor.share();
        PollableChannel channel = operations == 0
                ? new PollableChannel(provider, descriptor, new SingleReadiness(descriptor, SelectionKey.OP_READ, Linux.POLLIN),
                        SelectionKey.OP_READ)
                : new PollableByteChannel(provider, descriptor, operations);
        if (ForgottenChannel.REPORTED) {
            ForgottenChannel.watch(channel, descriptor, () -> "a channel of what can be polled");
        }
        return channel;
    }

    /**
     * Puts a descriptor into an epoll instance, that into another, and so on.
     *
     * @return 0, or what the first epoll_ctl(2) that failed returned
     */
    private static int nest(Syscalls sys, int fd, int levels) throws IOException {
        int epoll = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        if (epoll < 0) {
            throw ErrnoExceptions.io("epoll_create1", "EPOLL_CLOEXEC", epoll);
        }
        try {
            NativeMemory event = NativeMemory.allocate(sys, EpollEventLayout.NATIVE.size());
            int result = sys.epollCtl(epoll, Linux.EPOLL_CTL_ADD, fd, event.address());
            return result < 0 || levels == 1 ? result : nest(sys, epoll, levels - 1);
        } finally {
            sys.close(epoll);
        }
    }

    @Override
    public final int validOps() {
        return operations;
    }

    @Override
    protected final void implCloseSelectableChannel() {
        descriptor.close();
    }

    @Override
    protected final void implConfigureBlocking(boolean block) {
        // The mode is read anew by each operation.
    }

    @Override
    public final Selectable selectable() {
        return readiness;
    }

    @Override
    public final String toString() {
        return PollableChannel.class.getName() + "[" + (isOpen() ? "fd=" + descriptor.fd() : "closed") + "]";
    }
}
