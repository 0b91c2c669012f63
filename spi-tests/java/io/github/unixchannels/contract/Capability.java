// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

/** What not every provider can do. A rule that needs it says so with {@link Requires}. */
public enum Capability {

    /** Socket channels and server channels. */
    CONNECTIONS,

    /** Datagram channels. */
    DATAGRAMS,

    /** Who sends a datagram is told that its receiver is full, gone, or not to be sent to: nothing is lost on the way. */
    RECEIVER_LIMITS,

    /** Addresses are {@link java.net.UnixDomainSocketAddress}. */
    UNIX_ADDRESSES,

    /** Sockets in the abstract namespace, read from and written to as addresses of the provider's own. */
    ABSTRACT_NAMES,

    /** A stream of bytes without boundaries. */
    BYTE_STREAM,

    /** One write is one message, and a read returns bytes of one message. */
    MESSAGES,

    /** {@code socket()} gives an adaptor, so that a receive timeout exists. */
    SOCKET_ADAPTOR,

    /** Closing an end resets the connection if bytes were unread. */
    RESET_ON_CLOSE,

    /** A listener's backlog can fill up, and a non-blocking connect then stays pending. */
    PENDING_BACKLOG,

    /** Descriptors travel beside messages: {@link Passing}. */
    DESCRIPTORS,

    /** Credentials travel beside messages, likewise. */
    CREDENTIALS
}
