// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.SocketFiles;
import java.io.IOException;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server must not replace stays as it is, whatever refuses the server, and the exception says why. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class SocketFileRefusalTest {

    private static final String BIND = "import socket, sys\n"
            + "s = socket.socket(socket.AF_UNIX, getattr(socket, 'SOCK_' + sys.argv[1]))\n"
            + "s.bind(sys.argv[2])\n"
            + "if sys.argv[3] == 'listen': s.listen()\n"
            + "print('bound', flush=True)\n"
            + "sys.stdin.read()\n";

    private static final String LOCK = "import fcntl, sys\n"
            + "f = open(sys.argv[1], 'w')\n"
            + "fcntl.flock(f, fcntl.LOCK_EX)\n"
            + "print('locked', flush=True)\n"
            + "sys.stdin.read()\n";

    @TempDir
    private Path folder;

    private Path path;
    private SocketFile file;

    @BeforeEach
    void path() {
        path = folder.resolve("app.sock");
        file = SocketFile.of(path).replaceStale().removeOnClose();
    }

    private String refusal(UnixProtocolFamily family) {
        return assertThrowsExactly(BindException.class, () -> SocketFiles.open(family, file)).getMessage();
    }

    private String inUse(String reason) {
        return "bind(" + path + "): Address already in use (EADDRINUSE): " + reason;
    }

    @ParameterizedTest
    @CsvSource({"STREAM,STREAM", "STREAM,DGRAM", "SEQPACKET,STREAM", "DGRAM,SEQPACKET", "DGRAM,DGRAM"})
    void theFileOfAServerThatHasEndedIsReplaced(UnixProtocolFamily ended, UnixProtocolFamily family) throws IOException {
        SocketFiles.leave(ended, UnixDomainSocketAddress.of(path));
        NetworkChannel server = SocketFiles.open(family, file);
        assertEquals("app.sock app.sock.lock", SocketFiles.names(folder));
        server.close();
        assertEquals("app.sock.lock", SocketFiles.names(folder));
    }

    @Test
    void itIsNotReplacedUnlessThatIsAskedFor() throws IOException {
        SocketFiles.leave(UnixProtocolFamily.STREAM, UnixDomainSocketAddress.of(path));
        long inode = SocketFiles.inode(path);
        file = SocketFile.of(path).removeOnClose();
        assertEquals("bind(" + path + "): Address already in use (EADDRINUSE)", refusal(UnixProtocolFamily.STREAM));
        assertEquals(inode, SocketFiles.inode(path));
        assertEquals("app.sock", SocketFiles.names(folder));
    }

    @ParameterizedTest
    @CsvSource({"STREAM,STREAM", "STREAM,DGRAM", "SEQPACKET,SEQPACKET", "DGRAM,DGRAM", "DGRAM,STREAM"})
    void theSocketOfAServerThatIsRunningStays(UnixProtocolFamily running, UnixProtocolFamily family) throws IOException {
        try (NetworkChannel other = SocketFiles.open(UnixSelectorProvider.provider(), running)) {
            other.bind(UnixDomainSocketAddress.of(path));
            long inode = SocketFiles.inode(path);
            assertEquals(inUse("the socket of another server, which is running"), refusal(family));
            assertEquals(inode, SocketFiles.inode(path));
            if (other instanceof UnixServerSocketChannel server) {
                server.configureBlocking(false);
                assertNull(server.accept(), "the other server is not disturbed by a connection");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void soDoesOneThatIsBoundAndDoesNotListenYet(UnixProtocolFamily type) throws Exception {
        OtherProgram.assume("python3", "-c", "import socket");
        try (OtherProgram other = OtherProgram.start("python3", "-c", BIND, type.name(), path.toString(), "")) {
            assertEquals("bound", other.hear());
            for (UnixProtocolFamily family : UnixProtocolFamily.values()) {
                assertEquals(inUse("the socket of another server, which is running"), refusal(family));
            }
            other.endInput();
            other.awaitSuccess();
        }
        SocketFiles.open(type, file).close();
    }

    @Test
    void aDatagramSocketThatIsConnectedElsewhereIsRunningToo() throws IOException {
        try (UnixDatagramChannel peer = UnixDatagramChannel.open().bind(UnixDomainSocketAddress.of(folder.resolve("peer")));
                UnixDatagramChannel other = UnixDatagramChannel.open().bind(UnixDomainSocketAddress.of(path))) {
            other.connect(peer.getLocalAddress());
            assertEquals(inUse("the socket of another server, which is running"), refusal(UnixProtocolFamily.DGRAM));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoSocketStays(UnixProtocolFamily family) throws Exception {
        Files.writeString(path, "precious");
        assertEquals(inUse("a regular file is there, and is not replaced"), refusal(family));
        assertEquals("precious", Files.readString(path));
        Files.delete(path);

        Files.createDirectory(path);
        assertEquals(inUse("a folder is there, and is not replaced"), refusal(family));
        Files.delete(path);

        Path target = folder.resolve("target");
        Files.createSymbolicLink(path, target);
        assertEquals(inUse("a symbolic link is there, and is not replaced"), refusal(family));
        SocketFiles.leave(UnixProtocolFamily.STREAM, UnixDomainSocketAddress.of(target));
        assertEquals(inUse("a symbolic link is there, and is not replaced"), refusal(family));
        assertTrue(Files.isSymbolicLink(path) && SocketFiles.exists(target));
        Files.delete(path);

        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor());
        assertEquals(inUse("a FIFO is there, and is not replaced"), refusal(family));
        assertEquals("app.sock app.sock.lock target", SocketFiles.names(folder));
    }

    @ParameterizedTest
    @EnumSource
    void aLockThatIsHeldIsRefused(UnixProtocolFamily family) throws Exception {
        String held = "flock(" + path + ".lock): Resource temporarily unavailable (EAGAIN): another server has the lock";
        NetworkChannel server = SocketFiles.open(family, file);
        long inode = SocketFiles.inode(path);
        assertEquals(held, refusal(family));
        assertEquals(inode, SocketFiles.inode(path));
        server.close();
        OtherProgram.assume("python3", "-c", "import fcntl");
        SocketFiles.leave(family, UnixDomainSocketAddress.of(path));
        try (OtherProgram other = OtherProgram.start("python3", "-c", LOCK, path + ".lock")) {
            assertEquals("locked", other.hear());
            assertEquals(held, refusal(family));
            assertTrue(SocketFiles.exists(path));
            other.endInput();
            other.awaitSuccess();
        }
        SocketFiles.open(family, file).close();
    }

    @Test
    void theFileOfTheLockIsARegularFile() throws Exception {
        Path lock = folder.resolve("app.sock.lock");
        Path elsewhere = folder.resolve("elsewhere");
        Files.createSymbolicLink(lock, elsewhere);
        FileSystemException link = assertThrows(FileSystemException.class, () -> SocketFiles.open(UnixProtocolFamily.STREAM, file));
        assertEquals(lock + ": openat: Too many levels of symbolic links (ELOOP)", link.getMessage());
        Files.delete(lock);

        Files.createDirectory(lock);
        FileSystemException directory = assertThrows(FileSystemException.class, () -> SocketFiles.open(UnixProtocolFamily.STREAM, file));
        assertEquals(lock + ": openat: Is a directory (EISDIR)", directory.getMessage());
        Files.delete(lock);

        assertEquals(0, new ProcessBuilder("mkfifo", lock.toString()).inheritIO().start().waitFor());
        FileSystemException fifo = assertThrows(FileSystemException.class, () -> SocketFiles.open(UnixProtocolFamily.STREAM, file));
        assertEquals(lock + ": the file of the lock is a FIFO", fifo.getMessage());
        assertEquals("app.sock.lock", SocketFiles.names(folder));
    }

    @ParameterizedTest
    @EnumSource
    void aGroupThatIsMissingIsRefused(UnixProtocolFamily family) throws IOException {
        file = file.group("no-such-group-here");
        IOException failure = assertThrows(IOException.class, () -> SocketFiles.open(family, file));
        assertTrue(failure.getMessage().matches("getgrnam_r\\(no-such-group-here\\): .*there is no such group"), failure.getMessage());
        assertEquals("", SocketFiles.names(folder));
    }

    @Test
    void aFolderThatIsMissingIsRefused() {
        SocketFile inner = SocketFile.of(folder.resolve("a/b/app.sock"));
        for (SocketFile each : new SocketFile[] {inner, inner.createFolder(), inner.replaceStale()}) {
            NoSuchFileException failure = assertThrowsExactly(
                    NoSuchFileException.class, () -> SocketFiles.open(UnixProtocolFamily.STREAM, each));
            assertEquals(folder.resolve("a/b").toString(), failure.getFile());
        }
    }

    @Test
    void aFolderThatIsNotThisUsersAloneIsRefusedWhereItWouldBeMade() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        SocketFile asked = SocketFile.of(inner.resolve("app.sock")).createFolder();
        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("rwxrwx---"));
        assertEquals(inner + ": others may write to the folder: mode 770", folderRefusal(asked));

        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("rwx------"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), inner);
        assertEquals(link + ": open: Not a directory (ENOTDIR)",
                folderRefusal(SocketFile.of(link.resolve("app.sock")).createFolder()));
        SocketFiles.open(UnixProtocolFamily.STREAM, SocketFile.of(link.resolve("app.sock")).removeOnClose()).close();

        Path plain = Files.createFile(folder.resolve("plain"));
        assertEquals(plain + ": open: Not a directory (ENOTDIR)",
                folderRefusal(SocketFile.of(plain.resolve("app.sock")).createFolder()));

        assumeTrue(PeerCredentials.ofThisProcess().uid() == 0, "only a privileged process gives a folder to another user");
        Files.setAttribute(inner, "unix:uid", 12345);
        assertEquals(inner + ": the folder belongs to the user 12345, not to 0", folderRefusal(asked));
        assertEquals("", SocketFiles.names(inner));
    }

    private static String folderRefusal(SocketFile asked) {
        return assertThrows(FileSystemException.class, () -> SocketFiles.open(UnixProtocolFamily.STREAM, asked)).getMessage();
    }
}
