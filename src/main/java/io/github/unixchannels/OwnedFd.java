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
 * <p>The descriptor is closed at most once. {@link #close} does not wait for system calls in progress; the last of them to end gives the
 * number back, so no system call of this library uses a number that belongs to another file by then. An owner that is forgotten is closed
 * when the garbage collector finds it. With the system property {@value #REPORT_PROPERTY} set to {@code true}, that is reported once on the
 * system logger {@code io.github.unixchannels}, with the kind and the origin of the descriptor.
 *
 * <pre>{@code
 *   try (OwnedFd memory = OwnedFd.memory("table", 4096); FileChannel channel = memory.duplicate().toFileChannel()) {
 *       System.out.println(channel.size() + " bytes"); // prints 4096 bytes
 *   }
 * }</pre>
 *
 * <p>All descriptors are close-on-exec. Thread safe.
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
        /** A socket of type SOCK_STREAM, of any family, that does not listen. */
        STREAM_SOCKET,
        /** A socket of type SOCK_SEQPACKET that does not listen. */
        SEQPACKET_SOCKET,
        /** A socket of type SOCK_DGRAM, of any family. */
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
        /** It cannot be written. The seal fails with EBUSY while the memory is mapped for writing. */
        WRITE,
        /** It cannot be written, except by mappings that exist already. Linux 5.1. */
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
     * Takes over a descriptor of this process, which becomes close-on-exec. Other code must not close it from now on. System call: fcntl(2).
     *
     * @param fd its number
     * @return its owner; if an exception is thrown instead, the number still belongs to the caller
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
     * allows this library to read it, which is the cheapest way. Otherwise the library looks for the descriptor in {@code /proc/self}. The
     * search never finds another channel's descriptor, and does not disturb a thread that uses the channel meanwhile:
     *
     * <ul>
     *   <li>a channel in non-blocking mode is registered with a selector of the library's own, until this method returns. A thread that
     *       registers the channel or changes its mode meanwhile waits. That selector stays open: three descriptors, once;
     *   <li>a TCP or UDP channel in blocking mode is found by its addresses, so it must be bound. The search changes SO_KEEPALIVE of a TCP
     *       connection, or SO_BROADCAST of a UDP channel without that option, for an instant and back: the descriptor that shows the
     *       change is the channel's. For a listening socket, and for a UDP channel with SO_BROADCAST, no other socket of this process may
     *       have the same address, and for the latter no UDP socket may be unbound;
     *   <li>a channel of AF_UNIX in blocking mode is found by its SO_RCVBUF, which AF_UNIX does not use: the search changes it for an
     *       instant;
     *   <li>an end of a pipe in blocking mode cannot be found;
     *   <li>of a file, the search locks the last byte that a file can have, number 2<sup>63</sup>-1, for an instant, if possible for reading.
     *       Another process that locks the file to its end just then may be refused. If the program itself has a lock to the end of the
     *       file, that one byte is no longer locked afterwards.
     * </ul>
     *
     * <p>The channel that was opened last, or that was found before, is found at once. Otherwise a search in blocking mode, or of a file,
     * takes longer the more descriptors the process has.
     *
     * <p>About locks of files: POSIX releases all locks of a process on a file when the process closes any of its descriptors of that file,
     * fcntl(2). Closing the duplicate releases the channel's locks too, although {@link java.nio.channels.FileLock#isValid} still returns
     * true.
     *
     * @param channel what is open
     * @return the further descriptor
     * @throws UnsupportedOperationException if it is a channel of another library, or this platform is not supported
     * @throws java.nio.channels.ClosedChannelException if it is closed, or is closed before the duplicate exists
     * @throws UnsupportedOperationException if its number cannot be found; the message names the {@code --add-opens} flag that helps
     * @throws IOException if the kernel has no descriptor left (EMFILE, ENFILE)
     */
    public static OwnedFd duplicateOf(Channel channel) throws IOException {
        return UnixSelectorProvider.provider().duplicateOf(channel);
    }

    /**
     * Takes the descriptor out of a channel: the channel is closed, its keys are cancelled, and the connection or file stays open as it was.
     * This is the way to hand a connection over to another process, also from a selector's loop. System calls: those of
     * {@link #duplicateOf}, and for the Java platform's channels setsockopt(2).
     *
     * <p>{@link #duplicateOf} followed by {@code close} is not the same. {@code close} of a connection of the Java platform calls shutdown(2)
     * while a selector has a key of it, and {@code close} of a connection of this library does so while another thread waits in a read or
     * write that began before. This method never shuts a connection down. It changes SO_LINGER of a connection of the platform while the
     * channel is closed, and then restores it. The method does not wait for a selection: the number that the channel had is closed when
     * the selectors have flushed the keys.
     *
     * <p>A file that the channel was to remove at its close stays: {@link SocketFile#removeOnClose}.
     *
     * @param channel what is open, as in {@link #duplicateOf}
     * @return the descriptor, whose number is another
     * @throws UnsupportedOperationException as {@link #duplicateOf}; the channel is still open
     * @throws java.nio.channels.ClosedChannelException if it is closed, or another thread closes it meanwhile
     * @throws IllegalStateException if it is a connection of this library from which the rest of a message has not been read, or in which
     *     another thread waits to read or to write; the channel is still open
     * @throws IOException if the kernel has no descriptor left (EMFILE, ENFILE); the channel is still open
     */
    public static OwnedFd takeFrom(Channel channel) throws IOException {
        return UnixSelectorProvider.provider().takeFrom(channel);
    }

    /**
     * Whether this object still owns the descriptor.
     *
     * @return false once the descriptor was closed, detached, or turned into a channel
     */
    public abstract boolean isOpen();

    /**
     * The number, for {@code /proc} and for native code. It is this descriptor's number for as long as this object is open.
     *
     * @return 0 or more
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     */
    public abstract int number() throws IOException;

    /**
     * What the descriptor refers to. System calls: statx(2), getsockopt(2). A pidfd is known by its name in {@code /proc}; without
     * {@code /proc} it is {@link Kind#ANONYMOUS}.
     *
     * @return the kind
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IOException if anything else fails
     */
    public abstract Kind kind() throws IOException;

    /**
     * A further descriptor of the same open file, which shares its offset. System call: fcntl(2) with F_DUPFD_CLOEXEC.
     *
     * @return the further descriptor, with an owner of its own
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IOException if the kernel has no descriptor left
     */
    public abstract OwnedFd duplicate() throws IOException;

    /**
     * Gives the descriptor up without closing it. The caller owns the number from now on.
     *
     * @return the number
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if the descriptor is in use: by a system call, or by a thread that turns it into a channel
     */
    public abstract int detach() throws IOException;

    /**
     * Adds seals to a memfd. System call: fcntl(2) with F_ADD_SEALS.
     *
     * @param seals what can no longer be done from now on
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IOException if the descriptor is no memfd, was not made to be sealed, has the seal SEAL (EPERM), or is mapped for writing
     *     (EBUSY)
     */
    public abstract void seal(Seal... seals) throws IOException;

    /**
     * The seals of a memfd. System call: fcntl(2) with F_GET_SEALS.
     *
     * @return the seals that this version knows
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IOException if the descriptor cannot have seals (EINVAL)
     */
    public abstract Set<Seal> seals() throws IOException;

    /**
     * Turns a regular file or memfd into a channel of the Java platform, with all its operations, {@code map} included. The channel reads,
     * writes and appends as the descriptor was opened for, and shares the offset with duplicates of the descriptor. System calls:
     * memfd_create(2), dup3(2), and those of opening a path in {@code /proc}.
     *
     * <p>The channel has another number. Locks of fcntl(2) that this process has on the file are released, as always when a descriptor of
     * the file is closed.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, which the message names, or if the file was opened neither for reading
     *     nor for writing (O_PATH); this still owns it
     * @throws IOException if there is no {@code /proc}, or anything else fails; this still owns it
     */
    public abstract FileChannel toFileChannel() throws IOException;

    /**
     * Turns a socket that is or can be connected into a channel: AF_UNIX of type SOCK_STREAM or SOCK_SEQPACKET, which is a
     * {@link UnixSocketChannel}; TCP over IPv4 or IPv6. The channel is in blocking mode, also if the socket was O_NONBLOCK, and registers
     * with the selectors of this library.
     *
     * <p>Other processes may have the same socket, so only {@code shutdownInput} and {@code shutdownOutput} shut it down. The first platform
     * thread that waits on the channel takes a further descriptor, an eventfd(2), until the channel is closed. An unconnected socket is
     * O_NONBLOCK for the time of connect(2), and then as it was. {@code socket()} of a channel of TCP throws
     * {@link UnsupportedOperationException}. A connection of TCP that was reset before has no remote address, and its first read reports
     * the reset.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, which the message names; this still owns it
     * @throws IOException if anything else fails; this still owns it
     */
    public abstract SocketChannel toSocketChannel() throws IOException;

    /**
     * Turns a socket that listens, or could, into a channel: as {@link #toSocketChannel} says. A listening socket becomes O_NONBLOCK for all
     * processes that have it, because accept4(2) has no flag to return without waiting. A socket that is bound and does not listen yet
     * begins to listen by {@code bind} to its own address or to null.
     *
     * @return the channel, which owns the descriptor from now on; of AF_UNIX a {@link UnixServerSocketChannel}
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, which the message names; this still owns it
     * @throws IOException if anything else fails; this still owns it
     */
    public abstract ServerSocketChannel toServerSocketChannel() throws IOException;

    /**
     * Turns a datagram socket into a channel, of AF_UNIX a {@link UnixDatagramChannel}, otherwise of UDP: as {@link #toSocketChannel}
     * says. A channel of UDP joins no multicast groups.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, which the message names; this still owns it
     * @throws IOException if anything else fails; this still owns it
     */
    public abstract DatagramChannel toDatagramChannel() throws IOException;

    /**
     * Turns the end of a pipe that is read from into a channel, which registers with the selectors of this library.
     *
     * <p>Where the kernel permits it, the channel has an open file of its own on the same pipe (open(2) of {@code /proc/self/fd}), so that
     * O_NONBLOCK concerns the channel alone. For another user's pipe and for a FIFO the kernel does not permit it: all that have the same
     * end have O_NONBLOCK then.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, which the message names; this still owns it
     * @throws IOException if anything else fails; this still owns it
     */
    public abstract Pipe.SourceChannel toPipeSource() throws IOException;

    /**
     * Turns the end of a pipe that is written to into a channel, which registers with the selectors of this library: as
     * {@link #toPipeSource} says. Up to 4096 bytes of one write stay together in the pipe.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if it is anything else, which the message names; this still owns it
     * @throws IOException if anything else fails; this still owns it
     */
    public abstract Pipe.SinkChannel toPipeSink() throws IOException;

    /**
     * Turns a descriptor that poll(2) can wait for into a channel, which registers with the selectors of this library.
     *
     * <p>An eventfd(2), timerfd, signalfd, inotify, terminal or other device that can be waited for is a
     * {@link java.nio.channels.ByteChannel}, in blocking mode, with {@link java.nio.channels.SelectionKey#OP_READ OP_READ} and
     * {@link java.nio.channels.SelectionKey#OP_WRITE OP_WRITE} as it can be read and written. System calls: read(2), write(2), whose man
     * pages say which lengths they take: for an eventfd 8 bytes in native order. If the file is not open for reading or for writing, the
     * operation throws {@link java.nio.channels.NonReadableChannelException} or {@link java.nio.channels.NonWritableChannelException}. The
     * first read or write makes the open file O_NONBLOCK for all that have it; a terminal gets an open file of its own, where the kernel
     * permits that.
     *
     * <p>For everything else the channel only waits, for OP_READ: a pidfd becomes readable when its process ends. To read and write a socket
     * or a pipe, use the method that is made for it.
     *
     * @return the channel, which owns the descriptor from now on
     * @throws java.nio.channels.ClosedChannelException if this no longer owns it
     * @throws IllegalStateException if it is in use, as {@link #detach} says
     * @throws UnsupportedOperationException if poll(2) cannot wait for it (a regular file, a directory, an epoll instance in which others
     *     are nested so deep that it fits into no selector's); the message says what it is, and this still owns it
     * @throws IOException if anything else fails; this still owns it
     */
    public abstract SelectableChannel toSelectableChannel() throws IOException;

    /** Closes the descriptor, if this owns it. System call: close(2); if system calls are in progress, the last of them to end makes it. */
    @Override
    public abstract void close();

    /**
     * A text for logs: the number, or that this is closed, and the origin of the descriptor.
     *
     * @return the text
     */
    @Override
    public abstract String toString();
}
