// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.ProviderOn;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong while a file channel's descriptor is looked for by a lock. */
@ExtendWith(NoFileLeaks.class)
class SearchByLockTest {

    @TempDir
    private Path folder;

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final ProviderOn provider = new ProviderOn(faulty::syscalls);

    private FileChannel open() throws IOException {
        return FileChannel.open(folder.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** The last number that is free goes to the duplicate, and what shows whose it is cannot be opened any more. */
    @Test
    void aDuplicateThatCannotBeLookedAtIsClosed() throws IOException {
        try (FileChannel channel = open()) {
            faulty.next("fcntl", (real, arguments) -> {
                faulty.fail("open", Errno.EMFILE, 1);
                return real.with(arguments);
            });
            assertThrows(IOException.class, () -> provider.duplicateOf(channel));
            assertEquals(1, faulty.count("fcntl"));
        }
    }

    /** To close any descriptor of a file is to release all locks that the process has on the file, fcntl(2). */
    @Test
    void aLockThatAnotherThreadReleasesDuringTwoAttemptsIsSetAgain() throws IOException {
        try (FileChannel channel = open()) {
            releaseDuringTwoAttempts();
            try (OwnedFd duplicate = provider.duplicateOf(channel)) {
                assertEquals(OwnedFd.Kind.REGULAR_FILE, duplicate.kind());
            }
            assertEquals(3, attempts());
        }
    }

    /** Before each look at a descriptor of the process. */
    private void releaseDuringTwoAttempts() {
        faulty.next("open", (real, arguments) -> {
            if (attempts() <= 2) {
                releaseDuringTwoAttempts();
                open().close();
            }
            return real.with(arguments);
        });
    }

    /** Each attempt asks once for the lowest number that is free. */
    private long attempts() {
        return faulty.count("eventfd");
    }
}
