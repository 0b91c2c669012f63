// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A selector on epoll(7), level-triggered.
 *
 * <p>A selection holds the selector's monitor, and inside it that of the selected-key set, as {@link Selector} says. Nothing that other
 * threads may do meanwhile (register, change an interest, cancel, close a channel, wake up) takes either: they leave word in a queue
 * or in the cancelled-key set, and the selecting thread does the rest.
 *
 * <p>A selection: apply what is queued, drop cancelled keys, wait, drop cancelled keys, turn events into ready sets. A wait that ended for a
 * reason of the selector's own begins anew, with the time that is left.
 */
public final class EpollSelector extends AbstractSelector {

    /** The lock of the queues; a leaf: whoever holds it takes no other. */
    final Object queueLock = new Object();

    private final ReadyKeys ready;
    private final Wakeup wakeup;

    /** Interests changed and keys registered: for the next selection to apply. */
    private final KeyQueue interests = new KeyQueue(queueLock, 1);

    /** Channels that changed by themselves, in what epoll does not see: for the selection in progress to apply. */
    private final KeyQueue changes = new KeyQueue(queueLock, 2);

    /** Whether a thread waits, or is about to and will look at {@link #changes} first. */
    private volatile boolean waiting;

    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final SelectedKeySet selectedKeys = new SelectedKeySet();

    // Guarded by this selector's monitor.
    private boolean inSelect;
    private final Deadline deadline = new Deadline();

    private EpollSelector(SelectorProvider provider, Epoll epoll, Wakeup wakeup) throws IOException {
        super(provider);
        this.wakeup = wakeup;
        this.ready = new ReadyKeys(epoll, wakeup, selectedKeys);
    }

    /** Opens a selector: two descriptors. */
    public static EpollSelector open(SelectorProvider provider, Syscalls sys) throws IOException {
        Epoll epoll = Epoll.open(sys);
        Wakeup wakeup = null;
        try {
            wakeup = Wakeup.open(sys);
            return new EpollSelector(provider, epoll, wakeup);
        } catch (IOException | RuntimeException e) {
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
    public Set<SelectionKey> selectedKeys() {
        requireOpen();
        return selectedKeys;
    }

    @Override
    public int selectNow() throws IOException {
        return lockAndSelect(null, 0);
    }

    @Override
    public int select() throws IOException {
        return lockAndSelect(null, -1);
    }

    @Override
    public int select(long timeoutMillis) throws IOException {
        return lockAndSelect(null, requireTimeout(timeoutMillis));
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), 0);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), -1);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        Objects.requireNonNull(action);
        return lockAndSelect(action, requireTimeout(timeoutMillis));
    }

    /** From NIO's timeout, where 0 is without limit, to epoll's, where that is negative. */
    private static long requireTimeout(long timeoutMillis) {
        if (timeoutMillis < 0) {
            throw new IllegalArgumentException("Negative timeout: " + timeoutMillis);
        }
        return timeoutMillis == 0 ? -1 : timeoutMillis;
    }

    private int lockAndSelect(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        synchronized (this) {
            requireOpen();
            if (inSelect) {
                throw new IllegalStateException("select in progress");
            }
            inSelect = true;
            try {
                synchronized (selectedKeys) {
                    return doSelect(action, timeoutMillis);
                }
            } finally {
                inSelect = false;
            }
        }
    }

    private int doSelect(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        if (timeoutMillis > 0) {
            deadline.inMillis(timeoutMillis);
        } else {
            deadline.never();
        }
        apply(interests);
        dropCancelled();
        for (;;) {
            apply(changes);
            int count = await(timeoutMillis != 0);
            dropCancelled();
            int updated = ready.process(count, action, this);
            boolean over = timeoutMillis == 0 || deadline.hasPassed();
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
                waiting = true;
            }
            // Looked at again, now that whoever adds to it sees that somebody waits.
            count = ready.await(mayBlock && changes.isEmpty(), deadline);
        } finally {
            if (mayBlock) {
                waiting = false;
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
        for (int i = 0; i < count; i++) {
            EpollSelectionKey key = queue.taken(i);
            int result = key.isValid() ? ready.arm(key) : 0;
            if (result < 0) {
                failed = result;
                queue.add(key); // the interest is not lost: the next selection tries again
            }
        }
        if (failed < 0) {
            throw ErrnoExceptions.io("epoll_ctl", this, failed);
        }
    }

    private void dropCancelled() {
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            if (cancelled.isEmpty()) {
                return;
            }
            for (Iterator<SelectionKey> i = cancelled.iterator(); i.hasNext(); ) {
                EpollSelectionKey key = (EpollSelectionKey) i.next();
                i.remove();
                drop(key);
            }
        }
    }

    /** Takes a key out of everything. */
    private void drop(EpollSelectionKey key) {
        ready.remove(key);
        selectedKeys.remove(key);
        if (keys.remove(key)) {
            deregister((AbstractSelectionKey) key);
            leave(key);
        }
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        if (!(channel instanceof EpollChannel ours)) {
            throw new IllegalSelectorException();
        }
        Selectable selectable = ours.selectable();
        EpollSelectionKey key = new EpollSelectionKey(this, channel, selectable);
        key.attach(attachment);
        // Refused if the channel is being closed: then whoever closes it cancels this key as soon as it has been returned.
        key.inside = selectable.descriptor().enter(Descriptor.USING);
        selectable.registrations().add(key);
        keys.add(key);
        if (!isOpen() && keys.remove(key)) {
            leave(key);
            throw new ClosedSelectorException();
        }
        // If it was closed and the closing thread took the key out, that thread deregisters it once it has been returned.
        try {
            key.interestOps(ops);
        } catch (CancelledKeyException e) {
            // By another thread that found it in keys(); the key is returned all the same, as the JDK does.
        }
        return key;
    }

    /** Takes a key away from its channel, whose descriptor, if it was closed, is released by the last to leave it. */
    private static void leave(EpollSelectionKey key) {
        Selectable selectable = key.selectable();
        selectable.registrations().remove(key);
        if (key.inside) {
            key.inside = false;
            selectable.descriptor().leave(Descriptor.USING);
        }
    }

    /** The interest of a key was set: the next selection goes by it. */
    void interestChanged(EpollSelectionKey key) {
        interests.add(key);
    }

    /** A channel changed in what epoll does not see: a selection in progress looks at it at once. */
    void channelChanged(EpollSelectionKey key) {
        changes.add(key);
        if (waiting) {
            wakeup.signal();
        }
    }

    @Override
    public Selector wakeup() {
        wakeup.request();
        return this;
    }

    @Override
    protected void implCloseSelector() {
        wakeup();
        synchronized (this) {
            synchronized (selectedKeys) {
                for (SelectionKey key : keys) {
                    drop((EpollSelectionKey) key);
                }
                selectedKeys.clear();
                ready.close();
                wakeup.close();
            }
        }
    }

    /** Called after an action, which may have closed the selector. */
    void requireOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }
}
