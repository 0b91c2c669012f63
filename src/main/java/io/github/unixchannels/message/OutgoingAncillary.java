// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * What is to be sent with the next message. The descriptors are entered for the time of each attempt, so that none is closed during it
 * and no number can be somebody else's. Each send leaves it empty, except one that was refused for want of room. Not thread safe.
 */
final class OutgoingAncillary {

    private static final int FIRST_CAPACITY = 4;

    private Descriptor[] descriptors = new Descriptor[FIRST_CAPACITY];

    /** Kept reachable; and those that are ours to close are marked. */
    private OwnedFd[] owners = new OwnedFd[FIRST_CAPACITY];

    private boolean[] ours = new boolean[FIRST_CAPACITY];
    private int count;
    private PeerCredentials credentials;

    /** On which socket the last send with something in here was, and where to. */
    private Descriptor socket;

    private SocketAddress target;

    /** Whether all that is in here was refused by that socket for want of room. */
    private boolean refused;

    boolean isEmpty() {
        return count == 0 && credentials == null;
    }

    /** @throws IllegalStateException if no more can be sent with one message */
    void requireRoom() {
        if (count == AncillaryData.MAX_DESCRIPTORS) {
            throw new IllegalStateException("a message carries " + AncillaryData.MAX_DESCRIPTORS + " descriptors at most");
        }
        if (count == descriptors.length) {
            int capacity = Math.min(2 * count, AncillaryData.MAX_DESCRIPTORS);
            owners = Arrays.copyOf(owners, capacity);
            ours = Arrays.copyOf(ours, capacity);
            descriptors = Arrays.copyOf(descriptors, capacity);
        }
    }

    /** Adds one, for which there is room. */
    void add(OwnedFd owner, Descriptor descriptor, boolean closeIt) {
        owners[count] = owner;
        ours[count] = closeIt;
        descriptors[count++] = descriptor;
    }

    void credentials(PeerCredentials toSend) {
        credentials = toSend;
    }

    /** Begins a new message: what was refused belongs to the message before. */
    void beginMessage() {
        if (refused) {
            clear();
        }
    }

    /** Begins a send on a socket to a target; what another was refused is dropped. */
    void beginSend(Descriptor on, SocketAddress to) {
        if (refused && (socket != on || !Objects.equals(target, to))) {
            clear();
        }
        if (!isEmpty()) {
            socket = on;
            target = to;
        }
    }

    /** Ends a send, whether or not it began. */
    void endSend(boolean withoutRoom) {
        if (withoutRoom) {
            refused = !isEmpty();
        } else {
            clear();
        }
    }

    /**
     * Enters all descriptors.
     *
     * @throws IOException if one is closed: none is entered then
     */
    void hold(Object target) throws IOException {
        for (int i = 0; i < count; i++) {
            if (!descriptors[i].enter(Descriptor.USING)) {
                release(i);
                throw ErrnoExceptions.causedBy(Errno.EBADF, new IOException("sendmsg(" + target + "): descriptor " + (i + 1) + " of "
                        + count + " to be sent, fd=" + descriptors[i].fd() + ", is closed: " + Errno.describe(Errno.EBADF)));
            }
        }
    }

    /** Leaves all descriptors. */
    void release() {
        release(count);
    }

    private void release(int entered) {
        for (int i = 0; i < entered; i++) {
            descriptors[i].leave(Descriptor.USING);
        }
    }

    /** Writes the control messages from the front of a buffer; the descriptors are entered. Returns their length in bytes. */
    int write(ByteBuffer control) {
        int length = count == 0 ? 0 : ControlWriter.descriptors(control, 0, descriptors, count);
        return credentials == null ? length : ControlWriter.credentials(control, length, credentials);
    }

    /** What an error number that refused a send with this means; null if it says enough. */
    String meaningOf(int errno) {
        if (errno == Errno.EINVAL && credentials != null) {
            return "the user or the group has no number in this user namespace";
        }
        if (errno != Errno.EPERM) {
            return null;
        }
        String noDescriptors = "the receiver takes no descriptors (SO_PASSRIGHTS), or a security module forbids them";
        String noCredentials = "the credentials are not this process's";
        return credentials == null ? noDescriptors : count == 0 ? noCredentials : noCredentials + ", or " + noDescriptors;
    }

    @Override
    public String toString() {
        return "to be sent: descriptors=" + count + (credentials == null ? "" : " " + credentials);
    }

    /** Forgets everything, and closes what is ours. */
    void clear() {
        credentials = null;
        socket = null;
        target = null;
        refused = false;
        while (count > 0) {
            OwnedFd owner = owners[--count];
            owners[count] = null;
            descriptors[count] = null;
            if (ours[count]) {
                owner.close();
            }
        }
    }
}
