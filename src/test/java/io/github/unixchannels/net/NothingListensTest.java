// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.ErrnoException;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Libraries tell a server that has not started from other failures by the class of the exception: a missing path is a refused connection. */
@ExtendWith(NothingLeaks.class)
class NothingListensTest {

    @TempDir
    private Path folder;

    @Test
    void aPathThatDoesNotExist() throws Exception {
        SocketAddress address = UnixDomainSocketAddress.of(folder.resolve("missing"));

        assertEquals("ENOENT", ErrnoException.nameOf(failure(new UnixSocket(), address)));
        failure(UnixSocket.of(SocketChannel.open(StandardProtocolFamily.UNIX)), address);
    }

    @Test
    void aPathWhoseServerHasEnded() throws Exception {
        SocketAddress address = UnixDomainSocketAddress.of(folder.resolve("ended"));
        try (ServerSocket server = new UnixServerSocketFactory(address).createServerSocket(0)) {
            assertEquals(address, server.getLocalSocketAddress());
        }

        assertEquals("ECONNREFUSED", ErrnoException.nameOf(failure(new UnixSocket(), address)));
        failure(UnixSocket.of(SocketChannel.open(StandardProtocolFamily.UNIX)), address);
    }

    @Test
    void anAbstractNameThatNoSocketHas() throws Exception {
        assertEquals("ECONNREFUSED", ErrnoException.nameOf(failure(new UnixSocket(), AbstractNames.unique())));
    }

    private static ConnectException failure(Socket socket, SocketAddress address) {
        ConnectException failure = assertThrows(ConnectException.class, () -> socket.connect(address));

        assertTrue(failure.getMessage().startsWith("connect(" + address + "): "), failure::toString);
        assertTrue(socket.isClosed());
        return failure;
    }
}
