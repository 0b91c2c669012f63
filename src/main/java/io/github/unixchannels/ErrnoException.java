// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;
import java.io.Serial;

/**
 * Why the kernel refused a call, as a number and a name: errno(3). It is the cause of each exception that this library throws for a failed
 * system call, so that a program can tell ENOENT from EACCES without reading a text:
 *
 * <pre>{@code
 * try {
 *     channel.connect(address);
 * } catch (SocketException e) {
 *     if (ErrnoException.nameOf(e).equals("ENOENT")) { ... }
 * }
 * }</pre>
 *
 * <p>It is never thrown itself and has no stack trace. Immutable and thread safe.
 */
public final class ErrnoException extends IOException {

    @Serial
    private static final long serialVersionUID = 1;

    /** @serial the number */
    private final int errno;

    /** @serial the name */
    private final String name;

    /**
     * Makes a cause.
     *
     * @param errno the number, greater than 0
     * @param name the name, as in errno(3)
     * @param message the text, with the name
     */
    public ErrnoException(int errno, String name, String message) {
        super(message);
        this.errno = errno;
        this.name = name;
    }

    /**
     * The number that the kernel of this machine gives the error.
     *
     * @return greater than 0
     */
    public int errno() {
        return errno;
    }

    /**
     * The name of the error, such as {@code ECONNREFUSED}.
     *
     * @return the name in errno(3); {@code errno 4000} of a number that this library has no name for
     */
    public String name() {
        return name;
    }

    /**
     * The name of the error that caused a failure, in the failure itself or its causes.
     *
     * @param failure an exception of this library or one that was caused by such
     * @return the name; empty if no failed system call is known
     * @throws NullPointerException if {@code failure} is null
     */
    public static String nameOf(Throwable failure) {
        ErrnoException cause = behind(failure);
        return cause == null ? "" : cause.name;
    }

    /**
     * The number of the error that caused a failure, in the failure itself or its causes.
     *
     * @param failure an exception of this library or one that was caused by such
     * @return the number; 0 if no failed system call is known
     * @throws NullPointerException if {@code failure} is null
     */
    public static int errnoOf(Throwable failure) {
        ErrnoException cause = behind(failure);
        return cause == null ? 0 : cause.errno;
    }

    private static ErrnoException behind(Throwable failure) {
        Throwable each = failure;
        while (!(each instanceof ErrnoException)) {
            each = each.getCause();
            if (each == null) {
                return null;
            }
        }
        return (ErrnoException) each;
    }

    /** Does nothing: the exception that this is the cause of has the stack trace. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
