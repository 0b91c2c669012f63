// SPDX-License-Identifier: Apache-2.0

/**
 * AF_UNIX sockets of type SOCK_STREAM, SOCK_SEQPACKET and SOCK_DGRAM as {@code java.nio.channels}.
 *
 * <p>{@link io.github.unixchannels} has the channels, {@link io.github.unixchannels.net} sockets as {@link java.net.Socket} on them,
 * {@link io.github.unixchannels.process} child processes that inherit them, and {@link io.github.unixchannels.service} what a service of
 * systemd takes and says.
 */
module io.github.unixchannels {
    requires org.jnrproject.jffi;
    requires static java.instrument;
    requires static jdk.net;

    exports io.github.unixchannels;
    exports io.github.unixchannels.net;
    exports io.github.unixchannels.process;
    exports io.github.unixchannels.service;
}
