// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;

/**
 * Channels of the Java platform over descriptors of files that are open already.
 *
 * <p>The platform opens channels by path only. So it opens one, in the mode of the descriptor, on a carrier: an empty memfd under its path
 * in /proc. dup3(2) then puts the file in the place of the carrier. A channel keeps the mode from when it was opened, and asks for
 * everything else when it needs it.
 */
final class FileChannels {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** How many numbers are looked at before all are. */
    private static final int LIKELY_NUMBERS = 8;

    private FileChannels() {}

    /**
     * A channel with a duplicate, close-on-exec, of a regular file's descriptor, which remains the caller's.
     *
     * @throws UnsupportedOperationException if it can neither be read nor written
     * @throws IOException if the kernel has no descriptor left, or there is no /proc
     */
    static FileChannel duplicate(Syscalls sys, int fd) throws IOException {
        return duplicate(sys, fd, DESCRIPTORS);
    }

    static FileChannel duplicate(Syscalls sys, int fd, Path descriptors) throws IOException {
        Set<OpenOption> access = access(sys, fd);
        // Random, so that no file that somebody else made and sent here has it.
        String name = "channel-" + UUID.randomUUID();
        int carrier = PathArguments.memfdCreate(sys, name.getBytes(StandardCharsets.US_ASCII), Linux.MFD_CLOEXEC);
        if (carrier < 0) {
            throw ErrnoExceptions.io("memfd_create", name, carrier);
        }
        try {
            int likely = ProcessDescriptors.lowestFree(sys);
            FileChannel channel = open(fd, descriptors.resolve(Integer.toString(carrier)), access);
            return replaceCarrier(sys, fd, channel, new Carrier(carrier, "/memfd:" + name + " (deleted)", descriptors), likely);
        } finally {
            sys.close(carrier);
        }
    }

    /** The options that have a channel opened in the mode of the descriptor. */
    private static Set<OpenOption> access(Syscalls sys, int fd) throws IOException {
        int flags = sys.fcntl(fd, Linux.F_GETFL, 0);
        if (flags < 0) {
            throw ErrnoExceptions.io("fcntl", "fd=" + fd + ", F_GETFL", flags);
        }
        int mode = flags & Linux.O_ACCMODE;
        if ((flags & Linux.O_PATH) != 0 || mode == Linux.O_ACCMODE) {
            throw new UnsupportedOperationException("fd=" + fd + " can neither be read nor written, as a FileChannel is");
        }
        if (mode == Linux.O_RDWR) {
            // With O_APPEND too, where the platform knows no option for it: it is the kernel that appends.
            return Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        if (mode == Linux.O_WRONLY) {
            return Set.of((flags & Linux.O_APPEND) != 0 ? StandardOpenOption.APPEND : StandardOpenOption.WRITE);
        }
        return Set.of(StandardOpenOption.READ);
    }

    private static FileChannel open(int fd, Path carrier, Set<OpenOption> access) throws IOException {
        try {
            return FileChannel.open(carrier, access);
        } catch (NoSuchFileException e) {
            throw new IOException("fd=" + fd + " can become a FileChannel by way of /proc only, where " + carrier + " is missing", e);
        }
    }

    /** The memfd: its number here, what /proc shows of it, and where. */
    private record Carrier(int number, String file, Path descriptors) {

        /** Whether a number is another descriptor of it. */
        boolean isBehind(int other) {
            return other != number && file.equals(target(descriptors.resolve(Integer.toString(other))));
        }
    }

    private static FileChannel replaceCarrier(Syscalls sys, int fd, FileChannel channel, Carrier carrier, int likely) throws IOException {
        boolean replaced = false;
        try {
            int number;
            int result;
            synchronized (ProcessDescriptors.UNCERTAIN) {
                number = numberOf(carrier, likely);
                result = sys.dup3(fd, number, Linux.O_CLOEXEC);
            }
            if (result < 0) {
                throw ErrnoExceptions.io("dup3", "fd=" + fd + ", " + number, result);
            }
            replaced = true;
            return channel;
        } finally {
            if (!replaced) {
                channel.close();
            }
        }
    }

    /**
     * The channel's number. It is open throughout, so the number neither changes nor is missed, while others open and close descriptors. It is the
     * lowest that was free before, unless others opened or closed something just then.
     */
    private static int numberOf(Carrier carrier, int likely) throws IOException {
        for (int number = likely; number < likely + LIKELY_NUMBERS; number++) {
            if (carrier.isBehind(number)) {
                return number;
            }
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(carrier.descriptors)) {
            for (Path entry : entries) {
                int number = Integer.parseInt(entry.getFileName().toString());
                if (carrier.isBehind(number)) {
                    return number;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        throw new IOException("the number of a FileChannel is not to be found in " + carrier.descriptors);
    }

    /** What a link leads to; null if its descriptor has been closed since. */
    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return null;
        }
    }
}
