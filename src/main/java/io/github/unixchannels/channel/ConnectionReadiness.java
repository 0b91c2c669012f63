// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.selector.Registrations;
import io.github.unixchannels.selector.Selectable;
import io.github.unixchannels.socket.Connection;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.transfer.SocketInput;
import java.net.SocketException;
import java.nio.channels.SelectionKey;

/** What events mean for a socket that connects or is connected. */
final class ConnectionReadiness implements Selectable {

    private static final int BOTH_SIDES = Descriptor.READING | Descriptor.WRITING;

    private final Connection connection;
    private final SocketInput input;
    private final Registrations registrations = new Registrations();
    private final RefusedOutput held = new RefusedOutput(registrations);

    ConnectionReadiness(Connection connection, SocketInput input) {
        this.connection = connection;
        this.input = input;
    }

    /** Of sends that are refused although the socket polls as writable. */
    RefusedOutput heldOutput() {
        return held;
    }

    /** A read or a receive has ended: what it kept is to be reported though the kernel has no event for it. */
    void inputChanged() {
        if (input.hasKept()) {
            registrations.channelChanged();
        }
    }

    @Override
    public Descriptor descriptor() {
        return connection.descriptor();
    }

    @Override
    public Registrations registrations() {
        return registrations;
    }

    @Override
    public int pollEvents(int interestOps) {
        if (connection.awaitsBacklog()) {
            return NOT_POLLED; // an unconnected socket hangs up at once
        }
        int events = 0;
        if ((interestOps & SelectionKey.OP_READ) != 0) {
            events |= Linux.POLLIN;
        }
        boolean output = (interestOps & SelectionKey.OP_WRITE) != 0 && !held.isHeld();
        boolean connect = (interestOps & SelectionKey.OP_CONNECT) != 0 && !connection.isConnected();
        return output || connect ? events | Linux.POLLOUT : events;
    }

    /** An error or a hang-up makes everything ready, as in the JDK: the next operation tells which. */
    @Override
    public int readyOps(int events, int interestOps) {
        if ((events & (Linux.POLLERR | Linux.POLLHUP)) != 0) {
            return interestOps;
        }
        int ops = 0;
        if (connection.isConnected()) {
            ops |= (events & Linux.POLLIN) != 0 ? SelectionKey.OP_READ : 0;
            ops |= (events & Linux.POLLOUT) != 0 && !held.isHeld() ? SelectionKey.OP_WRITE : 0;
        } else if (connection.isPending()) {
            ops |= (events & Linux.POLLOUT) != 0 ? SelectionKey.OP_CONNECT : 0;
        }
        return ops & interestOps;
    }

    @Override
    public boolean hasKept() {
        return input.hasKept();
    }

    @Override
    public boolean awaitsRetry(int interestOps) {
        return connection.awaitsBacklog() || held.isHeld() && (interestOps & SelectionKey.OP_WRITE) != 0;
    }

    @Override
    public long retryDelayNanos() {
        return connection.isConnected() ? held.retryDelayNanos() : connection.retryDelayNanos();
    }

    @Override
    public void retry() {
        if (connection.isConnected()) {
            held.retry();
        } else {
            retryConnect();
        }
    }

    private void retryConnect() {
        if (!connection.descriptor().tryEnter(BOTH_SIDES)) {
            return; // closed, or somebody is trying
        }
        try {
            if (connection.awaitsBacklog()) {
                connection.attempt();
            }
        } catch (SocketException e) {
            throw new AssertionError("the address had been encoded before", e);
        } finally {
            connection.descriptor().leave(BOTH_SIDES);
        }
    }
}
