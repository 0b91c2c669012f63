// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a listener says of a name it cannot have, and what becomes of connections that one end has left. */
@ExtendWith(NothingLeaks.class)
class ServerSocketChannelTest {

    private static final String TEMPORARY_FOLDER = "jdk.net.unixdomain.tmpdir";
    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void bindToNoNameIsABindExceptionAndLeavesItUnbound(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer()) {
            BindException thrown = assertThrows(BindException.class, () -> server.bind(UNNAMED));
            if (kind.isOurs()) {
                assertEquals("bind(unnamed): a server socket cannot bind to an unnamed address", thrown.getMessage());
            }
            assertNull(server.getLocalAddress());
            server.bind(address("server"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatIsGoneIsStillAcceptedAndReadsAsTheEnd(SocketKind kind) throws IOException {
        try (ServerSocketChannel server = kind.openServer().bind(address("server"))) {
            try (SocketChannel client = kind.openSocket()) {
                client.connect(address("server"));
                client.write(ByteBuffer.wrap(new byte[] {1}));
            }
            try (SocketChannel accepted = server.accept()) {
                if (kind.isOurs()) {
                    assertEquals(kind.name(), assertInstanceOf(UnixSocketChannel.class, accepted).family().name());
                }
                assertEquals(1, accepted.read(ByteBuffer.allocate(8)));
                assertEquals(-1, accepted.read(ByteBuffer.allocate(8)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedListenerRefusesConnectionsAndDropsThoseThatWait(SocketKind kind) throws IOException {
        try (SocketChannel waiting = kind.openSocket(); SocketChannel late = kind.openSocket()) {
            try (ServerSocketChannel server = kind.openServer()) {
                server.bind(address("server"));
                waiting.connect(address("server"));
            }
            assertThrows(ConnectException.class, () -> late.connect(address("server")));
            waiting.configureBlocking(false);
            // What the kernel says of a connection that nobody accepted is a reset or the end; it is not "nothing yet".
            int read;
            try {
                read = waiting.read(ByteBuffer.allocate(8));
            } catch (java.net.SocketException reset) {
                read = -1;
            }
            assertEquals(-1, read);
        }
    }

    private UnixDomainSocketAddress address(String name) {
        return UnixDomainSocketAddress.of(folder.resolve(name));
    }

    /** The JDK's channel is the model: code that was written for it casts the address. */
    @Test
    void boundToNullAChannelOfTheJdksFamilyHasAFileInTheTemporaryFolder() throws IOException {
        Path folderOfTheJdk = fileOf(ServerSocketChannel.open(StandardProtocolFamily.UNIX)).getParent();
        assertEquals(folderOfTheJdk, fileOf(UnixSelectorProvider.provider().openServerSocketChannel(StandardProtocolFamily.UNIX)).getParent());
        assertEquals(folderOfTheJdk, fileOf(UnixServerSocketChannel.open(StandardProtocolFamily.UNIX)).getParent());
    }

    private static Path fileOf(ServerSocketChannel opened) throws IOException {
        try (ServerSocketChannel server = opened.bind(null); SocketChannel client = UnixSocketChannel.open()) {
            Path file = ((UnixDomainSocketAddress) server.getLocalAddress()).getPath();
            try {
                assertTrue(file.getFileName().toString().matches("socket_\\d+"), file.toString());
                assertTrue(client.connect(server.getLocalAddress()));
                assertThrows(AlreadyBoundException.class, () -> server.bind(null));
                return file;
            } finally {
                Files.delete(file);
            }
        }
    }

    @Test
    void inAFolderThatIsMissingNoNameCanBeBoundAfterSoManyAttempts() throws IOException {
        String before = System.getProperty(TEMPORARY_FOLDER);
        System.setProperty(TEMPORARY_FOLDER, "/missing/folder");
        try (ServerSocketChannel server = UnixSelectorProvider.provider().openServerSocketChannel(StandardProtocolFamily.UNIX)) {
            assertThrows(SocketException.class, () -> server.bind(null));
            assertNull(server.getLocalAddress());
            assertTrue(server.isOpen());
        } finally {
            if (before == null) {
                System.clearProperty(TEMPORARY_FOLDER);
            } else {
                System.setProperty(TEMPORARY_FOLDER, before);
            }
        }
    }
}
