// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.SocketKind;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;

/** The sockets that a rule is tried on: on each kind of channel, and the Java platform's of TCP, which are the reference. */
enum SocketPairKind {
    TCP(null),
    JDK(SocketKind.JDK),
    STREAM(SocketKind.STREAM),
    SEQPACKET(SocketKind.SEQPACKET);

    private final SocketKind channels;

    SocketPairKind(SocketKind channels) {
        this.channels = channels;
    }

    /** Two sockets that are connected to each other. */
    record Pair(Socket client, Socket accepted) implements Closeable {
        @Override
        public void close() throws IOException {
            try (accepted) {
                client.close();
            }
        }
    }

    boolean isUnix() {
        return channels != null;
    }

    SocketKind channels() {
        return channels;
    }

    Pair connect(Path folder) throws IOException {
        if (channels == null) {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                return new Pair(client, server.accept());
            }
        }
        ConnectedSockets sockets = channels.connect(folder);
        return new Pair(UnixSocket.of(sockets.client()), UnixSocket.of(sockets.accepted()));
    }

    /** A socket that is not connected. */
    Socket openSocket() throws IOException {
        return channels == null ? new Socket() : UnixSocket.of(channels.openSocket());
    }

    /** A socket that is not bound. */
    ServerSocket openServer() throws IOException {
        return channels == null ? new ServerSocket() : UnixServerSocket.of(channels.openServer());
    }
}
