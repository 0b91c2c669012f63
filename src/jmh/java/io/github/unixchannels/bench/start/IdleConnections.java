// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * A server whose connections are all registered with one selector and idle, and what it holds for each: the growth from the first
 * connections, which load and compile what the later ones need, to all.
 */
final class IdleConnections {

    private static final Path STATUS = Path.of("/proc/self/status");

    private final Connections connections;

    /** Takes so many connections more. */
    interface Connections {
        void take(int count) throws Exception;
    }

    /** Connections that are taken in this way. */
    IdleConnections(Connections connections) {
        this.connections = connections;
    }

    /** Connections that are accepted in this way, for this selector. */
    IdleConnections(Selector selector, Callable<? extends SelectableChannel> accept) {
        this(count -> {
            for (int i = 0; i < count; i++) {
                SelectableChannel channel = accept.call();
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
            }
            selector.selectNow();
        });
    }

    /** Says that it listens, takes {@code first} connections and then as many as make {@code all}, and prints the growth for each. */
    void measure(int first, int all) throws Exception {
        System.out.println("listening");
        connections.take(first);
        residentKibibytes(); // loads what it needs
        long heapBefore = heapBytes();
        long residentBefore = residentKibibytes();
        connections.take(all - first);
        long heap = heapBytes() - heapBefore;
        long resident = residentKibibytes() - residentBefore;
        System.out.println("resident " + (double) resident / (all - first));
        System.out.println("heap " + (double) heap / (all - first));
        connections.take(0); // until here nothing of them is garbage
    }

    private static long heapBytes() {
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** The resident memory of this process (VmRSS). */
    static long residentKibibytes() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException(STATUS + " has no VmRSS");
    }
}
