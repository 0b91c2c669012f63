// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Channel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Starts child processes that inherit descriptors: posix_spawn(3).
 *
 * <p>The child has the descriptors 0, 1 and 2 as {@link ProcessBuilder} gives them to a child, the descriptors that the program added at
 * the numbers that the program named, and no other. The child's signals are neither blocked nor ignored.
 *
 * <p>The builder can start any number of children, one after the other; a socket pair of {@link #pair} is for the next child alone. Not
 * thread safe.
 */
public final class ChildProcessBuilder {

    /** The lowest number at which a child can inherit a descriptor. The numbers below are the standard streams. */
    public static final int FIRST_NUMBER = 3;

    private static final int MOST_NUMBER = 1023;

    private final List<String> command;
    private final Map<String, String> environment = new TreeMap<>(System.getenv());
    private final TreeMap<Integer, OwnedFd> inherited = new TreeMap<>();
    private final List<Named> named = new ArrayList<>();
    private final List<OwnedFd> ours = new ArrayList<>();
    private final Redirect[] redirects = {Redirect.PIPE, Redirect.PIPE, Redirect.PIPE};
    private Path directory;

    /** What the child finds by a name; the number follows from the place in the list. */
    private record Named(String name, OwnedFd descriptor) {}

    /**
     * Makes a builder.
     *
     * @param command the program and its arguments; a program without a slash in its name is looked for along PATH of this process
     * @throws NullPointerException if an element is null
     * @throws IllegalArgumentException if there is no element, or an element contains a NUL
     */
    public ChildProcessBuilder(String... command) {
        this(List.of(command));
    }

    /**
     * Makes a builder.
     *
     * @param command as {@link #ChildProcessBuilder(String...)}
     * @throws NullPointerException if an element is null
     * @throws IllegalArgumentException if there is no element, or an element contains a NUL
     */
    public ChildProcessBuilder(List<String> command) {
        this.command = List.copyOf(command);
        if (this.command.isEmpty()) {
            throw new IllegalArgumentException("no program");
        }
        this.command.forEach(element -> requireNoNul("command", element));
    }

    private static void requireNoNul(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL in the " + what + ": " + text.replace('\0', ' '));
        }
    }

    /**
     * Returns the child's environment, which is this process's at first.
     *
     * @return a map that the program may change
     */
    public Map<String, String> environment() {
        return environment;
    }

    /**
     * Sets the child's working directory. Needs glibc 2.29 or musl 1.1.24.
     *
     * @param folder the directory; null for the one of this process
     * @return this builder
     */
    public ChildProcessBuilder directory(Path folder) {
        directory = folder;
        return this;
    }

    /**
     * Sets the child's standard input: {@link Redirect#PIPE} at first.
     *
     * @param source where from
     * @return this builder
     * @throws IllegalArgumentException if the redirect is one to write to
     */
    public ChildProcessBuilder redirectInput(Redirect source) {
        requireNot(source, Redirect.Type.WRITE, Redirect.Type.APPEND);
        redirects[0] = source;
        return this;
    }

    /**
     * Sets the child's standard output: {@link Redirect#PIPE} at first.
     *
     * @param destination where to
     * @return this builder
     * @throws IllegalArgumentException if the redirect is one to read from
     */
    public ChildProcessBuilder redirectOutput(Redirect destination) {
        requireNot(destination, Redirect.Type.READ, Redirect.Type.READ);
        redirects[1] = destination;
        return this;
    }

    /**
     * Sets the child's standard error output: {@link Redirect#PIPE} at first.
     *
     * @param destination where to
     * @return this builder
     * @throws IllegalArgumentException if the redirect is one to read from
     */
    public ChildProcessBuilder redirectError(Redirect destination) {
        requireNot(destination, Redirect.Type.READ, Redirect.Type.READ);
        redirects[2] = destination;
        return this;
    }

    /**
     * Sends the child's standard error output where its standard output goes.
     *
     * @return this builder
     */
    public ChildProcessBuilder redirectErrorToOutput() {
        redirects[2] = null;
        return this;
    }

    private static void requireNot(Redirect redirect, Redirect.Type one, Redirect.Type other) {
        if (redirect.type() == one || redirect.type() == other) {
            throw new IllegalArgumentException("Redirect invalid here: " + redirect);
        }
    }

    /**
     * Uses the standard streams of this process for the child.
     *
     * @return this builder
     */
    public ChildProcessBuilder inheritIO() {
        return redirectInput(Redirect.INHERIT).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    }

    /**
     * Lets the child inherit a descriptor.
     *
     * @param number the number that the descriptor has in the child, {@value #FIRST_NUMBER} to 1023
     * @param descriptor remains the caller's, who may close it once {@link #start} has returned
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     * @throws IllegalStateException if the child has another descriptor at that number
     */
    public ChildProcessBuilder descriptor(int number, OwnedFd descriptor) {
        Objects.requireNonNull(descriptor);
        if (number < FIRST_NUMBER || number > MOST_NUMBER) {
            throw new IllegalArgumentException("number is not " + FIRST_NUMBER + " to " + MOST_NUMBER + ": " + number);
        }
        requireFree(number);
        inherited.put(number, descriptor);
        return this;
    }

    private void requireFree(int number) {
        if (number < FIRST_NUMBER + named.size() || inherited.containsKey(number)) {
            throw new IllegalStateException("the child has another descriptor at " + number);
        }
    }

    /**
     * Lets the child inherit a descriptor under a name, at the lowest number from {@value #FIRST_NUMBER} up that follows the named
     * descriptors before: the child finds the names in LISTEN_FDNAMES, their count in LISTEN_FDS, and itself in LISTEN_PID,
     * sd_listen_fds(3). A child in Java takes them with {@code ListenFds}.
     *
     * <p>The child is started by {@code /bin/sh}, which sets LISTEN_PID and becomes the program. Some shells drop variables whose names
     * are none in a shell, and set PWD. A failure of exec(2) that the file's permissions do not foretell is an exit status of 126 or 127.
     *
     * @param name printable characters of ASCII, without a colon, 1 to 255; several descriptors may have the same
     * @param descriptor remains the caller's, who may close it once {@link #start} has returned
     * @return this builder
     * @throws IllegalArgumentException if the name is none that LISTEN_FDNAMES can carry
     * @throws IllegalStateException if the child has another descriptor at that number
     */
    public ChildProcessBuilder namedDescriptor(String name, OwnedFd descriptor) {
        Objects.requireNonNull(descriptor);
        if (!name.matches("[ -9;-~]{1,255}")) {
            throw new IllegalArgumentException("not a name of a descriptor: " + name);
        }
        requireFree(FIRST_NUMBER + named.size());
        named.add(new Named(name, descriptor));
        return this;
    }

    /**
     * Lets the child inherit the descriptor of a channel under a name. The channel remains the caller's; the child shares the open file.
     *
     * @param name as {@link #namedDescriptor(String, OwnedFd)}
     * @param channel as {@link #descriptor(int, Channel)}
     * @return this builder
     * @throws IllegalArgumentException if the name is none that LISTEN_FDNAMES can carry
     * @throws IllegalStateException if the child has another descriptor at that number
     * @throws UnsupportedOperationException as {@link OwnedFd#duplicateOf}
     * @throws IOException as {@link OwnedFd#duplicateOf}
     */
    public ChildProcessBuilder namedDescriptor(String name, Channel channel) throws IOException {
        return duplicated(channel, duplicate -> namedDescriptor(name, duplicate));
    }

    /**
     * Lets the child inherit the descriptor of a channel. The channel remains the caller's; the child shares the open file.
     *
     * @param number as {@link #descriptor(int, OwnedFd)}
     * @param channel as {@link OwnedFd#duplicateOf}, which duplicates its descriptor; this builder closes the duplicate after the next
     *     {@link #start}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     * @throws IllegalStateException if the child has another descriptor at that number
     * @throws UnsupportedOperationException as {@link OwnedFd#duplicateOf}
     * @throws IOException as {@link OwnedFd#duplicateOf}
     */
    public ChildProcessBuilder descriptor(int number, Channel channel) throws IOException {
        return duplicated(channel, duplicate -> descriptor(number, duplicate));
    }

    private ChildProcessBuilder duplicated(Channel channel, Consumer<OwnedFd> addition) throws IOException {
        OwnedFd duplicate = OwnedFd.duplicateOf(channel);
        try {
            addition.accept(duplicate);
        } catch (RuntimeException e) {
            duplicate.close();
            throw e;
        }
        ours.add(duplicate);
        return this;
    }

    /**
     * Makes a connected pair of sockets, of which the next child inherits one end. System call: socketpair(2).
     *
     * @param family {@link UnixProtocolFamily#STREAM} or {@link UnixProtocolFamily#SEQPACKET}
     * @param number as {@link #descriptor(int, OwnedFd)}
     * @return the other end, which is the caller's
     * @throws IllegalArgumentException if the number is out of range
     * @throws IllegalStateException if the child has another descriptor at that number
     * @throws UnsupportedOperationException if the family is another one
     * @throws IOException if there is no descriptor left
     */
    public UnixSocketChannel pair(UnixProtocolFamily family, int number) throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        try (UnixSocketChannel theirs = pair.second()) {
            descriptor(number, theirs);
            return pair.first();
        } catch (Throwable e) {
            pair.first().close();
            throw e;
        }
    }

    /**
     * Makes a connected pair of sockets, of which the next child inherits one end under a name. System call: socketpair(2).
     *
     * @param family {@link UnixProtocolFamily#STREAM} or {@link UnixProtocolFamily#SEQPACKET}
     * @param name as {@link #namedDescriptor(String, OwnedFd)}
     * @return the other end, which is the caller's
     * @throws IllegalArgumentException if the name is none that LISTEN_FDNAMES can carry
     * @throws IllegalStateException if the child has another descriptor at that number
     * @throws UnsupportedOperationException if the family is another one
     * @throws IOException if there is no descriptor left
     */
    public UnixSocketChannel pair(UnixProtocolFamily family, String name) throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family);
        try (UnixSocketChannel theirs = pair.second()) {
            namedDescriptor(name, theirs);
            return pair.first();
        } catch (Throwable e) {
            pair.first().close();
            throw e;
        }
    }

    /**
     * Starts a child. System calls: posix_spawn(3), waitid(2) in a thread of the library.
     *
     * <p>The descriptors that the child inherits are duplicated while they are open. The duplicates of channels and the ends of pairs that
     * this builder made are closed, and the next child does not inherit them.
     *
     * @return the process
     * @throws UnsupportedOperationException if this platform is not supported, or the C library cannot set the directory
     * @throws IOException if the program cannot be executed, for example {@code posix_spawn(prog): No such file or directory (ENOENT)},
     *     a descriptor is closed, a redirect cannot be opened, or there is no descriptor or process left
     */
    public ChildProcess start() throws IOException {
        try {
            StandardStreams streams = StandardStreams.open(redirects);
            try {
                int pid = Spawn.start(command(), variables(), directory, streams, descriptors());
                ChildProcess process = new ChildProcess(pid, streams);
                ChildWait.start(process);
                return process;
            } catch (Throwable e) {
                streams.closeStreams();
                throw e;
            } finally {
                streams.closeEnds();
            }
        } finally {
            inherited.values().removeAll(ours);
            named.removeIf(each -> ours.contains(each.descriptor()));
            ours.forEach(OwnedFd::close);
            ours.clear();
        }
    }

    private SortedMap<Integer, OwnedFd> descriptors() {
        SortedMap<Integer, OwnedFd> descriptors = new TreeMap<>(inherited);
        for (Named each : named) {
            descriptors.put(FIRST_NUMBER + descriptors.size() - inherited.size(), each.descriptor());
        }
        return descriptors;
    }

    private List<String> command() throws IOException {
        return named.isEmpty() ? command : ListenVariables.command(command, environment, directory);
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>(environment);
        if (!named.isEmpty()) {
            ListenVariables.set(variables, named.stream().map(Named::name).toList());
        }
        variables.forEach((name, value) -> {
            requireNoNul("environment", name + value);
            if (name.isEmpty() || name.indexOf('=', 1) >= 0) {
                throw new IllegalArgumentException("not a name of a variable: " + name);
            }
        });
        return variables;
    }
}
