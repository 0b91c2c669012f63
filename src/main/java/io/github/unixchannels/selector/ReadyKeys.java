// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.descriptor.Slots;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which keys the epoll instance waits for, and what their events mean.
 *
 * <p>A key is in the epoll instance only if it has an interest: a hang-up is reported whether asked for or not (unix_poll), and nobody
 * would ever take it away. Two kinds of readiness are not epoll's to know, and are seen to aside: bytes that a channel keeps, and what
 * must be tried again after a while.
 *
 * <p>Used by the thread that holds the selector's monitor.
 */
final class ReadyKeys {

    private static final int WAKEUP_NUMBER = -1;
    private static final int PLATFORM_NUMBER = -2;

    private final Epoll epoll;
    private final Wakeup wakeup;
    private final SelectedKeySet selectedKeys;
    private final Slots<EpollSelectionKey> slots = new Slots<>();
    private final List<EpollSelectionKey> keeping = new ArrayList<>();
    private final Retries retries = new Retries();

    /** Null until there is one in the epoll instance. */
    private PlatformSelector platform;

    private long waits;
    private boolean over;

    /** What epoll_ctl(2) returned, negative, for a key that the next selection applies again; or 0. */
    private int failed;

    ReadyKeys(Epoll epoll, Wakeup wakeup, SelectedKeySet selectedKeys) throws IOException {
        this.epoll = epoll;
        this.wakeup = wakeup;
        this.selectedKeys = selectedKeys;
        int result = epoll.control(Linux.EPOLL_CTL_ADD, wakeup.fd(), Wakeup.events(), WAKEUP_NUMBER);
        if (result < 0) {
            throw ErrnoExceptions.io("epoll_ctl", "eventfd", result);
        }
    }

    /**
     * Goes by a key's present interest and its channel's present state.
     *
     * @return 0, or what epoll_ctl(2) returned, negative
     */
    int arm(EpollSelectionKey key) {
        Selectable selectable = key.selectable();
        int interest = key.interest();
        if (key.place < 0) {
            return 0;
        }
        if (interest == 0) {
            retries.remove(key); // nobody would hear of it
            return disarm(key);
        }
        if (selectable.awaitsRetry(interest)) {
            retries.add(key);
        }
        int events = selectable.pollEvents(interest);
        if (events == Selectable.NOT_POLLED) {
            return disarm(key);
        }
        if (selectable.hasKept() && !key.keeps) {
            key.keeps = true;
            keeping.add(key);
        }
        return arm(key, events);
    }

    private int arm(EpollSelectionKey key, int events) {
        if (events == key.armedEvents) {
            return 0;
        }
        if (key.slot < 0) {
            key.slot = slots.add(key);
        }
        int operation = key.armedEvents < 0 ? Linux.EPOLL_CTL_ADD : Linux.EPOLL_CTL_MOD;
        int result = epoll.control(operation, key.selectable().descriptor().fd(), events, key.slot);
        if (result == 0) {
            key.armedEvents = events;
        }
        return result;
    }

    private int disarm(EpollSelectionKey key) {
        if (key.armedEvents < 0) {
            return 0;
        }
        int result = epoll.control(Linux.EPOLL_CTL_DEL, key.selectable().descriptor().fd(), 0, key.slot);
        if (result == 0) {
            key.armedEvents = -1;
        }
        return result;
    }

    /** As {@link #arm(EpollSelectionKey)}, in the course of a selection, which tells of a failure at its end; the next one tries again. */
    private void rearm(EpollSelectionKey key) {
        int result = arm(key);
        if (result < 0) {
            failed = result;
            key.applyLater();
        }
    }

    private void requireArmed() throws IOException {
        if (failed < 0) {
            int result = failed;
            failed = 0;
            throw ErrnoExceptions.io("epoll_ctl", "fd of a registered channel", result);
        }
    }

    /** Applies what has changed about the channels of the Java platform, whose selector is put into the epoll instance first. */
    void applyChanges(PlatformSelector opened) throws IOException {
        if (platform == null) {
            int result = opened.enter(epoll, PLATFORM_NUMBER);
            if (result < 0) {
                throw ErrnoExceptions.io("epoll_ctl", "the epoll instance of the Java platform's selector", result);
            }
            platform = opened;
        }
        opened.applyChanges();
    }

    /** Forgets a key, which is still inside its channel's descriptor. */
    void remove(EpollSelectionKey key) {
        disarm(key);
        if (key.slot >= 0) {
            slots.remove(key.slot);
            key.slot = -1;
        }
        if (key.keeps) {
            key.keeps = false;
            keeping.remove(key);
        }
        retries.remove(key);
    }

    /**
     * Waits for events.
     *
     * @param mayBlock false only to look
     * @param flushes whether a cancelled key of a channel of the Java platform could not be flushed: the thread that closes the channel is about
     *     to hand the platform's key to the platform's selector, without an event. The wait lasts a millisecond at most then
     * @param deadline when to stop waiting
     * @return as epoll_wait(2)
     */
    int await(boolean mayBlock, boolean flushes, Deadline deadline) throws IOException {
        retry();
        int timeoutMillis = !mayBlock || hasKeptToRead() ? 0 : deadline.leftMillis();
        if (timeoutMillis != 0 && !retries.isEmpty()) {
            int untilRetry = retries.next().leftMillis();
            timeoutMillis = timeoutMillis < 0 ? untilRetry : Math.min(timeoutMillis, untilRetry);
        }
        return epoll.await(flushes && timeoutMillis != 0 ? 1 : timeoutMillis);
    }

    private void retry() throws IOException {
        if (retries.isEmpty()) {
            return;
        }
        retries.retry();
        for (EpollSelectionKey key = retries.takeSettled(); key != null; key = retries.takeSettled()) {
            rearm(key);
        }
        requireArmed();
    }

    private boolean hasKeptToRead() {
        for (int i = 0; i < keeping.size(); i++) {
            EpollSelectionKey key = keeping.get(i);
            if ((key.interest() & SelectionKey.OP_READ) != 0 && key.selectable().hasKept()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Turns the events of the last wait, and what there is aside, into ready sets.
     *
     * @param action what to do with each ready key; null to select it
     * @param flushed whether a key of a channel of the Java platform, that was cancelled during the wait, has been flushed since
     * @return how many keys were updated, or given to the action
     */
    int process(int count, Consumer<SelectionKey> action, EpollSelector selector, boolean flushed) throws IOException {
        waits++;
        over = wakeup.take();
        int updated = 0;
        for (int i = 0; i < count; i++) {
            int number = epoll.number(i);
            if (number == WAKEUP_NUMBER) {
                continue; // whether the selection was asked to return is known by now
            }
            if (number == PLATFORM_NUMBER) {
                over |= flushed; // it may be why the platform's selector was ready
                updated += processPlatform(action, selector);
            } else {
                EpollSelectionKey key = slots.get(number);
                if (key == null) {
                    over = true; // ready, and cancelled during the wait: the JDK's selections end too
                } else {
                    updated += processEvents(key, epoll.events(i), action, selector);
                }
            }
        }
        for (int i = keeping.size() - 1; i >= 0; i--) {
            updated += processKept(keeping.get(i), i, action, selector);
        }
        requireArmed();
        return updated;
    }

    private int processPlatform(Consumer<SelectionKey> action, EpollSelector selector) throws IOException {
        PlatformSelector opened = platform; // which is null when an action has closed the selector
        int updated = 0;
        try {
            int count = opened.takeReady();
            for (int i = 0; i < count; i++) {
                over = true;
                updated += update(opened.readyKey(i), opened.readyOps(i), action, selector);
            }
        } finally {
            opened.forgetReady();
        }
        return updated;
    }

    private int processEvents(EpollSelectionKey key, int reported, Consumer<SelectionKey> action, EpollSelector selector) {
        Selectable selectable = key.selectable();
        if (selectable.descriptor().isClosed()) {
            disarm(key); // the hang-up comes from the close itself, which tells the selector when it cancels the key, just now
            return 0;
        }
        int interest = key.interest();
        if (selectable.pollEvents(interest) == Selectable.NOT_POLLED) {
            rearm(key); // began to connect after it was armed: the hang-up means nothing
            return 0;
        }
        int events = selectable.hasKept() ? reported | Linux.POLLIN : reported;
        int ops = selectable.readyOps(events, interest);
        if (ops == 0 && selectable.awaitsRetry(interest)) {
            rearm(key); // was refused after it was armed
            return 0;
        }
        over = true;
        key.seenInWait = waits;
        return update(key, ops, action, selector);
    }

    private int processKept(EpollSelectionKey key, int index, Consumer<SelectionKey> action, EpollSelector selector) {
        if (!key.selectable().hasKept()) {
            key.keeps = false;
            keeping.remove(index);
            return 0;
        }
        if (key.seenInWait == waits || (key.interest() & SelectionKey.OP_READ) == 0) {
            return 0;
        }
        over = true;
        return update(key, SelectionKey.OP_READ, action, selector);
    }

    private int update(SelectorKey key, int ops, Consumer<SelectionKey> action, EpollSelector selector) {
        if (ops == 0) {
            return 0;
        }
        if (action != null) {
            key.ready(ops);
            action.accept(key);
            selector.requireOpen();
            return 1;
        }
        if (selectedKeys.include(key)) {
            key.ready(ops);
            return 1;
        }
        int before = key.ready();
        key.ready(before | ops);
        return (ops & ~before) != 0 ? 1 : 0;
    }

    /** Whether the last wait gave a reason to return to the caller: a wake-up, or an event of a key. */
    boolean isSelectionOver() {
        return over;
    }

    void close() {
        platform = null;
    }
}
