// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a socket can be bound, in a directory of its own.
 *
 * @param path of the socket, which does not exist at first
 */
public record SocketFile(Path path) implements Closeable {

    /** In a new directory. */
    public static SocketFile create() throws IOException {
        return new SocketFile(Files.createTempDirectory("bench").resolve("socket"));
    }

    /** Deletes the socket and its directory. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        Files.delete(path.getParent());
    }
}
