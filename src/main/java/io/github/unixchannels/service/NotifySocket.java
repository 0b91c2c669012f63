// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.sys.Printable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The socket on which a service tells its manager the state of the service: sd_notify(3).
 *
 * <p>NOTIFY_SOCKET names the socket. Where the variable is not set, no manager wants to hear: each method returns false and does nothing,
 * so that a program need not ask. Each notification is one datagram, sent from a socket that is open for that time:
 *
 * <pre>{@code
 * NotifySocket manager = NotifySocket.ofEnvironment();
 * manager.send("READY=1", "STATUS=Listening on port 8080");
 * }</pre>
 *
 * <p>systemd looks at the process that sends: NotifyAccess= of the unit. Immutable and thread safe.
 */
public final class NotifySocket {

    /** Null if nobody wants to hear. */
    private final SocketAddress address;

    private final Map<String, String> variables;

    private NotifySocket(SocketAddress address, Map<String, String> variables) {
        this.address = address;
        this.variables = variables;
    }

    /**
     * The socket that NOTIFY_SOCKET names: a path, or an abstract name after an {@code @}.
     *
     * @return the socket; one that does nothing if the variable is not set
     * @throws UnsupportedOperationException if the address is no AF_UNIX address: {@code vsock:}, which a manager outside of a virtual
     *     machine has
     * @throws IllegalArgumentException if the address is a relative path, or an abstract name that is too long
     */
    public static NotifySocket ofEnvironment() {
        return of(System.getenv());
    }

    static NotifySocket of(Map<String, String> variables) {
        String name = variables.get("NOTIFY_SOCKET");
        return new NotifySocket(name == null || name.isEmpty() ? null : address(name), variables);
    }

    private static SocketAddress address(String name) {
        if (name.startsWith("@")) {
            return AbstractSocketAddress.of(name.substring(1));
        }
        if (name.startsWith("/")) {
            return UnixDomainSocketAddress.of(name);
        }
        String variable = "NOTIFY_SOCKET=" + Printable.of(name);
        if (name.startsWith("vsock")) {
            throw new UnsupportedOperationException(variable + " is an address of AF_VSOCK; only AF_UNIX is supported");
        }
        throw new IllegalArgumentException(variable + " is neither an absolute path nor an abstract name");
    }

    /**
     * Whether there is a manager that wants to hear.
     *
     * @return false if NOTIFY_SOCKET is not set
     */
    public boolean isSet() {
        return address != null;
    }

    /**
     * Tells that the service has started, or has loaded its configuration again: READY=1.
     *
     * @return false if NOTIFY_SOCKET is not set
     * @throws IOException as {@link #send}
     */
    public boolean ready() throws IOException {
        return send("READY=1");
    }

    /**
     * Tells that the service loads its configuration again, and when that began: RELOADING=1 and MONOTONIC_USEC, as Type=notify-reload
     * wants. {@link #ready} tells the end. System call: clock_gettime(2) of CLOCK_MONOTONIC.
     *
     * @return false if NOTIFY_SOCKET is not set
     * @throws IOException as {@link #send}
     */
    public boolean reloading() throws IOException {
        return isSet() && send("RELOADING=1", "MONOTONIC_USEC=" + MonotonicClock.micros());
    }

    /**
     * Tells that the service ends: STOPPING=1.
     *
     * @return false if NOTIFY_SOCKET is not set
     * @throws IOException as {@link #send}
     */
    public boolean stopping() throws IOException {
        return send("STOPPING=1");
    }

    /**
     * Says in words what the service does: STATUS. {@code systemctl status} shows the text.
     *
     * @param text one line
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if the text contains a line break or a NUL
     * @throws IOException as {@link #send}
     */
    public boolean status(String text) throws IOException {
        return send("STATUS=" + Objects.requireNonNull(text));
    }

    /**
     * Tells that the service has failed: ERRNO.
     *
     * @param number the number of the error, errno(3)
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if the number is negative
     * @throws IOException as {@link #send}
     */
    public boolean errno(int number) throws IOException {
        return send("ERRNO=" + requireAtLeast(0, number));
    }

    /**
     * Tells which process is the main process of the service: MAINPID.
     *
     * @param pid the number of the process
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if the number is not positive
     * @throws IOException as {@link #send}
     */
    public boolean mainPid(long pid) throws IOException {
        return send("MAINPID=" + requireAtLeast(1, pid));
    }

    /**
     * Tells that the service is alive: WATCHDOG=1. A manager that has waited longer than {@link #watchdogTimeout} ends the service.
     *
     * @return false if NOTIFY_SOCKET is not set
     * @throws IOException as {@link #send}
     */
    public boolean watchdog() throws IOException {
        return send("WATCHDOG=1");
    }

    /**
     * How long the manager waits for the next {@link #watchdog}: WATCHDOG_USEC, sd_watchdog_enabled(3). A service should tell twice as
     * often.
     *
     * @return the time; empty if the manager does not wait, or waits for another process (WATCHDOG_PID)
     * @throws IllegalStateException if WATCHDOG_USEC or WATCHDOG_PID is not a positive number
     */
    public Optional<Duration> watchdogTimeout() {
        String micros = variables.get("WATCHDOG_USEC");
        if (micros == null) {
            return Optional.empty();
        }
        Duration timeout = Duration.of(Assignments.positive("WATCHDOG_USEC", micros), ChronoUnit.MICROS);
        String pid = variables.get("WATCHDOG_PID");
        boolean isForOther = pid != null && Assignments.positive("WATCHDOG_PID", pid) != ThisProcess.SELF.pid();
        return isForOther ? Optional.empty() : Optional.of(timeout);
    }

    /**
     * Gives the manager descriptors to keep while the service is started again: FDSTORE=1, FDNAME. The next process of the service gets
     * them as {@link ListenFds#fds(String)}. The unit needs FileDescriptorStoreMax=.
     *
     * <p>systemd drops a descriptor that it has already, and one of which poll(2) tells an error or a hang-up. Nobody tells the service;
     * after {@link #barrier} the manager has what it takes.
     *
     * @param name printable characters of ASCII, without a colon, 1 to 255
     * @param descriptors 1 to 253; they remain the caller's, who may close them once this returns
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if the name is none that FDNAME can carry, or the number of descriptors is out of range
     * @throws IOException if a descriptor is closed; otherwise as {@link #send}
     */
    public boolean store(String name, OwnedFd... descriptors) throws IOException {
        Assignments.requireFdName(name);
        if (descriptors.length < 1 || descriptors.length > AncillaryData.MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    descriptors.length + " descriptors; 1 to " + AncillaryData.MAX_DESCRIPTORS + " are possible");
        }
        if (!isSet()) {
            return false;
        }
        try (AncillaryData ancillary = AncillaryData.create()) {
            for (OwnedFd descriptor : descriptors) {
                ancillary.descriptor(descriptor);
            }
            ByteBuffer message = Assignments.encode("FDSTORE=1", "FDNAME=" + name);
            OneDatagram.sendThoughInterrupted(() -> OneDatagram.send(message, address, ancillary));
            return true;
        }
    }

    /**
     * Gives the manager the descriptor of a channel to keep, as {@link #store(String, OwnedFd...)}.
     *
     * @param name as there
     * @param channel as {@link OwnedFd#duplicateOf}; it remains the caller's
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if the name is none that FDNAME can carry
     * @throws UnsupportedOperationException as {@link OwnedFd#duplicateOf}
     * @throws IOException as {@link OwnedFd#duplicateOf} and {@link #send}
     */
    public boolean store(String name, Channel channel) throws IOException {
        Assignments.requireFdName(name);
        if (!isSet()) {
            return false;
        }
        try (OwnedFd duplicate = OwnedFd.duplicateOf(channel)) {
            return store(name, duplicate);
        }
    }

    /**
     * Has the manager close the descriptors that it keeps under a name: FDSTOREREMOVE=1, FDNAME.
     *
     * @param name as in {@link #store(String, OwnedFd...)}
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if the name is none that FDNAME can carry
     * @throws IOException as {@link #send}
     */
    public boolean removeStored(String name) throws IOException {
        Assignments.requireFdName(name);
        return send("FDSTOREREMOVE=1", "FDNAME=" + name);
    }

    /**
     * Waits until the manager has taken all notifications that this process sent before: BARRIER=1, sd_notify_barrier(3). The manager gets
     * the writing end of a pipe, and the wait ends when the manager has closed the end. System calls: pipe2(2), sendmsg(2), epoll_wait(2).
     *
     * @param timeout how long to wait at most, to the millisecond
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if the timeout is not positive
     * @throws SocketTimeoutException if the manager has not closed the pipe in that time
     * @throws ClosedByInterruptException if the thread is interrupted; the interrupt status stays set
     * @throws IOException as {@link #send}
     */
    public boolean barrier(Duration timeout) throws IOException {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
        if (!isSet()) {
            return false;
        }
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            Pipe pipe = channel.provider().openPipe();
            try (Pipe.SourceChannel source = pipe.source()) {
                try (Pipe.SinkChannel sink = pipe.sink(); AncillaryData ancillary = AncillaryData.create()) {
                    channel.send(Assignments.encode("BARRIER=1"), address, ancillary.descriptor(sink));
                }
                awaitEnd(source, timeout);
                return true;
            }
        }
    }

    private void awaitEnd(Pipe.SourceChannel source, Duration timeout) throws IOException {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        ByteBuffer nothing = ByteBuffer.allocate(1);
        try (Selector selector = source.provider().openSelector()) {
            source.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            while (source.read(nothing.clear()) >= 0) {
                long nanos = end - System.nanoTime();
                if (nanos <= 0) {
                    throw new SocketTimeoutException("BARRIER=1 to " + address + ": the manager has not closed the pipe in " + timeout);
                }
                selector.select(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
                selector.selectedKeys().clear();
                if (Thread.currentThread().isInterrupted()) { // the selector wakes, and a read that does not block does not ask
                    throw new ClosedByInterruptException();
                }
            }
        }
    }

    /**
     * Sends variables as one notification: {@code send("READY=1", "STATUS=Listening")}. System calls: socket(2), sendto(2), close(2).
     *
     * <p>This waits while the manager's queue is full. A thread that has been interrupted sends all the same, unless the thread has to wait.
     *
     * @param assignments one or more, {@code NAME=value}, of those in sd_notify(3) or {@code X_} and a name
     * @return false if NOTIFY_SOCKET is not set
     * @throws IllegalArgumentException if there is none, a name is not of A to Z, 0 to 9 and {@code _}, or a value contains a line break or
     *     a NUL
     * @throws java.net.PortUnreachableException if nobody receives at the address any more (ECONNREFUSED)
     * @throws ClosedByInterruptException if the thread is interrupted meanwhile; the interrupt status stays set
     * @throws IOException if there is no socket at the address (ENOENT), or anything else fails
     */
    public boolean send(String... assignments) throws IOException {
        ByteBuffer message = Assignments.encode(assignments);
        if (!isSet()) {
            return false;
        }
        OneDatagram.sendThoughInterrupted(() -> OneDatagram.send(message, address, null));
        return true;
    }

    private static long requireAtLeast(long least, long number) {
        if (number < least) {
            throw new IllegalArgumentException("less than " + least + ": " + number);
        }
        return number;
    }
}
