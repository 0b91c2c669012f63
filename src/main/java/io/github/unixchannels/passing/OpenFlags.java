// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.sys.Linux;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/** The flags of open(2) that options mean, as {@link java.nio.channels.FileChannel#open} understands them. */
final class OpenFlags {

    private static final int O_NOFOLLOW = noFollow(System.getProperty("os.arch"));

    private OpenFlags() {}

    /**
     * The flags, without O_CLOEXEC.
     *
     * @throws UnsupportedOperationException if an option is another than those of {@link io.github.unixchannels.OwnedFd#open}
     * @throws IllegalArgumentException if two contradict each other
     */
    static int of(Set<OpenOption> options) {
        for (OpenOption option : options) {
            requireSupported(option);
        }
        boolean append = options.contains(StandardOpenOption.APPEND);
        boolean write = append || options.contains(StandardOpenOption.WRITE);
        boolean read = !write || options.contains(StandardOpenOption.READ);
        if (read && append) {
            throw new IllegalArgumentException("READ and APPEND contradict each other");
        }
        if (append && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING contradict each other");
        }
        int flags = options.contains(LinkOption.NOFOLLOW_LINKS) ? O_NOFOLLOW : 0;
        flags |= options.contains(StandardOpenOption.SYNC) ? Linux.O_SYNC : 0;
        flags |= options.contains(StandardOpenOption.DSYNC) ? Linux.O_DSYNC : 0;
        return write ? flags | ofWriting(options, read) : flags;
    }

    private static int ofWriting(Set<OpenOption> options, boolean read) {
        int flags = read ? Linux.O_RDWR : Linux.O_WRONLY;
        flags |= options.contains(StandardOpenOption.APPEND) ? Linux.O_APPEND : 0;
        flags |= options.contains(StandardOpenOption.TRUNCATE_EXISTING) ? Linux.O_TRUNC : 0;
        if (options.contains(StandardOpenOption.CREATE_NEW)) {
            return flags | Linux.O_CREAT | Linux.O_EXCL;
        }
        return options.contains(StandardOpenOption.CREATE) ? flags | Linux.O_CREAT : flags;
    }

    private static void requireSupported(OpenOption option) {
        Objects.requireNonNull(option);
        boolean supported = option == LinkOption.NOFOLLOW_LINKS
                || option instanceof StandardOpenOption && option != StandardOpenOption.DELETE_ON_CLOSE;
        if (!supported) {
            throw new UnsupportedOperationException("option not supported: " + option);
        }
    }

    /** O_NOFOLLOW, one of the few that the architectures disagree about. */
    static int noFollow(String arch) {
        return arch.equals("aarch64") ? 0x8000 : 0x20000;
    }
}
