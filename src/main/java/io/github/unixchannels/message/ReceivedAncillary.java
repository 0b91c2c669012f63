// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What the last receive found: the message, and what came beside it. Not thread safe. */
final class ReceivedAncillary implements MessageInfo, ControlReader.Sink {

    private static final int NANOS_PER_MICRO = 1000;

    /** In place of a length: no label. */
    private static final int NONE = -1;

    private final ReceivedDescriptors descriptors;

    private int length;
    private int fullLength;
    private boolean controlTruncated;
    private boolean end;
    private SocketAddress sender = UnixAddresses.UNNAMED;

    private boolean timestamped;
    private long seconds;
    private long microseconds;

    private boolean withCredentials;
    private int pid;
    private int uid;
    private int gid;
    private PeerCredentials credentials;

    private byte[] label;
    private int labelOffset;
    private int labelLength = NONE;

    ReceivedAncillary(Syscalls sys) {
        descriptors = new ReceivedDescriptors(sys);
    }

    ReceivedDescriptors descriptors() {
        return descriptors;
    }

    /** Closes what was not taken, and knows nothing any more but who sent last: most messages come from one sender many times in a row. */
    void clear() {
        descriptors.closeAll();
        controlTruncated = false;
        timestamped = false;
        withCredentials = false;
        label = null;
    }

    /** Owns what came beside a message. Nothing is allocated, and so can fail, before all descriptors are owned. */
    void control(ByteBuffer control, int lengthBytes, int messageFlags) {
        controlTruncated = (messageFlags & Linux.MSG_CTRUNC) != 0;
        labelLength = NONE;
        ControlReader.read(control, lengthBytes, this);
        if (labelLength != NONE) {
            byte[] bytes = new byte[labelLength];
            control.get(labelOffset, bytes);
            label = bytes;
        }
    }

    void message(int lengthBytes, int fullLengthBytes, boolean atEnd, SocketAddress from) {
        length = lengthBytes;
        fullLength = fullLengthBytes;
        end = atEnd;
        if (sender != from) { // a store of a reference costs more than the look
            sender = from;
        }
    }

    @Override
    public void descriptor(int fd) {
        descriptors.add(fd);
    }

    @Override
    public void pidfd(int fd) {
        if (fd >= 0) {
            descriptors.pidfd(fd);
        } else if (fd == -Errno.EMFILE || fd == -Errno.ENFILE) { // in place of the descriptor (scm_pidfd_recv)
            controlTruncated = true;
        }
    }

    @Override
    public void credentials(int senderPid, int senderUid, int senderGid) {
        withCredentials = true;
        pid = senderPid;
        uid = senderUid;
        gid = senderGid;
    }

    @Override
    public void timestamp(long atSeconds, long atMicroseconds) {
        timestamped = true;
        seconds = atSeconds;
        microseconds = atMicroseconds;
    }

    @Override
    public void label(ByteBuffer control, int offset, int lengthBytes) {
        labelOffset = offset;
        labelLength = lengthBytes;
    }

    boolean isTimestamped() {
        return timestamped;
    }

    Instant timestamp() {
        return timestamped ? Instant.ofEpochSecond(seconds, microseconds * NANOS_PER_MICRO) : null;
    }

    PeerCredentials credentials() {
        if (!withCredentials) {
            return null;
        }
        PeerCredentials known = credentials;
        if (known == null || known.pid() != pid || (int) known.uid() != uid || (int) known.gid() != gid) {
            known = new PeerCredentials(pid, Integer.toUnsignedLong(uid), Integer.toUnsignedLong(gid));
            credentials = known;
        }
        return known;
    }

    String label() {
        return label == null ? null : new String(label, StandardCharsets.UTF_8);
    }

    /** Where the message came from. */
    Object origin() {
        return sender == UnixAddresses.UNNAMED ? "unnamed" : sender;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int fullLength() {
        return fullLength;
    }

    @Override
    public boolean isControlTruncated() {
        return controlTruncated;
    }

    @Override
    public boolean isEnd() {
        return end;
    }

    @Override
    public SocketAddress sender() {
        return sender;
    }

    @Override
    public String toString() {
        if (end) {
            return "MessageInfo[end]";
        }
        return "MessageInfo[length=" + length + (isTruncated() ? " of " + fullLength : "")
                + (controlTruncated ? " controlTruncated" : "") + " descriptors=" + descriptors.count()
                + " sender=" + UnixAddresses.describe(sender) + "]";
    }
}
