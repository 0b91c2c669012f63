// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * A descriptor with one owner: this object, until it is closed, detached, or turned into a channel.
 *
 * <p>It is closed at most once, and no system call of this library ever meets a number that was given back: {@link #close} lets one that
 * is in progress end first, without waiting for it. One that is forgotten is closed when the garbage collector finds it; with the system
 * property {@value #REPORT_PROPERTY} set to {@code true}, that is reported once on the system logger {@code io.github.unixchannels}, with
 * what it is and where it came from.
 *
 * <p>All are close-on-exec. Thread safe.
 */
public abstract class OwnedFd implements AutoCloseable {

    /**
     * The system property that has what was forgotten reported, on the system logger {@code io.github.unixchannels}, with the level WARNING:
     * an owner, a selector or a channel of this library that the garbage collector finds before it was closed.
     *
     * <p>The value {@code true} also has channels closed that would stay open otherwise: socket channels, server channels, ends of pipes and
     * the channels of received descriptors. Without the property only datagram channels of AF_UNIX are closed when they are forgotten. For
     * channels the property is read once, when the first is made, so it is to be set when the JVM starts.
     */
    public static final String REPORT_PROPERTY = "io.github.unixchannels.reportForgotten";

    /** What a descriptor refers to, as fstat(2) tells, and for sockets SO_TYPE. */
    public enum Kind {
        /** A file with bytes, a memfd among them. */
        REGULAR_FILE,
        /** A folder. */
        DIRECTORY,
        /** A terminal, /dev/null and the like. */
        CHARACTER_DEVICE,
        /** A disk and the like. */
        BLOCK_DEVICE,
        /** Either end of a pipe, or a FIFO. */
        PIPE,
        /** A socket of type SOCK_STREAM, of whatever family, that does not listen. */
        STREAM_SOCKET,
        /** A socket of type SOCK_SEQPACKET that does not listen. */
        SEQPACKET_SOCKET,
        /** A socket of type SOCK_DGRAM, of whatever family. */
        DATAGRAM_SOCKET,
        /** A socket that listens. */
        LISTENING_SOCKET,
        /** A socket of another type. */
        OTHER_SOCKET,
        /** A process: pidfd_open(2). */
        PIDFD,
        /** An eventfd(2), epoll(7), timerfd, signalfd, inotify or another without a file behind it. */
        ANONYMOUS,
        /** Something that this version does not know. */
        OTHER
    }

    /** What can no longer be done to a memfd: F_ADD_SEALS in fcntl(2). */
    public enum Seal {
        /** No seal can be added. */
        SEAL,
        /** It cannot become shorter. */
        SHRINK,
        /** It cannot become longer. */
        GROW,
        /** It cannot be written; fails with EBUSY while somebody has it mapped for writing. */
        WRITE,
        /** It cannot be written, but by way of mappings that exist already. Linux 5.1. */
        FUTURE_WRITE
    }

    /** Initializes an owner; the descriptors of this library are made by its own methods. */
    protected OwnedFd() {}

    /**
     * Opens a file. System call: open(2) with O_CLOEXEC; new files get mode 0666 less the umask.
     *
     * @param path of the default file system
     * @param options as {@link FileChannel#open(Path, OpenOption...)} takes them of {@link java.nio.file.StandardOpenOption}, without
     *     DELETE_ON_CLOSE, and {@link java.nio.file.LinkOption#NOFOLLOW_LINKS}; none means READ
     * @return the descriptor
     * @throws UnsupportedOperationException if this platform is not supported, or an option is not
     * @throws IllegalArgumentException if the path is of another file system, or the options contradict each other
     * @throws java.nio.file.NoSuchFileException if the file is missing; {@link java.nio.file.FileAlreadyExistsException} and
     *     {@link java.nio.file.AccessDeniedException} likewise
     * @throws java.nio.file.FileSystemException if open(2) fails for another reason; all of them name the file
     * @throws IOException if anything else fails
     */
    public static OwnedFd open(Path path, OpenOption... options) throws IOException {
        return UnixSelectorProvider.provider().openFile(path, new HashSet<>(Arrays.asList(options)));
    }

    /**
     * Makes a file in memory that has no path, and can be sealed. System calls: memfd_create(2) with MFD_CLOEXEC and MFD_ALLOW_SEALING,
     * ftruncate(2).
     *
     * @param name what tools show it as, at most 249 bytes in UTF-8; any number of files may have the same
     * @param sizeBytes its size; its bytes are 0
     * @return the descriptor, open for reading and writing
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IllegalArgumentException if the size is negative, or the name is too long or has a NUL
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public static OwnedFd memory(String name, long sizeBytes) throws IOException {
        return UnixSelectorProvider.provider().openMemory(name, sizeBytes);
    }

    /**
     * Takes over a descriptor of this process, which becomes close-on-exec. Nobody else may close it from now on. System call: fcntl(2).
     *
     * @param fd its number
     * @return its owner; if there is none, for an exception, the number is the caller's still
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IllegalArgumentException if the number is negative
     * @throws IllegalStateException if another owner or a channel or selector of this library has the number
     * @throws IOException if there is no such descriptor (EBADF)
     */
    public static OwnedFd adopt(int fd) throws IOException {
        return UnixSelectorProvider.provider().adopt(fd);
    }

    /**
     * A further descriptor of what a channel has open: any channel of this library; of the Java platform's those that can be selected, and
     * its {@link FileChannel} (that of a {@link java.io.FileInputStream} or a {@link java.io.FileOutputStream} is {@code getChannel()}).
     * The two are independent, and share the offset, the blocking mode of the kernel and all options, as after dup(2). System call:
     * fcntl(2) with F_DUPFD_CLOEXEC.
     *
     * <p>The Java platform does not say which descriptor a channel has. Started with
     * {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED} (or {@code =io.github.unixchannels}, where this library is a module), the JVM
     * lets it be read, which is the cheapest. Otherwise it is looked for in {@code /proc/self}, in a way that neither takes another's for
     * it nor disturbs whoever is using the channel meanwhile:
     *
     * <ul>
     *   <li>a channel in non-blocking mode is registered with a selector of the library's own, and no longer is when this returns. Whoever
     *       registers it or changes its mode meanwhile waits. That selector stays open: three descriptors, once;
     *   <li>a TCP or UDP channel in blocking mode is found by its addresses: it must be bound. Of a connection of TCP, SO_KEEPALIVE is
     *       changed for an instant and back; of a UDP channel without SO_BROADCAST, that option. What the kernel shows the change on is the
     *       channel's. Of a listening socket, and of a UDP channel with SO_BROADCAST, no other socket of this process may have the same
     *       address, and of the latter none may be unbound;
     *   <li>a channel of AF_UNIX in blocking mode is found by its SO_RCVBUF, which AF_UNIX makes no use of: it is another for an instant;
     *   <li>an end of a pipe in blocking mode cannot be found;
     *   <li>of a file the last byte that there can be, number 2<sup>63</sup>-1, is locked for an instant, if possible for reading: another
     *       process that tries just then to lock the file to its end may be refused. A lock that the program itself holds to the end of the
     *       file is no longer on that one byte afterwards.
     * </ul>
     *
     * <p>The channel that was opened last, or that was found before, is found at once. Otherwise a search in blocking mode, and of a file,
     * takes the longer the more descriptors the process has.
     *
     * <p>Whoever locks files: POSIX has all locks of a process on a file released when the process closes any of its descriptors of that
     * file, fcntl(2). Closing the duplicate releases those of the channel too, although {@link java.nio.channels.FileLock#isValid} does not
     * know.
     *
     * @param channel what is open
     * @return the further descriptor
     * @throws UnsupportedOperationException if it is a channel of anybody else, or this platform is not supported
     * @throws java.nio.channels.ClosedChannelException if it is closed, or is before the duplicate exists
     * @throws UnsupportedOperationException if its number cannot be found; the message names the {@code --add-opens} flag with which it can
     * @throws IOException if the kernel has no descriptor left (EMFILE, ENFILE)
     */
    public static OwnedFd duplicateOf(Channel channel) throws IOException {
        return UnixSelectorProvider.provider().duplicateOf(channel);
    }

    /**
     * Takes the descriptor out of a channel: the channel is closed, its keys are cancelled, and what it had open lives on, as it was. That
     * is how a connection is handed over to another process, from a selector's loop too. System calls: those of {@link #duplicateOf}, and
     * of the Java platform's channels setsockopt(2).
     *
     * <p>{@link #duplicateOf} followed by {@code close} is not the same: of the Java platform's connections {@code close} calls
     * shutdown(2) while a selector has a key, and of this library's while another thread has waited in a read or write since before.
     * This method never shuts anything down. SO_LINGER is another while a connection of the platform's is closed, and then as it was. Nor
     * does it wait for a selection: the number that the channel had is closed when the selectors have flushed the keys.
     *
     * @param channel what is open, as in {@link #duplicateOf}
     * @return the descriptor, whose number is another
     * @throws UnsupportedOperationException as {@link #duplicateOf}; the channel is open still
     * @throws java.nio.channels.ClosedChannelException if it is closed, or another thread closes it meanwhile
     * @throws IllegalStateException if it is a connection of this library from which the rest of a message has not been read, or in which
     *     another thread waits to read or to write; the channel is open still
     * @throws IOException if the kernel has no descriptor left (EMFILE, ENFILE); the channel is open still
     */
    public static OwnedFd takeFrom(Channel channel) throws IOException {
        return UnixSelectorProvider.provider().takeFrom(channel);
    }

    /**
     * Whether this owns the descriptor still.
     *
     * @return false once it was closed, detached, or turned into a channel
     */
    public abstract boolean isOpen();

    /**
     * The number, for {@code /proc} and for native code. It is this descriptor's for as long as this is open.
     *
     * @return 0 or more
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     */
    public abstract int number() throws IOException;

    /**
     * What it is. System calls: statx(2), getsockopt(2). A pidfd is known by its name in {@code /proc}; without that it is
     * {@link Kind#ANONYMOUS}.
     *
     * @return the kind
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IOException if anything else fails
     */
    public abstract Kind kind() throws IOException;

    /**
     * A further descriptor of the same open file, which shares its offset. System call: fcntl(2) with F_DUPFD_CLOEXEC.
     *
     * @return the further descriptor, with an owner of its own
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IOException if the kernel has no descriptor left
     */
    public abstract OwnedFd duplicate() throws IOException;

    /**
     * Gives the descriptor up without closing it: whoever has the number owns it from now on.
     *
     * @return the number
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use: by a system call, or while another thread turns it into a channel
     */
    public abstract int detach() throws IOException;

    /**
     * Adds seals to a memfd. System call: fcntl(2) with F_ADD_SEALS.
     *
     * @param seals what can no longer be done from now on
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IOException if it is none, was not made to be sealed, is sealed against that (EPERM), or is mapped for writing (EBUSY)
     */
    public abstract void seal(Seal... seals) throws IOException;

    /**
     * The seals of a memfd. System call: fcntl(2) with F_GET_SEALS.
     *
     * @return those that this version knows
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IOException if it can have none (EINVAL)
     */
    public abstract Set<Seal> seals() throws IOException;

    /**
     * Turns a regular file or memfd into a channel of the Java platform, with everything that one can do, {@code map} included. It reads,
     * writes and appends as the descriptor was opened for, and shares the offset with its duplicates. System calls: memfd_create(2),
     * dup3(2), and those of opening a path in {@code /proc}.
     *
     * <p>The channel's number is another. Locks of fcntl(2) that this process has on the file are gone, as whenever a descriptor of it is
     * closed.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, in words; this owns it still. Likewise of an open file that can
     *     neither be read nor written (O_PATH)
     * @throws IOException if there is no {@code /proc}, or anything else fails; this owns it still
     */
    public abstract FileChannel toFileChannel() throws IOException;

    /**
     * Turns a socket that is or can be connected into a channel: AF_UNIX of type SOCK_STREAM or SOCK_SEQPACKET, which is a
     * {@link UnixSocketChannel}; TCP over IPv4 or IPv6. It is in blocking mode, whatever the socket's mode, and registers with the
     * selectors of this library.
     *
     * <p>Other processes may hold the same socket, so nothing but {@code shutdownInput} and {@code shutdownOutput} shuts it down. A
     * platform thread that waits on it takes a further descriptor, an eventfd(2), until the channel is closed. An unconnected one is
     * O_NONBLOCK for the time of connect(2), and then as it was. {@code socket()} of a channel of TCP is an
     * {@link UnsupportedOperationException}. A connection of TCP that was reset before has no remote address, and its first read reports
     * it.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, in words; this owns it still
     * @throws IOException if anything else fails; this owns it still
     */
    public abstract SocketChannel toSocketChannel() throws IOException;

    /**
     * Turns a socket that listens, or could, into a channel: as {@link #toSocketChannel} says. A listening socket becomes O_NONBLOCK,
     * which whoever else holds it feels: accept4(2) knows no other way not to wait. One that is bound and does not listen yet does so at
     * {@code bind}, to its own address or null.
     *
     * @return the channel, which owns the descriptor from now on; of AF_UNIX a {@link UnixServerSocketChannel}
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, in words; this owns it still
     * @throws IOException if anything else fails; this owns it still
     */
    public abstract ServerSocketChannel toServerSocketChannel() throws IOException;

    /**
     * Turns a datagram socket into a channel, of AF_UNIX a {@link UnixDatagramChannel}, otherwise of UDP: as {@link #toSocketChannel}
     * says. A channel of UDP joins no multicast groups.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, in words; this owns it still
     * @throws IOException if anything else fails; this owns it still
     */
    public abstract DatagramChannel toDatagramChannel() throws IOException;

    /**
     * Turns the end of a pipe that is read from into a channel, which registers with the selectors of this library.
     *
     * <p>Where the kernel permits it, the channel has an open file of its own on the same pipe (open(2) of {@code /proc/self/fd}), so that
     * nobody else feels that it is O_NONBLOCK. Of another user's pipe and of a FIFO that is not so: whoever else holds the same end feels
     * it.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, in words; this owns it still
     * @throws IOException if anything else fails; this owns it still
     */
    public abstract Pipe.SourceChannel toPipeSource() throws IOException;

    /**
     * Turns the end of a pipe that is written to into a channel, which registers with the selectors of this library: as
     * {@link #toPipeSource} says. What one call writes, up to 4096 bytes, is together in the pipe.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, in words; this owns it still
     * @throws IOException if anything else fails; this owns it still
     */
    public abstract Pipe.SinkChannel toPipeSink() throws IOException;

    /**
     * Turns what poll(2) can wait for into a channel, which registers with the selectors of this library.
     *
     * <p>An eventfd(2), timerfd, signalfd, inotify, terminal or other device that can be waited for is a
     * {@link java.nio.channels.ByteChannel}, in blocking mode, with {@link java.nio.channels.SelectionKey#OP_READ OP_READ} and
     * {@link java.nio.channels.SelectionKey#OP_WRITE OP_WRITE} as it can be read and written. System calls: read(2), write(2), which say
     * what they take: of an eventfd 8 bytes in native order. A read or write of what is not open for that is a
     * {@link java.nio.channels.NonReadableChannelException} or {@link java.nio.channels.NonWritableChannelException}. The first one makes
     * the open file O_NONBLOCK, which all others that hold the file feel; a terminal has an open file of its own, where the kernel permits that.
     *
     * <p>Everything else does nothing but wait, for OP_READ: a pidfd becomes readable when its process ends. A socket or a pipe is read and
     * written as the channel that it has its own method for.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this owns it no more
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it cannot be waited for (a regular file, a directory, an epoll instance in which others are
     *     nested so deep that it fits into no selector's), in words; this owns it still
     * @throws IOException if anything else fails; this owns it still
     */
    public abstract SelectableChannel toSelectableChannel() throws IOException;

    /** Closes the descriptor, if this owns it. System call: close(2), by the last one out if some are in progress. */
    @Override
    public abstract void close();

    /**
     * What people read in logs: the number, or that this is closed, and where it is from.
     *
     * @return the text
     */
    @Override
    public abstract String toString();
}
