// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes the files of sockets that are open when the JVM shuts down. There is a hook while there are such files, and no longer. */
final class RemovalAtExit {

    // Guards the two.
    private static final Object LOCK = new Object();
    private static final Set<BoundFile> FILES = new HashSet<>();
    private static Thread hook;

    private RemovalAtExit() {}

    static void add(BoundFile file) {
        synchronized (LOCK) {
            FILES.add(file);
            if (hook == null) {
                Thread thread = new Thread(RemovalAtExit::removeAll, "unix-channels socket files");
                try {
                    Runtime.getRuntime().addShutdownHook(thread);
                    hook = thread;
                } catch (IllegalStateException e) {
                    // The JVM is shutting down: the channel's close remains.
                }
            }
        }
    }

    static void forget(BoundFile file) {
        synchronized (LOCK) {
            FILES.remove(file);
            if (FILES.isEmpty() && hook != null) {
                try {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } catch (IllegalStateException e) {
                    // The JVM is shutting down.
                }
                hook = null;
            }
        }
    }

    private static void removeAll() {
        List<BoundFile> files;
        synchronized (LOCK) {
            files = List.copyOf(FILES);
        }
        for (BoundFile file : files) {
            try {
                file.remove();
            } catch (IOException e) {
                // Nobody is there to be told.
            }
        }
    }
}
