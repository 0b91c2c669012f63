// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Printable;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The descriptors that a service manager, or another parent, passed to this process: sd_listen_fds(3).
 *
 * <p>LISTEN_FDS says how many descriptors there are, from number {@value #FIRST_NUMBER} up, LISTEN_FDNAMES what they are called, and
 * LISTEN_PID for which process they are; LISTEN_PIDFDID says the same by the inode of a pidfd, which no other process ever has. A
 * descriptor can be anything: a socket of any type and family, a FIFO, a file. {@link OwnedFd#kind} tells, and
 * {@link OwnedFd#toServerSocketChannel} and its like make the channel:
 *
 * <pre>{@code
 * try (ListenFds passed = ListenFds.take()) {
 *     ServerSocketChannel http = passed.fd("http").toServerSocketChannel();
 *     DatagramChannel log = passed.fd("log").toDatagramChannel();
 * }
 * }</pre>
 *
 * <p>The descriptors belong to this object until they are turned into channels or detached; {@link #close} closes the others. All are
 * close-on-exec. The program cannot take the variables out of its environment, so a child of {@link ProcessBuilder} has them too. The
 * child does not believe them, because LISTEN_PID is another process.
 *
 * <p>Immutable and thread safe.
 */
public final class ListenFds implements AutoCloseable {

    /** The number of the first descriptor that is passed: SD_LISTEN_FDS_START. */
    public static final int FIRST_NUMBER = 3;

    /** Whether the descriptors of this process were taken. Guarded by this class. */
    private static boolean taken;

    private final List<String> names;
    private final List<OwnedFd> fds;
    private final String absence;

    private ListenFds(ListenEnvironment environment, List<OwnedFd> fds) {
        this.names = environment.names();
        this.absence = environment.absence();
        this.fds = List.copyOf(fds);
    }

    /**
     * Takes over the descriptors that were passed to this process. System call: fcntl(2), which makes them close-on-exec.
     *
     * <p>Each descriptor is taken once: a further call returns none. If the variables are not set or are for another process, none were
     * passed, and {@link #fd(String)} says why. If this throws, every descriptor is as it was, and the next call tries again.
     *
     * @return the descriptors, none if none were passed
     * @throws UnsupportedOperationException if descriptors were passed and this platform is not supported
     * @throws IOException if a variable is malformed; LISTEN_FDNAMES has another number of names than LISTEN_FDS says; or one of the
     *     numbers is not open (EBADF), was opened by this process itself, or has an owner already
     */
    public static synchronized ListenFds take() throws IOException {
        if (taken) {
            return new ListenFds(ListenEnvironment.none("they were taken before"), List.of());
        }
        ListenFds all = take(System.getenv(), ThisProcess.SELF);
        taken = all.absence == null;
        return all;
    }

    static ListenFds take(Map<String, String> variables, ThisProcess self) throws IOException {
        ListenEnvironment environment = ListenEnvironment.of(variables, self);
        int end = FIRST_NUMBER + environment.names().size();
        for (int number = FIRST_NUMBER; number < end; number++) {
            requirePassed(number, end);
        }
        List<OwnedFd> fds = new ArrayList<>();
        try {
            for (int number = FIRST_NUMBER; number < end; number++) {
                fds.add(OwnedFd.adopt(number));
            }
            return new ListenFds(environment, fds);
        } catch (IllegalStateException e) {
            giveBack(fds);
            throw new IOException(e.getMessage(), e);
        } catch (Throwable e) {
            giveBack(fds);
            throw e;
        }
    }

    /**
     * A descriptor that came through exec(2) is not close-on-exec. The JVM opens files that are not either, its own image first; so if the
     * image is among the numbers, there are fewer descriptors than numbers.
     */
    private static void requirePassed(int number, int end) throws IOException {
        int flags = HostSyscalls.get().fcntl(number, Linux.F_GETFD, 0);
        String count = "LISTEN_FDS=" + (end - FIRST_NUMBER);
        if (flags < 0) {
            throw ErrnoExceptions.io("fcntl", "fd=" + number + ", F_GETFD", flags, count + " says that it was passed");
        }
        if ((flags & Linux.FD_CLOEXEC) != 0) {
            throw new IOException("fd=" + number + " was not passed, because it is close-on-exec; " + count);
        }
        String target = target(number);
        if (target.startsWith(Path.of(System.getProperty("java.home"), "lib").toRealPath() + "/")) {
            throw new IOException("fd=" + number + " was not passed, because it is the JVM's " + target + "; " + count);
        }
    }

    private static String target(int number) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
        } catch (IOException e) {
            return ""; // no /proc
        }
    }

    private static void giveBack(List<OwnedFd> fds) throws IOException {
        Syscalls sys = HostSyscalls.get();
        for (OwnedFd fd : fds) {
            sys.fcntl(fd.detach(), Linux.F_SETFD, 0);
        }
    }

    /**
     * How many descriptors were passed.
     *
     * @return 0 or more
     */
    public int size() {
        return fds.size();
    }

    /**
     * The names of the descriptors, in the order of their numbers. Several sockets of one unit have the same name.
     *
     * @return an immutable list as long as {@link #size}; {@code unknown} for each if LISTEN_FDNAMES is not set
     */
    public List<String> names() {
        return names;
    }

    /**
     * The descriptors, in the order of their numbers.
     *
     * @return an immutable list as long as {@link #size}, of which some may be closed or have become channels
     */
    public List<OwnedFd> fds() {
        return fds;
    }

    /**
     * The descriptors of a name, in the order of their numbers.
     *
     * @param name as in LISTEN_FDNAMES: FileDescriptorName= of the socket unit, or its own name
     * @return an immutable list, empty if no descriptor has the name
     */
    public List<OwnedFd> fds(String name) {
        List<OwnedFd> named = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                named.add(fds.get(i));
            }
        }
        return Collections.unmodifiableList(named);
    }

    /**
     * The one descriptor of a name.
     *
     * @param name as {@link #fds(String)}
     * @return the descriptor, which may be closed or have become a channel
     * @throws NoSuchElementException if no descriptor has the name, or several have; the message names those that were passed, or says why
     *     none were
     */
    public OwnedFd fd(String name) {
        List<OwnedFd> named = fds(name);
        if (named.size() != 1) {
            throw new NoSuchElementException(named.size() + " descriptors are named " + Printable.of(name) + "; " + inWords());
        }
        return named.get(0);
    }

    /**
     * The descriptor that had a number when the process was started.
     *
     * @param number {@value #FIRST_NUMBER} or more
     * @return the descriptor, which may be closed or have become a channel
     * @throws NoSuchElementException if no such descriptor was passed; the message says which were, or why none were
     */
    public OwnedFd fd(int number) {
        if (number < FIRST_NUMBER || number - FIRST_NUMBER >= fds.size()) {
            throw new NoSuchElementException("no descriptor " + number + " was passed; " + inWords());
        }
        return fds.get(number - FIRST_NUMBER);
    }

    private String inWords() {
        return absence == null ? "passed were " + Printable.of(names.toString()) : "none were passed: " + Printable.of(absence);
    }

    /** Closes the descriptors that have become no channels. System call: close(2). */
    @Override
    public void close() {
        fds.forEach(OwnedFd::close);
    }

    /** Describes what was passed: the names, or why there are none. */
    @Override
    public String toString() {
        return ListenFds.class.getName() + "[" + inWords() + "]";
    }
}
