// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.ErrnoException;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;

/** Which exceptions an operation of a walk may end with, given what others do meanwhile. */
final class Outcome {

    private Outcome() {}

    /** Holds what an operation on a channel threw against what was done to that channel and its peer. */
    static void judge(Walker walker, Handle handle, Throwable thrown) {
        if (!isAllowed(walker, handle, thrown)) {
            walker.world.verdict.broken(walker + ": unexpected " + thrown, thrown);
        }
        if (handle.end.in != null && thrown instanceof IOException e && errnoOf(e) == Errno.ECONNRESET) {
            handle.end.in.mayLose(); // nothing is expected after a reset, be it injected
        }
        if (thrown instanceof Error) {
            handle.end.mayEnd(); // what the operation had received is nobody's
        }
    }

    private static boolean isAllowed(Walker walker, Handle handle, Throwable thrown) {
        if (thrown instanceof ClosedByInterruptException) {
            return walker.wasInterrupted();
        }
        if (thrown instanceof ClosedChannelException) {
            return handle.closing || walker.usedPending || handle.end.outputShut || handle.end.inputShut;
        }
        if (thrown instanceof NotYetConnectedException) {
            return walker.usedPending || handle.connecting || handle.end.kind == End.Kind.DGRAM && (handle.end.mayBeDisconnected || handle.end.faulty || handle.end.peerMayEnd());
        }
        if (thrown instanceof Error) {
            return isInjected(walker.world, thrown);
        }
        Throwable cause = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown; // of a register
        return cause instanceof IOException e && isAllowed(walker.world, handle, e);
    }

    /** Whether a failure of a system call is one that was injected, or what a kernel says of a peer that is gone. */
    private static boolean isAllowed(World world, Handle handle, IOException thrown) {
        int errno = errnoOf(thrown);
        if (errno > 0 && world.faults.wasInjected(errno)) {
            return true;
        }
        boolean ofPeer = errno == Errno.EPIPE || errno == Errno.ECONNRESET || errno == Errno.ECONNREFUSED || errno == Errno.ENOTCONN;
        if (ofPeer || errno == 0 && handle.end.kind.isPlatform()) {
            return handle.end.peerMayEnd() || handle.end.mayEnd || handle.end.peerMayBeDisconnected() || handle.end.inputShut || handle.end.outputShut;
        }
        return false;
    }

    static boolean isInjected(World world, Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (RandomFaults.INJECTED.equals(each.getMessage())) {
                return true;
            }
        }
        return thrown instanceof OutOfMemoryError && world.faults.wasInjected(Errno.ENOMEM);
    }

    /** Whether what opening something threw was injected. */
    static boolean isInjectedFailure(World world, Throwable thrown) {
        Throwable cause = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
        return isInjected(world, cause) || cause instanceof IOException e && errnoOf(e) > 0 && world.faults.wasInjected(errnoOf(e));
    }

    /** Holds what opening something threw against what was injected. */
    static void judgeOpening(Walker walker, Throwable thrown) {
        if (!isInjectedFailure(walker.world, thrown)) {
            walker.world.verdict.broken(walker + ": could not open: " + thrown, thrown);
        }
    }

    /** Whether it says no more than that a key or a selector is somebody else's by now, or a channel in another mode. */
    static boolean isOfSharedKeys(Throwable thrown) {
        return thrown instanceof CancelledKeyException
                || thrown instanceof ClosedSelectorException
                || thrown instanceof IllegalBlockingModeException
                || thrown instanceof ConnectionPendingException
                || thrown instanceof NoConnectionPendingException;
    }

    /** The error number of the system call that failed; 0 if none is known. */
    static int errnoOf(IOException e) {
        return e.getCause() instanceof ErrnoException cause ? cause.errno() : 0;
    }
}
