// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Descriptors and threads of this process.
 *
 * @param descriptors as {@link OpenDescriptors#list} gives them
 * @param threads those that live, without the JVM's own
 */
record LeftOver(List<String> descriptors, List<Thread> threads) {

    /** Pools that the Java platform and JUnit keep for a while, whatever a provider does. */
    private static final Set<String> KEPT =
            Set.of("ForkJoinPool.commonPool-", "CompletableFutureDelayScheduler", "junit-jupiter-timeout-watcher");

    static LeftOver now() throws IOException {
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream().filter(LeftOver::counts).toList();
        return new LeftOver(OpenDescriptors.list(), threads);
    }

    private static boolean counts(Thread thread) {
        ThreadGroup group = thread.getThreadGroup(); // null if it has ended
        return group != null
                && group.getParent() != null // the group of the JVM's own has none
                && KEPT.stream().noneMatch(thread.getName()::startsWith);
    }

    /** What is here and was not there before. */
    LeftOver since(LeftOver before) {
        List<String> opened = new ArrayList<>(descriptors);
        before.descriptors.forEach(opened::remove);
        List<Thread> started = new ArrayList<>(threads);
        started.removeAll(before.threads);
        return new LeftOver(opened, started);
    }

    boolean isEmpty() {
        return descriptors.isEmpty() && threads.isEmpty();
    }

    @Override
    public String toString() {
        return "descriptors: " + descriptors.size() + " " + descriptors + ", threads: " + threads.size() + " "
                + threads.stream().map(Thread::getName).toList();
    }
}
