// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Paths for the addresses of the neighbours, which have address classes of their own. */
final class Paths {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private Paths() {}

    static Path free(Path folder) {
        return folder.resolve("s" + COUNT.incrementAndGet());
    }

    /** A file that is no socket. */
    static Path refusing(Path folder) throws IOException {
        return Files.createFile(folder.resolve("f" + COUNT.incrementAndGet()));
    }
}
