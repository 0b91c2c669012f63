// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.Peer;
import io.github.unixchannels.PeerCheck;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;

/** A process for the time of a check. Its number is told only while a descriptor of it is open, by which its end is known. */
abstract class CheckedPeer implements Peer {

    /** What is thrown at a check that asks for the number of a process that has ended. */
    private static final class HasEnded extends IOException {

        private static final long serialVersionUID = 1;

        HasEnded() {
            super("the process has ended");
        }
    }

    private final FdOwnership fds;
    private OwnedFd process;
    private boolean ended;

    CheckedPeer(FdOwnership fds) {
        this.fds = fds;
    }

    /** Whether a check admits the process, and the process has not ended if the check asked for the number. */
    public final boolean passes(PeerCheck check) throws IOException {
        try {
            return check.admits(this) && !ended && (process == null || isRunning());
        } catch (HasEnded e) {
            return false;
        } finally {
            if (process != null) {
                process.close();
            }
        }
    }

    private boolean isRunning() throws IOException {
        Descriptor pidfd = fds.descriptorOf(process);
        if (!pidfd.enter(Descriptor.USING)) {
            throw new IOException("the check has closed the descriptor of the process");
        }
        try {
            int events = Waiting.poll(pidfd, Linux.POLLIN, 0);
            if (events < 0) {
                throw ErrnoExceptions.io("poll", "pidfd", events);
            }
            return events == 0;
        } finally {
            pidfd.leave(Descriptor.USING);
        }
    }

    abstract PeerCredentials credentials() throws IOException;

    /** A descriptor of the process; null if it has ended. */
    abstract OwnedFd openProcess() throws IOException;

    @Override
    public long uid() throws IOException {
        return credentials().uid();
    }

    @Override
    public long gid() throws IOException {
        return credentials().gid();
    }

    @Override
    public final int pid() throws IOException {
        pidfd();
        return credentials().pid();
    }

    @Override
    public final OwnedFd pidfd() throws IOException {
        if (process == null && !ended) {
            process = openProcess();
            ended = process == null;
        }
        if (ended) {
            throw new HasEnded();
        }
        return process;
    }
}
