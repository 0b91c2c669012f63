// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import io.github.unixchannels.ErrnoException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Turns a failed system call into the exception that NIO throws in that case, with a message of the form
 * {@code connect(@app): Connection refused (ECONNREFUSED)}. The error number is the cause. What others chose is {@link Printable}.
 */
public final class ErrnoExceptions {

    private ErrnoExceptions() {}

    /**
     * The exception for a failed call that names or changes a socket: socket, bind, listen, connect, accept, getsockopt,
     * setsockopt, shutdown.
     *
     * @param call what was tried
     * @param target on which address or descriptor
     * @param result what the call returned: an error number, negated
     */
    public static SocketException socket(String call, Object target, long result) {
        int errno = errno(result);
        String message = message(call, target, errno);
        return causedBy(errno, switch (errno) {
            case Errno.ECONNREFUSED, Errno.ETIMEDOUT, Errno.ENOTCONN -> new ConnectException(message);
            case Errno.EHOSTUNREACH -> new NoRouteToHostException(message);
            case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EACCES -> new BindException(message);
            default -> new SocketException(message);
        });
    }

    /** As {@link #socket(String, Object, long)}, with a text that says what the number means for that call. */
    public static SocketException socket(String call, Object target, long result, String meaning) {
        int errno = errno(result);
        String message = message(call, target, errno) + ": " + meaning;
        boolean named = errno == Errno.EADDRINUSE || errno == Errno.EAGAIN || errno == Errno.EACCES;
        return causedBy(errno, named ? new BindException(message) : new SocketException(message));
    }

    /** As {@link #socket(String, Object, long)}, except that EPROTO becomes a {@link ProtocolException}, which is no SocketException. */
    public static IOException connect(Object target, long result) {
        return errno(result) == Errno.EPROTO
                ? causedBy(Errno.EPROTO, new ProtocolException(message("connect", target, Errno.EPROTO)))
                : socket("connect", target, result);
    }

    /**
     * The exception for a failed transfer of data or a failed wait. A reset connection is a {@link SocketException}, anything
     * else a plain {@link IOException}.
     *
     * @param call what was tried
     * @param target on which address or descriptor
     * @param result what the call returned: an error number, negated
     */
    public static IOException io(String call, Object target, long result) {
        int errno = errno(result);
        String message = message(call, target, errno);
        return causedBy(errno, errno == Errno.ECONNRESET ? new SocketException(message) : new IOException(message));
    }

    /** As {@link #io(String, Object, long)}, with a text that says what the number means for that call. */
    public static IOException io(String call, Object target, long result, String meaning) {
        int errno = errno(result);
        return causedBy(errno, new IOException(message(call, target, errno) + ": " + meaning));
    }

    /**
     * The exception for a datagram that could not be sent or received. That its receiver is gone is a {@link PortUnreachableException}, as
     * NIO has it for UDP; anything else is a {@link SocketException}.
     *
     * @param call what was tried
     * @param target on which address or descriptor
     * @param result what the call returned: an error number, negated
     */
    public static SocketException datagram(String call, Object target, long result) {
        int errno = errno(result);
        String message = message(call, target, errno);
        return causedBy(errno, switch (errno) {
            case Errno.ECONNREFUSED, Errno.ECONNRESET, Errno.EPIPE -> new PortUnreachableException(message);
            default -> new SocketException(message);
        });
    }

    /** As {@link #datagram(String, Object, long)}, with a text that says what the number means for that call. */
    public static SocketException datagram(String call, Object target, long result, String meaning) {
        int errno = errno(result);
        return causedBy(errno, new SocketException(message(call, target, errno) + ": " + meaning));
    }

    /**
     * The exception for a file that could not be opened, with the path as its file.
     *
     * @param call what was tried
     * @param path on which file
     * @param result what the call returned: an error number, negated
     */
    public static FileSystemException file(String call, Path path, long result) {
        int errno = errno(result);
        String file = path.toString();
        String reason = call + ": " + Errno.describe(errno);
        return causedBy(errno, switch (errno) {
            case Errno.ENOENT -> new NoSuchFileException(file, null, reason);
            case Errno.EEXIST -> new FileAlreadyExistsException(file, null, reason);
            case Errno.EACCES -> new AccessDeniedException(file, null, reason);
            default -> new FileSystemException(file, null, reason);
        });
    }

    /** Gives an exception, which has no cause yet, the error number as its cause. */
    public static <E extends Exception> E causedBy(int errno, E exception) {
        exception.initCause(new ErrnoException(errno, Errno.name(errno), Errno.describe(errno)));
        return exception;
    }

    private static String message(String call, Object target, int errno) {
        return call + "(" + Printable.of(String.valueOf(target)) + "): " + Errno.describe(errno);
    }

    private static int errno(long result) {
        return Math.toIntExact(-result);
    }
}
