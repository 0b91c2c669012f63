// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Unreachable;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A selector on epoll(7), level-triggered.
 *
 * <p>A selection holds the selector's monitor, and inside it that of the selected-key set, as {@link Selector} says. Nothing that other
 * threads may do meanwhile (register, change an interest, cancel, close a channel, wake up) takes either: they leave word in a queue
 * or in the cancelled-key set, and the selecting thread does the rest.
 *
 * <p>A selection: drop cancelled keys, apply what is queued, wait, drop cancelled keys, turn events into ready sets. A wait that ended
 * for a reason of the selector's own begins anew, with the time that is left. The close of a channel ends the selection in progress.
 *
 * <p>The order of locks: this selector's monitor; that of its selected keys; those of the platform's selector inside it; a channel's key
 * lock, with which a channel calls {@link #register}. All others are leaves, under which no lock is taken.
 */
public final class EpollSelector extends LockedSelector {

    /** The lock of the queues; a leaf: a thread that holds it takes no other. */
    final Object queueLock = new Object();

    private final ReadyKeys ready;
    private final Wakeup wakeup;

    /** Interests changed and keys registered: for the next selection to apply. */
    private final KeyQueue interests = new KeyQueue(queueLock, 1);

    /** Channels that changed by themselves, in what epoll does not see: for the selection in progress to apply. */
    private final KeyQueue changes = new KeyQueue(queueLock, 2);

    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final SelectedKeySet selectedKeys;

    // Guarded by this selector's monitor.
    private final Deadline deadline = new Deadline();
    final CancelledKeys cancelled = new CancelledKeys(cancelledKeys());

    /** Whether the selection in progress has dropped the key of a channel that was closed since it began. Guarded likewise. */
    private boolean channelClosed;

    private final SelectorDescriptors descriptors;
    private final Cleaner.Cleanable forgotten;
    private final Syscalls sys;
    private final Supplier<SelectorProvider> platformProvider;

    /** For the channels of the Java platform; null until the first registers. */
    private volatile PlatformSelector platform;

    // Guards that it is opened once, and not after the close.
    private final Object platformLock = new Object();

    private EpollSelector(
            SelectorProvider provider, Syscalls sys, Epoll epoll, Wakeup wakeup, Supplier<SelectorProvider> platformProvider,
            SelectedKeySet selectedKeys)
            throws IOException {
        super(provider, selectedKeys);
        this.selectedKeys = selectedKeys;
        this.sys = sys;
        this.platformProvider = platformProvider;
        this.wakeup = wakeup;
        this.ready = new ReadyKeys(epoll, wakeup, selectedKeys);
        this.descriptors = new SelectorDescriptors(epoll, wakeup);
        this.forgotten = Unreachable.watch(this, descriptors);
    }

    /**
     * Opens a selector: two descriptors.
     *
     * @param platformProvider asked, once a channel of the Java platform is to be registered, for the provider of those
     */
    public static AbstractSelector open(SelectorProvider provider, Syscalls sys, Supplier<SelectorProvider> platformProvider)
            throws IOException {
        Epoll epoll = Epoll.open(sys);
        Wakeup wakeup = null;
        try {
            wakeup = Wakeup.open(sys);
            return new EpollSelector(provider, sys, epoll, wakeup, platformProvider, new SelectedKeySet());
        } catch (Throwable e) {
            epoll.close();
            if (wakeup != null) {
                wakeup.close();
            }
            throw e;
        }
    }

    @Override
    public Set<SelectionKey> keys() {
        requireOpen();
        return publicKeys;
    }

    @Override
    int doSelect(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        if (timeoutMillis > 0) {
            deadline.inMillis(timeoutMillis);
        } else {
            deadline.never();
        }
        dropCancelled(); // first, for what is cancelled makes room in the kernel
        apply(interests);
        applyPlatformChanges();
        channelClosed = false;
        for (;;) {
            apply(changes);
            flushPlatform();
            int count = await(timeoutMillis != 0 && !channelClosed);
            boolean flushed = dropCancelled();
            int updated = ready.process(count, action, this, flushed);
            boolean over = timeoutMillis == 0 || channelClosed || deadline.hasPassed();
            if (over || ready.isSelectionOver() || !isOpen()) {
                return updated;
            }
        }
    }

    private int await(boolean mayBlock) throws IOException {
        int count;
        try {
            if (mayBlock) {
                begin();
                wakeup.beginWait();
            }
            // Looked at again, now that a thread that changes them sees that this thread is about to wait.
            boolean flushes = platform != null && platform.hasCancelled();
            count = ready.await(mayBlock && changes.isEmpty() && !wakeup.isRequested(), flushes, deadline);
        } finally {
            if (mayBlock) {
                wakeup.endWait();
                end();
            }
        }
        if (count < 0 && count != -Errno.EINTR) {
            throw ErrnoExceptions.io("epoll_wait", this, count);
        }
        return Math.max(0, count);
    }

    private void apply(KeyQueue queue) throws IOException {
        int count = queue.takeAll();
        int failed = 0;
        Object argument = this;
        for (int i = 0; i < count; i++) {
            SelectorKey key = queue.taken(i);
            if (!key.isValid()) {
                drop(key);
                continue;
            }
            int result = apply(key);
            if (result == -Errno.ELOOP || result == -Errno.EINVAL) {
                // An epoll instance that another process has nested too deep since the channel was made. The other channels go on.
                failed = result;
                argument = key.channel() + ", whose key is cancelled";
                key.cancel();
            } else if (result < 0) {
                failed = result;
                queue.add(key); // the interest is not lost: the next selection tries again
            }
        }
        if (failed < 0) {
            throw ErrnoExceptions.io("epoll_ctl", argument, failed);
        }
    }

    private int apply(SelectorKey key) {
        if (key instanceof EpollSelectionKey ours) {
            return ready.arm(ours);
        }
        platform.apply((PlatformKey) key);
        return 0;
    }

    private void applyPlatformChanges() throws IOException {
        PlatformSelector opened = platform;
        if (opened != null) {
            ready.applyChanges(opened);
        }
    }

    /** Returns whether there were keys of channels of the Java platform among them. */
    private boolean dropCancelled() throws IOException {
        cancelled.takeAll();
        for (SelectorKey key; (key = cancelled.poll()) != null; ) {
            drop(key);
        }
        return flushPlatform();
    }

    /** Takes out a cancelled key; one of the Java platform's channels by the next flush. */
    private void drop(SelectorKey key) {
        if (key instanceof EpollSelectionKey ours) {
            drop(ours);
        } else if (keys.contains(key)) {
            platform.cancel((PlatformKey) key);
        }
    }

    private void drop(EpollSelectionKey key) {
        ready.remove(key);
        selectedKeys.remove(key);
        key.dropped();
        if (keys.remove(key)) {
            deregister((AbstractSelectionKey) key);
            leave(key);
            channelClosed |= !key.channel().isOpen();
        }
    }

    private boolean flushPlatform() throws IOException {
        PlatformSelector opened = platform;
        if (opened == null || !opened.hasCancelled()) {
            return false;
        }
        opened.flush();
        for (PlatformKey key; (key = opened.pollFlushed()) != null; ) {
            selectedKeys.remove(key);
            key.dropped();
            keys.remove(key);
            channelClosed |= !key.channel().isOpen();
        }
        return true;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        if (channel instanceof EpollChannel ours) {
            return register(channel, ours.selectable(), ops, attachment);
        }
        return registerOfPlatform(channel, ops, attachment);
    }

    private SelectionKey registerOfPlatform(AbstractSelectableChannel channel, int ops, Object attachment) {
        requireOpen();
        PlatformKey key = new PlatformKey(this, channel);
        key.attach(attachment);
        try {
            platform(channel).register(channel, key);
        } catch (ClosedChannelException e) {
            throw EpollSelector.<RuntimeException>asIs(e); // which the channel's own register, the caller, is declared to throw
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keys.add(key);
        if (!isOpen() && keys.remove(key)) {
            cancelled.cancelAndForget(key); // who closes the selector takes the platform's key out
            throw new ClosedSelectorException();
        }
        setInterest(key, ops);
        return key;
    }

    @SuppressWarnings("unchecked") // only to the compiler
    private static <T extends Exception> T asIs(Exception e) throws T {
        throw (T) e;
    }

    private static void setInterest(SelectorKey key, int ops) {
        try {
            key.interestOps(ops);
        } catch (CancelledKeyException e) {
            // By another thread that found it in keys(); the key is returned all the same, as the JDK does.
        }
    }

    private PlatformSelector platform(AbstractSelectableChannel channel) throws IOException {
        SelectorProvider provider = platformProvider.get();
        // One that the process inherited names the system's default as its provider, which may be ours.
        if (channel.provider() != provider && channel.provider() != SelectorProvider.provider()) {
            throw new IllegalSelectorException();
        }
        PlatformSelector opened = platform;
        if (opened != null) {
            return opened;
        }
        // Without the lock, which close wants: another thread may open one too, and one of the two is closed again.
        PlatformSelector further = PlatformSelector.open(provider, sys);
        synchronized (platformLock) {
            if (isOpen() && platform == null) {
                platform = further;
                return further;
            }
            opened = platform;
        }
        further.close();
        requireOpen();
        return opened;
    }

    /** Takes a key, which was cancelled, out of its channel's table. Called by any thread. */
    void release(PlatformKey key) {
        deregister(key);
    }

    private SelectionKey register(AbstractSelectableChannel channel, Selectable selectable, int ops, Object attachment) {
        EpollSelectionKey key = new EpollSelectionKey(this, channel, selectable);
        key.attach(attachment);
        // Refused if the channel is being closed: then the closing thread cancels this key as soon as it has been returned.
        key.place = descriptors.enter(selectable.descriptor());
        selectable.registrations().add(key);
        keys.add(key);
        if (!isOpen() && keys.remove(key)) {
            cancelled.cancelAndForget(key);
            leave(key);
            throw new ClosedSelectorException();
        }
        // If it was closed and the closing thread took the key out, that thread deregisters it once it has been returned.
        setInterest(key, ops);
        return key;
    }

    /** Takes a key away from its channel, whose descriptor, if it was closed, is released by the last to leave it. */
    private void leave(EpollSelectionKey key) {
        key.selectable().registrations().remove(key);
        if (key.place >= 0) {
            descriptors.leave(key.place);
            key.place = -1;
        }
    }

    /** The interest of a key was set: the next selection goes by it. */
    void interestChanged(SelectorKey key) {
        interests.add(key);
    }

    /** A channel changed in what epoll does not see, or was closed: a selection in progress looks at it at once. */
    void channelChanged(SelectorKey key) {
        changes.add(key);
        wakeup.signal();
    }

    @Override
    public Selector wakeup() {
        wakeup.request();
        return this;
    }

    @Override
    protected void implCloseSelector() throws IOException {
        wakeup();
        synchronized (this) {
            synchronized (selectedKeys) {
                for (SelectionKey key : keys) {
                    if (key instanceof EpollSelectionKey ours) {
                        drop(ours);
                    } else if (keys.remove(key)) {
                        ((SelectorKey) key).dropped();
                        ((PlatformKey) key).release();
                    }
                }
                selectedKeys.clear();
                cancelled.clear();
                interests.clear();
                changes.clear();
                closePlatform();
                ready.close();
                descriptors.close();
                forgotten.clean();
            }
        }
    }

    private void closePlatform() throws IOException {
        PlatformSelector opened;
        synchronized (platformLock) {
            opened = platform;
            platform = null;
        }
        if (opened != null) {
            opened.close(); // wants key locks of channels, whose holders may want platformLock
        }
    }
}
