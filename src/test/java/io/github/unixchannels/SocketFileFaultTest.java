// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketFiles;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a socket's file permits after each of the calls that make it, and what is left when one of them fails. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class SocketFileFaultTest {

    private static final int OTHER_GROUP = 12345;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
    private final List<String> seen = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path path;
    private SocketFile file;

    @BeforeEach
    void path() {
        path = folder.resolve("app.sock");
        file = SocketFile.of(path).removeOnClose();
    }

    /** Notes mode and group of the file after each of these calls. */
    private void watch(String... calls) {
        for (String call : calls) {
            faulty.next(call, (real, arguments) -> {
                Object result = real.with(arguments);
                seen.add(call + " " + SocketFiles.mode(path) + " " + SocketFiles.gid(path));
                return result;
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFileIsBornWithItsMode(UnixProtocolFamily family) throws IOException {
        watch("bind");
        SocketFiles.open(provider, family, file.mode("rw-r-----")).close();
        int own = (int) PeerCredentials.ofThisProcess().gid();
        assertEquals(List.of("bind rw-r----- " + own), seen);
    }

    @Test
    void whatTheUmaskTookIsGivenAfterwards() throws IOException {
        watch("bind", "fchmodat2");
        SocketFiles.open(provider, UnixProtocolFamily.STREAM, file.mode("rwxrwxrwx")).close();
        assertTrue(seen.get(seen.size() - 1).contains(" rwxrwxrwx "), seen::toString);
    }

    @ParameterizedTest
    @EnumSource
    void theGroupComesBeforeItsPermissions(UnixProtocolFamily family) throws IOException {
        int own = (int) PeerCredentials.ofThisProcess().gid();
        assumeTrue(PeerCredentials.ofThisProcess().uid() == 0, "only a privileged process gives a file to a group that it is not in");
        watch("bind", "fchownat", "fchmodat2");
        SocketFiles.open(provider, family, file.mode("rw-rw-r--").group(Integer.toString(OTHER_GROUP))).close();
        assertEquals(
                List.of("bind rw------- " + own, "fchownat rw------- " + OTHER_GROUP, "fchmodat2 rw-rw-r-- " + OTHER_GROUP), seen);
    }

    @Test
    void aServerListensWhenItsFileIsAsAskedFor() throws IOException {
        watch("listen");
        SocketFiles.open(provider, UnixProtocolFamily.STREAM, file.mode("rw-rw-rw-")).close();
        assertTrue(seen.get(0).contains(" rw-rw-rw- "), seen::toString);
    }

    @ParameterizedTest
    @CsvSource({"ENOSYS,38", "EPERM,1"})
    void whereTheKernelCannotChangeTheModeByDescriptorProcDoes(String name, int errno) throws IOException {
        faulty.fail("fchmodat2", errno, 1);
        NetworkChannel server = SocketFiles.open(provider, UnixProtocolFamily.STREAM, file.mode("rwxrwxrwx"));
        assertEquals("rwxrwxrwx", SocketFiles.mode(path));
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void aKernelThatMakesTheFileMoreOpenIsNotTrusted(UnixProtocolFamily family) {
        faulty.next("fchmod", (real, arguments) -> 0);
        IOException failure = assertThrows(IOException.class, () -> SocketFiles.open(provider, family, file.mode("r--------")));
        assertTrue(failure.getMessage().matches(".*: bind made the file with mode [0-7]+, which permits more than 400"), failure.getMessage());
        assertFalse(SocketFiles.exists(path));
    }

    /** Each call of each name fails once, in a run that replaces a stale file and makes all that can be made. */
    @ParameterizedTest
    @ValueSource(strings = {
        "mkdir", "open", "openat", "statx", "flock", "fchmod", "bind", "socket", "connect", "unlinkat", "fchownat", "fchmodat2", "listen"
    })
    void aCallThatFailsLeavesNothing(String call) throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"), PosixFilePermissions.asFileAttribute(OWNER));
        path = inner.resolve("app.sock");
        SocketFile asked = SocketFile.of(path).createFolder().mode("-wx-wx-wx").group(Long.toString(PeerCredentials.ofThisProcess().gid()))
                .replaceStale().removeOnClose();
        SocketFiles.leave(UnixProtocolFamily.STREAM, UnixDomainSocketAddress.of(path));
        UnixServerSocketChannel succeeds = provider.openServerSocketChannel(UnixProtocolFamily.SEQPACKET);
        long opened = faulty.count(call);
        succeeds.bindFile(asked);
        long calls = faulty.count(call) - opened;
        succeeds.close();
        assertTrue(calls > 0);
        for (int i = 0; i < calls; i++) {
            SocketFiles.leave(UnixProtocolFamily.STREAM, UnixDomainSocketAddress.of(path));
            UnixServerSocketChannel server = provider.openServerSocketChannel(UnixProtocolFamily.SEQPACKET);
            long stale = SocketFiles.inode(path);
            Path pin = Files.createLink(folder.resolve("pin" + i), path); // the number is not given to another file
            for (int j = 0; j < i; j++) {
                faulty.next(call, (real, arguments) -> real.with(arguments));
            }
            faulty.fail(call, Errno.EIO, 1);
            IOException failure = assertThrows(IOException.class, () -> server.bindFile(asked));
            assertTrue(failure.getMessage().contains(call) && failure.getMessage().contains("(EIO)"), failure.toString());
            assertEquals(Errno.EIO, ErrnoException.errnoOf(failure));
            assertFalse(server.isOpen());
            assertTrue(!SocketFiles.exists(path) || SocketFiles.inode(path) == stale, "its own file is not left");
            SocketFiles.open(provider, UnixProtocolFamily.DGRAM, asked).close(); // the lock is released
            Files.delete(pin);
        }
    }

    @Test
    void aGroupThatCannotBeLookedUpIsRefused() throws IOException {
        faulty.fail("getgrnamR", Errno.EIO, 1);
        IOException failure = assertThrows(IOException.class,
                () -> SocketFiles.open(provider, UnixProtocolFamily.STREAM, file.group("no-such-group-here")));
        assertEquals("getgrnam_r(no-such-group-here): Input/output error (EIO): there is no such group", failure.getMessage());
        assertEquals("", SocketFiles.names(folder));
    }

    @ParameterizedTest
    @CsvSource({"EACCES,13", "ENOENT,2"})
    void aProbeThatTellsNothingReplacesNothing(String name, int errno) throws IOException {
        SocketFiles.leave(UnixProtocolFamily.STREAM, UnixDomainSocketAddress.of(path));
        long inode = SocketFiles.inode(path);
        faulty.fail("connect", errno, 1);
        IOException failure = assertThrows(
                IOException.class, () -> SocketFiles.open(provider, UnixProtocolFamily.STREAM, file.replaceStale()));
        assertTrue(failure.getMessage().endsWith("(" + name + "): whether the server is running is not known"), failure.getMessage());
        assertEquals(inode, SocketFiles.inode(path));
    }

    @Test
    void aFileThatCannotBeRemovedIsAFailureOfCloseAndTheChannelIsClosed() throws IOException {
        NetworkChannel server = SocketFiles.open(provider, UnixProtocolFamily.STREAM, file.replaceStale());
        faulty.fail("unlinkat", Errno.EROFS, 1);
        IOException failure = assertThrows(IOException.class, server::close);
        assertEquals(path + ": unlinkat: Read-only file system (EROFS)", failure.getMessage());
        assertFalse(server.isOpen());
        SocketFiles.open(provider, UnixProtocolFamily.STREAM, file.replaceStale()).close();
        assertFalse(SocketFiles.exists(path));
    }
}
