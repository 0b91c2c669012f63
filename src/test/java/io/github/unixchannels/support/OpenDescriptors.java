// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The sockets, eventfds and epoll instances that this process has open, or the calling thread if it has a table of its own. Files and
 * jars, which a JVM opens when it likes, do not count. For the library's own tests; the conformance suite, which sees nothing of them, has
 * one of its own.
 */
public final class OpenDescriptors {

    private OpenDescriptors() {}

    /** What each is, as {@code socket:[4711]}, sorted. */
    public static List<String> list() {
        return list(target -> target.startsWith("socket:") || target.startsWith("anon_inode:"));
    }

    /** What is open, of what is asked for, as the links of {@code /proc/thread-self/fd} have it, sorted. */
    static List<String> list(Predicate<String> wanted) {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc/thread-self/fd"))) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                try {
                    String target = Files.readSymbolicLink(entry).toString();
                    if (wanted.test(target)) {
                        targets.add(target);
                    }
                } catch (java.nio.file.NoSuchFileException e) {
                    // the descriptor of the listing itself
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        targets.sort(null);
        return targets;
    }

    /** How many there are. */
    public static int count() {
        return list().size();
    }
}
