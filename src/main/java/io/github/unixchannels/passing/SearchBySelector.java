// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.selector.PlatformEpoll;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A selector of the Java platform that tells the number of a channel in non-blocking mode: registered with it, the channel is in the epoll
 * instance behind it, and {@code /proc/self/fdinfo} of an epoll instance lists the numbers in it.
 *
 * <p>There is one for each provider, in practice one, opened when first needed and kept: three descriptors, no thread.
 */
final class SearchBySelector {

    private static final Map<SelectorProvider, SearchBySelector> OPENED = new HashMap<>();

    private final Selector selector;
    private final int number;
    private final Set<Integer> ownDescriptors;

    private SearchBySelector(Selector selector, int number, Set<Integer> ownDescriptors) {
        this.selector = selector;
        this.number = number;
        this.ownDescriptors = ownDescriptors;
    }

    /**
     * The number of a channel's descriptor, or {@link ChannelDescriptors#UNKNOWN} if it is in blocking mode or that cannot be told.
     * The channel's keys, interest and mode stay as they are; nobody can make it blocking meanwhile, so nobody is refused to.
     */
    static int numberOf(SelectableChannel channel, Syscalls sys) throws IOException {
        SearchBySelector probe = of(channel.provider(), sys);
        if (probe == null) {
            return ChannelDescriptors.UNKNOWN;
        }
        // Before the probe's own, so that a thread that waits for this one does not keep others from the probe.
        synchronized (channel.blockingLock()) {
            return channel.isBlocking() ? ChannelDescriptors.UNKNOWN : probe.register(channel, sys);
        }
    }

    private synchronized int register(SelectableChannel channel, Syscalls sys) throws IOException {
        SelectionKey key;
        try {
            // Any operation: with none, the channel would not be in the epoll instance.
            key = channel.register(selector, Integer.lowestOneBit(channel.validOps()));
        } catch (IllegalSelectorException e) {
            return ChannelDescriptors.UNKNOWN;
        }
        try {
            selector.selectNow();
            selector.selectedKeys().clear();
            Set<Integer> registered = PlatformEpoll.registeredWith(number, sys);
            registered.removeAll(ownDescriptors);
            return registered.size() == 1 ? registered.iterator().next() : ChannelDescriptors.UNKNOWN;
        } finally {
            key.cancel();
            // If the channel was closed meanwhile, this is what closes its descriptor.
            selector.selectNow();
        }
    }

    /** The probe of a provider, or null if it can have none. */
    private static synchronized SearchBySelector of(SelectorProvider provider, Syscalls sys) throws IOException {
        SearchBySelector probe = OPENED.get(provider);
        if (probe == null) {
            probe = open(provider, sys);
            if (probe != null) {
                OPENED.put(provider, probe);
            }
        }
        return probe;
    }

    private static SearchBySelector open(SelectorProvider provider, Syscalls sys) throws IOException {
        PlatformEpoll epoll = PlatformEpoll.open(provider, sys);
        if (epoll == null) {
            return null;
        }
        try {
            return new SearchBySelector(epoll.selector(), epoll.number(), PlatformEpoll.registeredWith(epoll.number(), sys));
        } catch (Throwable e) {
            epoll.close();
            throw e;
        }
    }
}
