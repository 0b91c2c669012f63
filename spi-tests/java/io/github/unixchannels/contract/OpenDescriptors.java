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

/** What this process has open, as Linux tells it. Files and jars, which a JVM opens when it likes, do not count. */
final class OpenDescriptors {

    private static final List<String> KINDS = List.of("socket:", "anon_inode:", "pipe:");

    private OpenDescriptors() {}

    /** The sockets, eventfds, epoll instances and pipes, one entry a descriptor, sorted. */
    static List<String> list() throws IOException {
        List<Path> entries;
        try (Stream<Path> listing = Files.list(Path.of("/proc/self/fd"))) {
            entries = listing.toList();
        }
        List<String> targets = new ArrayList<>();
        for (Path entry : entries) {
            try {
                String target = Files.readSymbolicLink(entry).toString();
                if (KINDS.stream().anyMatch(target::startsWith)) {
                    targets.add(target);
                }
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
