// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.socket.SocketQueries;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;

/**
 * Finds what a file channel has open by a lock: {@code /proc/self/fdinfo} shows the locks that were set through that open file.
 *
 * <p>The lock is on the last byte that there can be, number 2<sup>63</sup>-1. A lock of the Java platform ends before that byte at the
 * latest, so it is no OverlappingFileLockException for anybody; the kernel lets the same process lock twice.
 *
 * <p>None of the file's descriptors is closed: that would release all its locks of this process, fcntl(2).
 */
final class SearchByLock {

    private static final String LOCK = "lock:";
    private static final String LAST_BYTE = " " + Long.MAX_VALUE + " EOF";

    /** Held while the last byte of a file is locked: of two who have the same file open, the second would be shown the first one's lock. */
    private static final Object LAST_BYTES = new Object();

    /** Another thread that closes a descriptor of the same file meanwhile has all locks of the process on the file released, fcntl(2). */
    private static final int ATTEMPTS = 8;

    private SearchByLock() {}

    /** A duplicate of what the channel has open, or {@link ChannelDescriptors#UNKNOWN} if the lock cannot be set or is not shown. */
    static int duplicate(FileChannel channel, Syscalls sys) throws IOException {
        synchronized (LAST_BYTES) {
            int fd = ChannelDescriptors.UNKNOWN;
            for (int attempt = 0; attempt < ATTEMPTS && fd == ChannelDescriptors.UNKNOWN; attempt++) {
                // A shared lock keeps fewer out. It is not shown where it becomes one with a shared lock of the program's own.
                fd = duplicateLocked(channel, attempt % 2 == 0, sys);
            }
            return fd;
        }
    }

    private static int duplicateLocked(FileChannel channel, boolean shared, Syscalls sys) throws IOException {
        FileLock lock = lock(channel, shared);
        if (lock == null) {
            return ChannelDescriptors.UNKNOWN;
        }
        int fd = ChannelDescriptors.UNKNOWN;
        boolean released = false;
        try {
            try {
                fd = duplicateLocked(LikelyNumbers.of(channel, sys), channel, sys);
                if (fd == ChannelDescriptors.UNKNOWN) {
                    fd = duplicateLocked(ProcessDescriptors.numbers(), channel, sys);
                }
            } finally {
                release(lock);
            }
            released = true;
        } finally {
            if (!released && fd != ChannelDescriptors.UNKNOWN) {
                sys.close(fd);
            }
        }
        return fd;
    }

    private static FileLock lock(FileChannel channel, boolean shared) throws ClosedChannelException {
        try {
            return channel.tryLock(Long.MAX_VALUE, 0, shared);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (NonReadableChannelException | NonWritableChannelException | OverlappingFileLockException | IOException e) {
            return null;
        }
    }

    private static void release(FileLock lock) throws IOException {
        try {
            lock.release();
        } catch (ClosedChannelException e) {
            // Closing the channel released it.
        }
    }

    private static int duplicateLocked(int[] numbers, FileChannel channel, Syscalls sys) throws IOException {
        for (int number : numbers) {
            if (!SocketQueries.isSocket(number, sys) && isLocked(number, sys)) {
                LikelyNumbers.remember(channel, number);
                int fd = ChannelDescriptors.duplicateIf(number, duplicate -> isLocked(duplicate, sys), sys);
                if (fd != ChannelDescriptors.UNKNOWN) {
                    return fd;
                }
            }
        }
        return ChannelDescriptors.UNKNOWN;
    }

    private static boolean isLocked(int number, Syscalls sys) throws IOException {
        for (String line : ProcessDescriptors.info(number, sys)) {
            if (line.startsWith(LOCK) && line.endsWith(LAST_BYTE)) {
                return true;
            }
        }
        return false;
    }
}
