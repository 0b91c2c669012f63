// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketFiles;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server has the file that it asked for, and removes that file and no other. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class SocketFileTest {

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void path() {
        path = folder.resolve("app.sock");
    }

    private SocketFile file() {
        return SocketFile.of(path);
    }

    @ParameterizedTest
    @EnumSource
    void theModeIsTheOneAskedForWhateverTheUmask(UnixProtocolFamily family) throws IOException {
        for (String mode : List.of("rwxrwxrwx", "rw-rw-rw-", "rw-rw----", "rw-------", "---------", "----w--w-")) {
            try (NetworkChannel server = SocketFiles.open(family, file().mode(mode).removeOnClose())) {
                assertEquals(mode, SocketFiles.mode(path));
                assertEquals(UnixDomainSocketAddress.of(path), server.getLocalAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotAskedForIsAsBindMakesIt(UnixProtocolFamily family) throws IOException {
        SocketFiles.leave(family, UnixDomainSocketAddress.of(path));
        String mode = SocketFiles.mode(path);
        Files.delete(path);
        SocketFiles.open(family, file()).close();
        assertEquals(mode, SocketFiles.mode(path));
        assertEquals("app.sock", SocketFiles.names(folder));
    }

    @Test
    void clientsReachTheServer() throws IOException {
        for (UnixProtocolFamily family : List.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)) {
            try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family, file().mode("rw-------").removeOnClose());
                    UnixSocketChannel client = UnixSocketChannel.open(family, server.getLocalAddress());
                    UnixSocketChannel accepted = server.accept()) {
                assertEquals(family, server.family());
                assertEquals(1, client.write(ByteBuffer.allocate(1)));
                assertEquals(1, accepted.read(ByteBuffer.allocate(2)));
            }
        }
        try (UnixDatagramChannel server = UnixDatagramChannel.open(file().mode("rw-------").removeOnClose());
                UnixDatagramChannel client = UnixDatagramChannel.open()) {
            assertEquals(1, client.send(ByteBuffer.allocate(1), server.getLocalAddress()));
            ByteBuffer received = ByteBuffer.allocate(2);
            server.receive(received);
            assertEquals(1, received.position());
        }
    }

    @Test
    void openBindsAndReturnsTheTypeItSays() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET, address)) {
            assertEquals(address, server.getLocalAddress());
            assertThrows(SocketException.class, () -> UnixServerSocketChannel.open(StandardProtocolFamily.UNIX, address));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFileIsRemovedOnCloseIfAskedFor(UnixProtocolFamily family) throws IOException {
        SocketFiles.open(family, file().removeOnClose()).close();
        assertEquals("", SocketFiles.names(folder));
        NetworkChannel again = SocketFiles.open(family, file().removeOnClose().replaceStale());
        again.close();
        again.close();
        assertEquals("app.sock.lock", SocketFiles.names(folder));
    }

    @ParameterizedTest
    @EnumSource
    void anotherFileOfTheSameNameIsNotRemoved(UnixProtocolFamily family) throws IOException {
        NetworkChannel server = SocketFiles.open(family, file().removeOnClose());
        Files.delete(path);
        SocketFiles.leave(family, UnixDomainSocketAddress.of(path));
        server.close();
        assertTrue(SocketFiles.exists(path));
        Files.delete(path);
        server = SocketFiles.open(family, file().removeOnClose());
        Files.delete(path);
        Files.createSymbolicLink(path, folder.resolve("elsewhere"));
        server.close();
        assertTrue(Files.isSymbolicLink(path));
    }

    @Test
    void aFolderThatIsGoneIsNoFailureOfClose() throws IOException {
        Path inner = folder.resolve("inner");
        NetworkChannel server = SocketFiles.open(UnixProtocolFamily.STREAM, SocketFile.of(inner.resolve("s")).createFolder().removeOnClose());
        Files.delete(inner.resolve("s"));
        Files.delete(inner);
        server.close();
        assertEquals("", SocketFiles.names(folder));
    }

    @Test
    void theFileStaysWhileAnotherDescriptorMayServe() throws IOException {
        UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.STREAM, file().replaceStale().removeOnClose());
        try (OwnedFd taken = OwnedFd.takeFrom(server)) {
            assertFalse(server.isOpen());
            assertEquals(OwnedFd.Kind.LISTENING_SOCKET, taken.kind());
            IOException failure = assertThrows(SocketException.class,
                    () -> SocketFiles.open(UnixProtocolFamily.STREAM, file().replaceStale().removeOnClose()));
            assertTrue(failure.getMessage().endsWith("the socket of another server, which is running"), failure.getMessage());
            UnixSocketChannel.open(UnixDomainSocketAddress.of(path)).close();
        }
        SocketFiles.open(UnixProtocolFamily.STREAM, file().replaceStale().removeOnClose()).close();
        assertFalse(SocketFiles.exists(path));
    }

    @Test
    void theFileStaysIfTheDescriptorWasDuplicated() throws IOException {
        UnixDatagramChannel server = UnixDatagramChannel.open(file().removeOnClose());
        try (OwnedFd duplicate = OwnedFd.duplicateOf(server)) {
            server.close();
            assertTrue(SocketFiles.exists(path));
            assertEquals(OwnedFd.Kind.DATAGRAM_SOCKET, duplicate.kind());
        }
    }

    @Test
    void aForgottenDatagramChannelRemovesItsFileAndReleasesTheLock() throws IOException {
        SocketFile asked = file().replaceStale().removeOnClose();
        forget(asked);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> {
            System.gc();
            return !SocketFiles.exists(path);
        });
        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreException(BindException.class).until(() -> {
            UnixDatagramChannel.open(asked).close();
            return true;
        });
    }

    private static void forget(SocketFile asked) throws IOException {
        UnixDatagramChannel.open(asked);
    }

    @Test
    void theFolderIsMadeForThisUserAlone() throws IOException {
        Path inner = folder.resolve("inner");
        SocketFile file = SocketFile.of(inner.resolve("app.sock")).createFolder().removeOnClose();
        for (int i = 0; i < 2; i++) { // the second time it is there
            SocketFiles.open(UnixProtocolFamily.STREAM, file).close();
            assertEquals("rwx------", SocketFiles.mode(inner));
        }
        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("rwxr-xr-x"));
        SocketFiles.open(UnixProtocolFamily.STREAM, file).close();
        assertEquals("rwxr-xr-x", SocketFiles.mode(inner));
    }

    @ParameterizedTest
    @EnumSource
    void aLongPathIsBoundOnRequest(UnixProtocolFamily family) throws IOException {
        Path deep = Files.createDirectories(folder.resolve("d".repeat(100)).resolve("e".repeat(100)));
        SocketFile file = SocketFile.of(deep.resolve("app.sock")).removeOnClose().replaceStale().mode("rw-rw-rw-");
        SocketException refused = assertThrowsExactly(SocketException.class, () -> SocketFiles.open(family, file));
        assertTrue(refused.getMessage().startsWith("Unix domain path too long: "), refused.getMessage());
        try (NetworkChannel server = SocketFiles.open(family, file.longPath())) {
            assertEquals(UnixDomainSocketAddress.of(file.path()), server.getLocalAddress());
            assertEquals("rw-rw-rw-", SocketFiles.mode(file.path()));
            assertEquals("app.sock app.sock.lock", SocketFiles.names(deep));
            try (SocketFile.Address address = file.openAddress();
                    NetworkChannel client = family == UnixProtocolFamily.DGRAM
                            ? UnixDatagramChannel.open().connect(address.socketAddress())
                            : UnixSocketChannel.open(family, address.socketAddress())) {
                assertTrue(address.socketAddress().getPath().startsWith("/proc/self/fd"));
                assertTrue(client.isOpen());
            }
        }
        assertEquals("app.sock.lock", SocketFiles.names(deep));
    }

    @Test
    void anAddressOfAShortPathIsThePath() throws IOException {
        try (SocketFile.Address address = file().openAddress()) {
            assertEquals(UnixDomainSocketAddress.of(path), address.socketAddress());
        }
        Path missing = folder.resolve("d".repeat(120)).resolve("app.sock");
        assertThrowsExactly(NoSuchFileException.class, () -> SocketFile.of(missing).openAddress());
    }

    @Test
    void aNameThatIsTooLongIsRefused() throws IOException {
        SocketFile file = SocketFile.of(folder.resolve("n".repeat(200))).longPath().replaceStale();
        SocketException failure = assertThrowsExactly(SocketException.class, () -> SocketFiles.open(UnixProtocolFamily.STREAM, file));
        assertTrue(failure.getMessage().startsWith("Unix domain path too long: "), failure.getMessage());
    }

    @Test
    void aBoundChannelIsNotBoundAgain() throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.STREAM, file().removeOnClose())) {
            assertThrowsExactly(AlreadyBoundException.class, () -> server.bindFile(SocketFile.of(folder.resolve("other"))));
            assertTrue(server.isOpen());
        }
        try (UnixDatagramChannel server = UnixDatagramChannel.open(file().removeOnClose())) {
            assertThrowsExactly(AlreadyBoundException.class, () -> server.bindFile(SocketFile.of(folder.resolve("other"))));
            assertTrue(server.isOpen());
        }
        UnixServerSocketChannel closed = UnixServerSocketChannel.open();
        closed.close();
        assertThrowsExactly(ClosedChannelException.class, () -> closed.bindFile(file()));
        assertEquals("", SocketFiles.names(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", ".", "..", "/run/..", "/run/."})
    void aPathThatEndsWithNoNameIsRefused(String text) {
        assertThrowsExactly(IllegalArgumentException.class, () -> SocketFile.of(Path.of(text)));
    }

    @Test
    void aDescriptionSaysWhatIsAskedFor() {
        SocketFile file = SocketFile.of(Path.of("/run/app.sock"));
        assertEquals("SocketFile[/run/app.sock]", file.toString());
        assertEquals(Optional.empty(), file.permissions());
        assertEquals(Optional.empty(), file.group());
        assertEquals("SocketFile[/run/app.sock rw------- group=app createFolder replaceStale removeOnClose longPath]",
                file.mode("rw-------").group("app").createFolder().replaceStale().removeOnClose().longPath().toString());
        assertEquals(PosixFilePermissions.fromString("rw-rw----"), file.group("app").permissions().orElseThrow());
        assertEquals(Set.of(PosixFilePermission.OWNER_READ), file.mode("r--------").group("app").permissions().orElseThrow());
        assertThrowsExactly(IllegalArgumentException.class, () -> file.mode("0660"));
        assertThrowsExactly(NullPointerException.class, () -> file.group(null));
        assertThrowsExactly(NullPointerException.class, () -> SocketFile.of(null));
    }
}
