// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.ErrnoException;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;

/** Turns what channels throw into what {@link java.net.Socket} throws. */
final class Failures {

    /** What this library and the Java platform say of a path that the kernel is not asked about. */
    private static final String TOO_LONG = "path too long";

    private Failures() {}

    static SocketTimeoutException timedOut(String operation, SocketAddress address, int timeoutMillis) {
        String missing = switch (operation) {
            case "connect" -> "not connected";
            case "accept" -> "no connection";
            default -> "nothing to receive";
        };
        return new SocketTimeoutException(operation + "(" + address + "): timed out, " + missing + " within " + timeoutMillis + " ms");
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
        if (message.contains(String.valueOf(address)) || e instanceof ClosedChannelException) {
            return failure;
        }
        String named = call + "(" + address + "): " + message;
        return causedBy(failure, failure instanceof ConnectException ? new ConnectException(named)
                : failure instanceof BindException ? new BindException(named)
                : new SocketException(named));
    }

    /**
     * What connecting to an address threw. That nothing listens there is a {@link ConnectException} also where the path does not exist,
     * which a channel tells by a {@link SocketException}: callers of a socket treat a server that has not started by the class of the
     * exception.
     */
    static IOException ofConnect(SocketAddress remote, IOException e) {
        IOException failure = ofAddress("connect", remote, e);
        return failure.getClass() == SocketException.class && isMissing(remote, e)
                ? causedBy(failure, new ConnectException(failure.getMessage()))
                : failure;
    }

    /** Whether a path was not found. An exception of the Java platform has only a text, which depends on the locale. */
    private static boolean isMissing(SocketAddress remote, IOException e) {
        String errno = ErrnoException.nameOf(e);
        if (!errno.isEmpty()) {
            return errno.equals("ENOENT");
        }
        return !String.valueOf(e.getMessage()).contains(TOO_LONG)
                && remote instanceof UnixDomainSocketAddress path
                && Files.notExists(path.getPath());
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
