// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.net.SocketAddress;

/**
 * What a {@code receive} found. The object belongs to the {@link AncillaryData} that was given to the receive, and changes with the next
 * receive that uses the same {@link AncillaryData}.
 */
public interface MessageInfo {

    /**
     * How many bytes are in the buffers now.
     *
     * @return 0 or more; 0 for an empty message, and at the end of the stream
     */
    int length();

    /**
     * How long the message was, in bytes.
     *
     * @return {@link #length} or, if the message was truncated, more; the rest is lost
     */
    int fullLength();

    /**
     * Whether the message was longer than the buffers: MSG_TRUNC, recvmsg(2). Never on STREAM.
     *
     * @return {@link #fullLength} &gt; {@link #length}
     */
    default boolean isTruncated() {
        return fullLength() > length();
    }

    /**
     * Whether descriptors or other ancillary data of the message are lost, because this process may have no more descriptors
     * (RLIMIT_NOFILE): MSG_CTRUNC, recvmsg(2); for the descriptor of the sender's process, EMFILE in its place. The descriptors that did
     * arrive are in the {@link AncillaryData}.
     *
     * @return whether ancillary data are lost
     */
    boolean isControlTruncated();

    /**
     * Whether the end of the stream was received, and no message. An empty message is not the end, also on SEQPACKET.
     *
     * @return whether nothing more comes
     */
    boolean isEnd();

    /**
     * Who sent it.
     *
     * @return on DGRAM the sender's address, otherwise the peer's; never null: the address of a socket without a name is unnamed. The sender
     *     chose the name, and its bytes may be anything: escape the name before you write it to a log. The text of this object escapes it
     */
    SocketAddress sender();
}
