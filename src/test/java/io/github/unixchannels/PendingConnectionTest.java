// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.socket.SocketType;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.FullBacklog;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.NotYetConnectedException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection that is pending, because the listener's backlog is full, says of itself, and in which words it fails. */
@ExtendWith(NothingLeaks.class)
class PendingConnectionTest {

    @ParameterizedTest
    @EnumSource
    void itsTextSaysWhereItConnectsTo(SocketType type) throws IOException {
        try (FullBacklog backlog = new FullBacklog(type, new FaultySyscalls())) {
            assertNull(backlog.pending().getLocalAddress());
            assertEquals(
                    "io.github.unixchannels.UnixSocketChannel[" + type + " connection-pending remote="
                            + backlog.server().getLocalAddress() + "]",
                    backlog.pending().toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itHasNoSideToShutDownAndNoPeer(SocketType type) throws IOException {
        try (FullBacklog backlog = new FullBacklog(type, new FaultySyscalls())) {
            UnixSocketChannel pending = backlog.pending();
            assertThrows(NotYetConnectedException.class, pending::shutdownInput);
            assertThrows(NotYetConnectedException.class, pending::shutdownOutput);
            assertThrows(SocketException.class, () -> pending.getOption(UnixSocketOptions.SO_PEERCRED));
            assertTrue(pending.isConnectionPending());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsFailureNamesTheListener(SocketType type) throws IOException {
        try (FullBacklog backlog = new FullBacklog(type, new FaultySyscalls())) {
            String address = backlog.server().getLocalAddress().toString();
            backlog.server().close();
            ConnectException thrown = assertThrows(ConnectException.class, backlog.pending()::finishConnect);
            assertEquals("connect(" + address + "): Connection refused (ECONNREFUSED)", thrown.getMessage());
        }
    }
}
