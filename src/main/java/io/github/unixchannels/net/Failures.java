// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** Turns what channels throw into what {@link java.net.Socket} throws. */
final class Failures {

    private Failures() {}

    static String connectTimedOut(SocketAddress remote) {
        return "connect(" + remote + "): Connect timed out";
    }

    /** What an operation on an open socket threw. */
    static IOException ofSocket(IOException e) {
        if (e instanceof SocketException || e instanceof SocketTimeoutException) {
            return e;
        }
        if (e instanceof ClosedByInterruptException) {
            return causedBy(e, new SocketException("Closed by interrupt"));
        }
        if (e instanceof ClosedChannelException) {
            return causedBy(e, new SocketException("Socket closed"));
        }
        return causedBy(e, new SocketException(e.getMessage()));
    }

    /** As {@link #ofSocket}, for methods that throw nothing else. */
    static SocketException asSocketException(IOException e) {
        return ofSocket(e) instanceof SocketException same ? same : causedBy(e, new SocketException(e.getMessage()));
    }

    /** What {@code call} on an address threw. The Java platform's channels do not name the address. */
    static IOException ofAddress(String call, SocketAddress address, IOException e) {
        IOException failure = ofSocket(e);
        String message = String.valueOf(failure.getMessage());
        if (message.startsWith(call + "(") || e instanceof ClosedChannelException) {
            return failure;
        }
        String named = call + "(" + address + "): " + message;
        return causedBy(failure, failure instanceof ConnectException ? new ConnectException(named)
                : failure instanceof BindException ? new BindException(named)
                : new SocketException(named));
    }

    /** Closes what failed; what that throws is suppressed. */
    static void closeAfter(Throwable failure, Closeable failed) {
        try {
            failed.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The cause of what another thread threw, thrown by this one. */
    static IOException rethrown(Throwable cause) {
        if (cause instanceof IOException e) {
            return e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        throw (Error) cause;
    }

    static <E extends Exception> E causedBy(Exception cause, E exception) {
        exception.initCause(cause);
        return exception;
    }
}
