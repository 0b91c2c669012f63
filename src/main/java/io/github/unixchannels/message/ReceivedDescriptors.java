// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;

/**
 * The numbers of descriptors that came with a message and have no other owner yet. There is room for all before any comes, so that nothing
 * can fail between the system call and here. Not thread safe.
 */
final class ReceivedDescriptors {

    /** In place of a number: none. */
    static final int NONE = -1;

    private final Syscalls sys;
    private final int[] fds = new int[Linux.SCM_MAX_FD];
    private int next;
    private int end;
    private int pidfd = NONE;

    ReceivedDescriptors(Syscalls sys) {
        this.sys = sys;
    }

    void add(int fd) {
        if (end < fds.length) {
            fds[end++] = fd;
        } else {
            close(fd); // more than a message can bring: not the kernel's work
        }
    }

    void pidfd(int fd) {
        close(pidfd);
        pidfd = fd;
    }

    int count() {
        return end - next;
    }

    /** Gives the next one up: somebody else owns it now. */
    int remove() {
        return fds[next++];
    }

    /** {@link #NONE} if there is none. */
    int pidfd() {
        return pidfd;
    }

    /** Gives the process's descriptor up: somebody else owns it now. */
    int removePidfd() {
        int fd = pidfd;
        pidfd = NONE;
        return fd;
    }

    /** Closes all that were not given up. */
    void closeAll() {
        while (next < end) {
            close(fds[next++]);
        }
        next = 0;
        end = 0;
        close(pidfd);
        pidfd = NONE;
    }

    private void close(int fd) {
        if (fd >= 0) {
            sys.close(fd);
        }
    }
}
