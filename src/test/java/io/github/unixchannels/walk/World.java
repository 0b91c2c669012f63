// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.ProviderOn;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** All that is open in a walk, and what is expected of it. Thread safe. */
final class World {

    /** A selector, and whether somebody closes it. */
    static final class Selecting {
        final Selector selector;
        volatile boolean closing;

        Selecting(Selector selector) {
            this.selector = selector;
        }
    }

    final Course course;
    final Figures figures;
    final Verdict verdict;
    final RandomFaults faults;
    final ProviderOn provider;

    final List<Handle> handles = new CopyOnWriteArrayList<>();
    final List<Walker> walkers = new CopyOnWriteArrayList<>();
    final List<Selecting> selectors = new CopyOnWriteArrayList<>();

    /** The client's end of each connection that was begun and not accepted, by the client's address. */
    final Map<SocketAddress, End> clients = new ConcurrentHashMap<>();

    /** Channels whose connection is pending. */
    final Queue<Handle> connecting = new ConcurrentLinkedQueue<>();

    /** Files in memory that the walk owns. */
    final Queue<OwnedMemory> memories = new ConcurrentLinkedQueue<>();

    /** Which end a socket or pipe is of, by its name in /proc. */
    final Map<String, End> files = new ConcurrentHashMap<>();

    /** The descriptors that were sent with messages. */
    final Map<Long, Descriptors.SentMemory> sentMemories = new ConcurrentHashMap<>();

    /** Set before the walkers start. */
    MovedBuffers moved;

    final AtomicInteger flows = new AtomicInteger();
    final AtomicInteger names = new AtomicInteger();

    World(Course course, Figures figures) {
        this.course = course;
        this.figures = figures;
        this.verdict = new Verdict(figures);
        this.faults = new RandomFaults(course.faults(), figures);
        this.provider = new ProviderOn(faults::syscalls);
    }

    MessageFlow messageFlow() {
        return new MessageFlow(flows.incrementAndGet(), verdict);
    }

    ByteFlow byteFlow() {
        return new ByteFlow(flows.incrementAndGet(), verdict);
    }

    Flow flowOf(End.Kind kind) {
        return kind.hasMessages() ? messageFlow() : byteFlow();
    }

    Handle add(Handle handle) {
        handles.add(handle);
        return handle;
    }

    /** One that is open and fits; null if there is none. */
    Handle pick(SplittableRandom random, Predicate<Handle> fits) {
        List<Handle> all = new ArrayList<>();
        for (Handle handle : handles) {
            if (handle.channel.isOpen() && fits.test(handle)) {
                all.add(handle);
            }
        }
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    Selecting pickSelector(SplittableRandom random) {
        List<Selecting> all = selectors;
        return all.get(random.nextInt(all.size()));
    }

    /** The selector that has been used for longest; a new one if none is open. */
    Selector openSelector() throws IOException {
        for (Selecting each : selectors) {
            if (each.selector.isOpen()) {
                return each.selector;
            }
        }
        selectors.add(new Selecting(provider.provider().openSelector()));
        return selectors.get(selectors.size() - 1).selector;
    }

    /** Forgets what was closed. */
    void forgetClosed() {
        handles.removeIf(handle -> !handle.channel.isOpen());
    }

    /** Closes everything, also what somebody is in the middle of. */
    void closeAll() {
        for (Handle handle : handles) {
            handle.mayClose();
            close(handle.channel);
        }
        for (Selecting each : selectors) {
            each.closing = true;
            close(each.selector);
        }
        close(moved);
        for (OwnedMemory memory; (memory = memories.poll()) != null; ) {
            memory.fd().close();
        }
    }

    private void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            verdict.broken("a close failed", e);
        }
    }
}
