// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder for sockets, removed with what is in it. */
final class TempFolder implements AutoCloseable {

    private final Path path = Files.createTempDirectory("facts");

    TempFolder() throws IOException {}

    /** A file in it that does not exist yet. */
    Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> files = entries.toList();
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(path);
    }
}
