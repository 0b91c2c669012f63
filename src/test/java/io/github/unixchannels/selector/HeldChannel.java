// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A channel that says what a test tells it to: always writable to the kernel, but with OP_WRITE held back for as long as the test likes. So
 * what happens at once can be told from what happens after a while.
 */
final class HeldChannel extends AbstractSelectableChannel implements EpollChannel, Selectable {

    static final long AN_HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Descriptor descriptor;
    private final Registrations registrations = new Registrations();
    private final AtomicInteger retries = new AtomicInteger();
    private volatile boolean held = true;
    private volatile long delayNanos = AN_HOUR_NANOS;

    /** @param readable whether it is readable, all the time */
    HeldChannel(boolean readable) {
        super(UnixSelectorProvider.provider());
        descriptor = new Descriptor(HostSyscalls.get(), HostSyscalls.get().eventfd(readable ? 1 : 0, Linux.EFD_CLOEXEC));
    }

    /** Says that it is held back no more, to its selectors too. */
    void release() {
        held = false;
        registrations.channelChanged();
    }

    /** How long the next retry is to be waited for; a retry releases it. */
    HeldChannel delayNanos(long nanos) {
        delayNanos = nanos;
        return this;
    }

    int retries() {
        return retries.get();
    }

    @Override
    public Selectable selectable() {
        return this;
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public Registrations registrations() {
        return registrations;
    }

    @Override
    public int pollEvents(int interestOps) {
        int events = (interestOps & OP_READ) != 0 ? Linux.POLLIN : 0;
        return (interestOps & OP_WRITE) != 0 && !held ? events | Linux.POLLOUT : events;
    }

    @Override
    public int readyOps(int events, int interestOps) {
        int ops = (events & Linux.POLLIN) != 0 ? OP_READ : 0;
        ops |= (events & Linux.POLLOUT) != 0 && !held ? OP_WRITE : 0;
        return ops & interestOps;
    }

    @Override
    public boolean hasKept() {
        return false;
    }

    @Override
    public boolean awaitsRetry(int interestOps) {
        return held && (interestOps & OP_WRITE) != 0;
    }

    @Override
    public long retryDelayNanos() {
        return delayNanos;
    }

    @Override
    public void retry() {
        retries.incrementAndGet();
        held = false;
    }

    @Override
    public int validOps() {
        return OP_READ | OP_WRITE;
    }

    @Override
    protected void implCloseSelectableChannel() {
        descriptor.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {}
}
