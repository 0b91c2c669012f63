// SPDX-License-Identifier: Apache-2.0

/**
 * AF_UNIX sockets of type SOCK_STREAM, SOCK_SEQPACKET and SOCK_DGRAM as {@code java.nio.channels}.
 *
 * <p>Only {@link io.github.unixchannels} is exported: it is the whole API.
 */
module io.github.unixchannels {
    requires org.jnrproject.jffi;
    requires static java.instrument;
    requires static jdk.net;

    exports io.github.unixchannels;
}
