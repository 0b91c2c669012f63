// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd.Kind;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.StatxLayout;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@link OwnedFd#kind} says of everything that a descriptor can be. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class FdKindsTest {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int BY_NAME = Linux.O_PATH | Linux.O_CLOEXEC;

    private final Syscalls sys = HostSyscalls.get();

    @TempDir
    Path folder;

    private void assertKind(Kind expected, int number) throws IOException {
        assertTrue(number >= 0, () -> Errno.describe(-number));
        try (OwnedFd fd = OwnedFd.adopt(number)) {
            assertEquals(expected, fd.kind());
        }
    }

    private int openName(Path path, int flags) {
        return PathArguments.open(sys, path.toString().getBytes(StandardCharsets.UTF_8), BY_NAME | flags, 0);
    }

    @Test
    void filesFoldersAndDevicesAreTold() throws IOException {
        assertKind(Kind.REGULAR_FILE, OwnedFd.open(Files.createFile(folder.resolve("x"))).detach());
        assertKind(Kind.REGULAR_FILE, OwnedFd.memory("x", 1).detach());
        assertKind(Kind.DIRECTORY, OwnedFd.open(folder).detach());
        assertKind(Kind.CHARACTER_DEVICE, OwnedFd.open(Path.of("/dev/null")).detach());
    }

    @Test
    void aBlockDeviceIsTold() throws IOException {
        Path device = null;
        try (Stream<Path> devices = Files.list(Path.of("/dev"))) {
            for (Path candidate : (Iterable<Path>) devices::iterator) {
                int mode = (int) Files.getAttribute(candidate, "unix:mode", LinkOption.NOFOLLOW_LINKS);
                if ((mode & Linux.S_IFMT) == Linux.S_IFBLK) {
                    device = candidate;
                }
            }
        }
        Assumptions.assumeTrue(device != null, "there is none in /dev");
        assertKind(Kind.BLOCK_DEVICE, openName(device, 0));
    }

    @Test
    void aSymbolicLinkAndASocketsNameAreOther() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        assertKind(Kind.OTHER, openName(link, OpenFlags.noFollow(System.getProperty("os.arch"))));
        Path name = folder.resolve("socket");
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.STREAM)) {
            server.bind(UnixDomainSocketAddress.of(name));
            assertKind(Kind.OTHER, openName(name, 0));
        }
    }

    @Test
    void bothEndsOfAPipeAreTold() throws IOException {
        NativeMemory ends = NativeMemory.allocate(sys, 2 * Integer.BYTES);
        assertEquals(0, sys.pipe2(ends.address(), Linux.O_CLOEXEC));
        assertKind(Kind.PIPE, ends.buffer().getInt(0));
        assertKind(Kind.PIPE, ends.buffer().getInt(Integer.BYTES));
    }

    @Test
    void socketsAreToldByTypeWhateverTheirFamily() throws IOException {
        for (int family : new int[] {Linux.AF_UNIX, Linux.AF_INET}) {
            assertKind(Kind.STREAM_SOCKET, sys.socket(family, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0));
            assertKind(Kind.DATAGRAM_SOCKET, sys.socket(family, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, 0));
        }
        assertKind(Kind.SEQPACKET_SOCKET, sys.socket(Linux.AF_UNIX, Linux.SOCK_SEQPACKET | Linux.SOCK_CLOEXEC, 0));
        assertKind(Kind.OTHER_SOCKET, sys.socket(AF_NETLINK, SOCK_RAW | Linux.SOCK_CLOEXEC, 0));
        int listening = sys.socket(Linux.AF_INET, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0);
        assertEquals(0, sys.listen(listening, 1));
        assertKind(Kind.LISTENING_SOCKET, listening);
    }

    @Test
    void whatHasNoFileBehindItIsAnonymous() throws IOException {
        assertKind(Kind.ANONYMOUS, sys.eventfd(0, Linux.EFD_CLOEXEC));
        assertKind(Kind.ANONYMOUS, sys.epollCreate1(Linux.EPOLL_CLOEXEC));
    }

    @Test
    void aPidfdIsTold() throws IOException {
        NativeMemory memory = NativeMemory.allocate(sys, 2 * Integer.BYTES);
        assertEquals(0, sys.socketpair(Linux.AF_UNIX, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0, memory.address()));
        try (OwnedFd first = OwnedFd.adopt(memory.buffer().getInt(0));
                OwnedFd second = OwnedFd.adopt(memory.buffer().getInt(Integer.BYTES))) {
            assertTrue(second.isOpen());
            memory.buffer().putInt(Integer.BYTES, Integer.BYTES);
            int result = sys.getsockopt(
                    first.number(), Linux.SOL_SOCKET, Linux.SO_PEERPIDFD, memory.address(), memory.address() + Integer.BYTES);
            Assumptions.assumeTrue(result >= 0, "SO_PEERPIDFD needs Linux 6.5");
            assertKind(Kind.PIDFD, memory.buffer().getInt(0));
        }
    }

    @Test
    void everyKindHasWordsOfItsOwn() {
        Set<String> words = new HashSet<>();
        for (Kind kind : Kind.values()) {
            assertTrue(words.add(FdKinds.inWords(kind)), kind.toString());
        }
    }

    @Test
    void aCallThatFailsIsTold() throws IOException {
        FaultySyscalls faulty = new FaultySyscalls().fail("statx", Errno.ENOMEM, 1).fail("getsockopt", Errno.ENOBUFS, 1);
        FdFactory factory = new FdFactory(UnixSelectorProvider.provider(), faulty.syscalls());
        try (OwnedFd fd = factory.adopt(sys.socket(Linux.AF_UNIX, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0))) {
            String number = "fd=" + fd.number();
            assertEquals("statx(" + number + "): Cannot allocate memory (ENOMEM)", assertThrows(IOException.class, fd::kind).getMessage());
            assertEquals(
                    "getsockopt(" + number + ", SO_TYPE): No buffer space available (ENOBUFS)",
                    assertThrows(IOException.class, fd::kind).getMessage());
            faulty.next("getsockopt", (real, arguments) -> real.with(arguments)).fail("getsockopt", Errno.ENOBUFS, 1);
            assertEquals(
                    "getsockopt(" + number + ", SO_ACCEPTCONN): No buffer space available (ENOBUFS)",
                    assertThrows(IOException.class, fd::kind).getMessage());
            assertEquals(Kind.STREAM_SOCKET, fd.kind());
        }
    }

    @Test
    void theKernelFillsStatxWhereTheLayoutSays() throws IOException {
        Path file = Files.write(folder.resolve("x"), new byte[4711]);
        NativeMemory memory = NativeMemory.allocate(sys, StatxLayout.BYTES);
        try (OwnedFd fd = OwnedFd.open(file)) {
            assertEquals(0, sys.statx(fd.number(), memory.address()));
        }
        assertEquals((int) Files.getAttribute(file, "unix:mode"), memory.buffer().getShort(StatxLayout.MODE) & 0xffff);
        assertEquals(Files.getAttribute(file, "unix:ino"), memory.buffer().getLong(StatxLayout.INODE));
        assertEquals(4711, memory.buffer().getLong(StatxLayout.SIZE));
        int major = memory.buffer().getInt(StatxLayout.DEVICE_MAJOR);
        int minor = memory.buffer().getInt(StatxLayout.DEVICE_MINOR);
        assertEquals(Files.getAttribute(file, "unix:dev"), (long) major << 8 | minor & 0xff | (long) (minor & ~0xff) << 12);
    }

    @Test
    void theArchitecturesDisagreeAboutNofollow() {
        assertEquals(0x20000, OpenFlags.noFollow("amd64"));
        assertEquals(0x20000, OpenFlags.noFollow("x86_64"));
        assertEquals(0x8000, OpenFlags.noFollow("aarch64"));
    }
}
