// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this process has open, as Linux tells it. Files and jars, which a JVM opens when it likes, count in {@link #filesIn} alone. */
final class OpenDescriptors {

    private static final List<String> KINDS = List.of("socket:", "anon_inode:", "pipe:");

    /** fcntl(2). */
    private static final int O_CLOEXEC = 02000000;

    private OpenDescriptors() {}

    /** Whether a descriptor of this process is closed by exec(2). */
    static boolean isCloseOnExec(int number) throws IOException {
        String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + number)).stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow();
        return (Integer.parseInt(flags.substring("flags:".length()).trim(), 8) & O_CLOEXEC) != 0;
    }

    /** The sockets, eventfds, epoll instances and pipes, one entry a descriptor, sorted. */
    static List<String> list() throws IOException {
        return targets().stream().filter(target -> KINDS.stream().anyMatch(target::startsWith)).toList();
    }

    /** The files in a folder, one entry a descriptor, sorted. */
    static List<String> filesIn(Path folder) throws IOException {
        String prefix = folder.toRealPath() + "/";
        return targets().stream().filter(target -> target.startsWith(prefix)).toList();
    }

    private static List<String> targets() throws IOException {
        List<Path> entries;
        try (Stream<Path> listing = Files.list(Path.of("/proc/self/fd"))) {
            entries = listing.toList();
        }
        List<String> targets = new ArrayList<>();
        for (Path entry : entries) {
            try {
                targets.add(Files.readSymbolicLink(entry).toString());
            } catch (NoSuchFileException e) {
                // the descriptor of the listing itself, or one that was closed meanwhile
            }
        }
        targets.sort(null);
        return targets;
    }

    /** The sockets, each as {@code socket:[4711]}. */
    static Set<String> sockets() throws IOException {
        return list().stream().filter(target -> target.startsWith("socket:")).collect(Collectors.toSet());
    }
}
