// SPDX-License-Identifier: Apache-2.0

/**
 * AF_UNIX sockets of type SOCK_STREAM and SOCK_SEQPACKET as {@code java.nio.channels}.
 *
 * <p>Only {@link io.github.unixchannels} is exported: it is the whole API.
 */
module io.github.unixchannels {
    requires org.jnrproject.jffi;
    requires static jdk.net;

    exports io.github.unixchannels;
}
