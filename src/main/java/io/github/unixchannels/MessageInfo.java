// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.net.SocketAddress;

/**
 * What a {@code receive} found. It belongs to the {@link AncillaryData} that was given to the receive, and says something else after the
 * next receive with that.
 */
public interface MessageInfo {

    /**
     * How many bytes are in the buffers now.
     *
     * @return 0 or more; 0 of an empty message, and at the end of the stream
     */
    int length();

    /**
     * How long the message was, in bytes.
     *
     * @return {@link #length} or, if it was truncated, more; the rest is gone
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
     * Whether descriptors or other ancillary data of the message are gone, because this process may have no more descriptors
     * (RLIMIT_NOFILE): MSG_CTRUNC, recvmsg(2); for the descriptor of the sender's process, EMFILE in its place. Those that did arrive are
     * in the {@link AncillaryData}.
     *
     * @return whether something is gone
     */
    boolean isControlTruncated();

    /**
     * Whether it was no message but the end of the stream. An empty message is another thing, on SEQPACKET too.
     *
     * @return whether nothing more comes
     */
    boolean isEnd();

    /**
     * Who sent it.
     *
     * @return on DGRAM the sender's address, otherwise the peer's; never null: of a socket without a name it is unnamed. The name is the
     *     sender's choice, and its bytes may be anything: do not write it to a log as it is. This object's own text has it escaped
     */
    SocketAddress sender();
}
