// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The channels that a rule is tried on: the Java platform's own, which are the reference, and ours. */
public enum SocketKind {
    JDK {
        @Override
        public SocketChannel openSocket() throws IOException {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        }

        @Override
        public ServerSocketChannel openServer() throws IOException {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        }
    },

    STREAM {
        @Override
        public SocketChannel openSocket() throws IOException {
            return UnixSocketChannel.open(UnixProtocolFamily.STREAM);
        }

        @Override
        public ServerSocketChannel openServer() throws IOException {
            return UnixServerSocketChannel.open(UnixProtocolFamily.STREAM);
        }
    },

    SEQPACKET {
        @Override
        public SocketChannel openSocket() throws IOException {
            return UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET);
        }

        @Override
        public ServerSocketChannel openServer() throws IOException {
            return UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
        }
    };

    public abstract SocketChannel openSocket() throws IOException;

    public abstract ServerSocketChannel openServer() throws IOException;

    public boolean isOurs() {
        return this != JDK;
    }
}
