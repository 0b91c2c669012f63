// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.util.HashMap;
import java.util.Map;

/**
 * The error numbers that the calls of {@link Syscalls} return, negated, on Linux (x86-64 and aarch64 agree).
 *
 * <p>Source: {@code include/uapi/asm-generic/errno-base.h} and {@code errno.h}.
 */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int ETXTBSY = 26;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int ESPIPE = 29;
    public static final int EROFS = 30;
    public static final int EMLINK = 31;
    public static final int EPIPE = 32;
    public static final int EDOM = 33;
    public static final int ERANGE = 34;
    public static final int EDEADLK = 35;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOLCK = 37;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EPROTO = 71;
    public static final int EOVERFLOW = 75;
    public static final int ENOTSOCK = 88;
    public static final int EDESTADDRREQ = 89;
    public static final int EMSGSIZE = 90;
    public static final int EPROTOTYPE = 91;
    public static final int ENOPROTOOPT = 92;
    public static final int EPROTONOSUPPORT = 93;
    public static final int ESOCKTNOSUPPORT = 94;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENETRESET = 102;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ESHUTDOWN = 108;
    public static final int ETOOMANYREFS = 109;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTDOWN = 112;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;
    public static final int ESTALE = 116;
    public static final int EDQUOT = 122;
    public static final int ENOMEDIUM = 123;
    public static final int ECANCELED = 125;

    private record Entry(String name, String text) {}

    private static final Map<Integer, Entry> ENTRIES = new HashMap<>();

    static {
        add(EPERM, "EPERM", "Operation not permitted");
        add(ENOENT, "ENOENT", "No such file or directory");
        add(ESRCH, "ESRCH", "No such process");
        add(EINTR, "EINTR", "Interrupted system call");
        add(EIO, "EIO", "Input/output error");
        add(ENXIO, "ENXIO", "No such device or address");
        add(E2BIG, "E2BIG", "Argument list too long");
        add(EBADF, "EBADF", "Bad file descriptor");
        add(ECHILD, "ECHILD", "No child processes");
        add(EAGAIN, "EAGAIN", "Resource temporarily unavailable");
        add(ENOMEM, "ENOMEM", "Cannot allocate memory");
        add(EACCES, "EACCES", "Permission denied");
        add(EFAULT, "EFAULT", "Bad address");
        add(EBUSY, "EBUSY", "Device or resource busy");
        add(EEXIST, "EEXIST", "File exists");
        add(EXDEV, "EXDEV", "Invalid cross-device link");
        add(ENODEV, "ENODEV", "No such device");
        add(ENOTDIR, "ENOTDIR", "Not a directory");
        add(EISDIR, "EISDIR", "Is a directory");
        add(EINVAL, "EINVAL", "Invalid argument");
        add(ENFILE, "ENFILE", "Too many open files in system");
        add(EMFILE, "EMFILE", "Too many open files");
        add(ENOTTY, "ENOTTY", "Inappropriate ioctl for device");
        add(ETXTBSY, "ETXTBSY", "Text file busy");
        add(EFBIG, "EFBIG", "File too large");
        add(ENOSPC, "ENOSPC", "No space left on device");
        add(ESPIPE, "ESPIPE", "Illegal seek");
        add(EROFS, "EROFS", "Read-only file system");
        add(EMLINK, "EMLINK", "Too many links");
        add(EPIPE, "EPIPE", "Broken pipe");
        add(EDOM, "EDOM", "Numerical argument out of domain");
        add(ERANGE, "ERANGE", "Numerical result out of range");
        add(EDEADLK, "EDEADLK", "Resource deadlock avoided");
        add(ENAMETOOLONG, "ENAMETOOLONG", "File name too long");
        add(ENOLCK, "ENOLCK", "No locks available");
        add(ENOSYS, "ENOSYS", "Function not implemented");
        add(ENOTEMPTY, "ENOTEMPTY", "Directory not empty");
        add(ELOOP, "ELOOP", "Too many levels of symbolic links");
        add(ENODATA, "ENODATA", "No data available");
        add(EPROTO, "EPROTO", "Protocol error");
        add(EOVERFLOW, "EOVERFLOW", "Value too large for defined data type");
        add(ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket");
        add(EDESTADDRREQ, "EDESTADDRREQ", "Destination address required");
        add(EMSGSIZE, "EMSGSIZE", "Message too long");
        add(EPROTOTYPE, "EPROTOTYPE", "Protocol wrong type for socket");
        add(ENOPROTOOPT, "ENOPROTOOPT", "Protocol not available");
        add(EPROTONOSUPPORT, "EPROTONOSUPPORT", "Protocol not supported");
        add(ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT", "Socket type not supported");
        add(EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported");
        add(EAFNOSUPPORT, "EAFNOSUPPORT", "Address family not supported by protocol");
        add(EADDRINUSE, "EADDRINUSE", "Address already in use");
        add(EADDRNOTAVAIL, "EADDRNOTAVAIL", "Cannot assign requested address");
        add(ENETDOWN, "ENETDOWN", "Network is down");
        add(ENETUNREACH, "ENETUNREACH", "Network is unreachable");
        add(ENETRESET, "ENETRESET", "Network dropped connection on reset");
        add(ECONNABORTED, "ECONNABORTED", "Software caused connection abort");
        add(ECONNRESET, "ECONNRESET", "Connection reset by peer");
        add(ENOBUFS, "ENOBUFS", "No buffer space available");
        add(EISCONN, "EISCONN", "Transport endpoint is already connected");
        add(ENOTCONN, "ENOTCONN", "Transport endpoint is not connected");
        add(ESHUTDOWN, "ESHUTDOWN", "Cannot send after transport endpoint shutdown");
        add(ETOOMANYREFS, "ETOOMANYREFS", "Too many references: cannot splice");
        add(ETIMEDOUT, "ETIMEDOUT", "Connection timed out");
        add(ECONNREFUSED, "ECONNREFUSED", "Connection refused");
        add(EHOSTDOWN, "EHOSTDOWN", "Host is down");
        add(EHOSTUNREACH, "EHOSTUNREACH", "No route to host");
        add(EALREADY, "EALREADY", "Operation already in progress");
        add(EINPROGRESS, "EINPROGRESS", "Operation now in progress");
        add(ESTALE, "ESTALE", "Stale file handle");
        add(EDQUOT, "EDQUOT", "Disk quota exceeded");
        add(ENOMEDIUM, "ENOMEDIUM", "No medium found");
        add(ECANCELED, "ECANCELED", "Operation canceled");
    }

    private Errno() {}

    private static void add(int errno, String name, String text) {
        ENTRIES.put(errno, new Entry(name, text));
    }

    /** The name of an error number, as in {@code ECONNREFUSED}. */
    public static String name(int errno) {
        Entry entry = ENTRIES.get(errno);
        return entry == null ? "errno " + errno : entry.name();
    }

    /** The text and the name of an error number, as in {@code Connection refused (ECONNREFUSED)}. */
    public static String describe(int errno) {
        Entry entry = ENTRIES.get(errno);
        return entry == null ? "Unknown error (errno " + errno + ")" : entry.text() + " (" + entry.name() + ")";
    }
}
