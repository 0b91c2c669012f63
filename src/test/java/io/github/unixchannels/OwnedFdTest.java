// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.descriptor.OwnedNumbers;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who owns a descriptor, and until when. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class OwnedFdTest {

    private static final String TEXT = "io.github.unixchannels.OwnedFd[";

    private final Syscalls sys = HostSyscalls.get();

    private int flagsOf(int fd) {
        return sys.fcntl(fd, Linux.F_GETFD, 0);
    }

    @Test
    void memoryHasANameAndTheSizeAndIsCloseOnExec() throws IOException {
        try (OwnedFd fd = OwnedFd.memory("a memory \u00e9", 5000)) {
            assertTrue(fd.isOpen());
            assertEquals(OwnedFd.Kind.REGULAR_FILE, fd.kind());
            assertEquals(Linux.FD_CLOEXEC, flagsOf(fd.number()));
            assertEquals(TEXT + "fd=" + fd.number() + " from=memory(a memory \u00e9)]", fd.toString());
            assertTrue(NoFileLeaks.open().stream().anyMatch(file -> file.startsWith("/memfd:a memory ")));
            assertEquals(5000, Files.size(Path.of("/proc/self/fd/" + fd.number())));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1L << 40, Long.MAX_VALUE})
    void memoryMayHaveAnySizeThatTheKernelTakes(long size) throws IOException {
        try (OwnedFd fd = OwnedFd.memory("", size); FileChannel channel = fd.toFileChannel()) {
            assertEquals(size, channel.size());
        }
    }

    @Test
    void memoryRefusesWhatTheKernelCouldNotTakeAsItIs() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> OwnedFd.memory("x", -1));
        assertThrows(IllegalArgumentException.class, () -> OwnedFd.memory("a\0b", 1));
        assertThrows(IllegalArgumentException.class, () -> OwnedFd.memory("x".repeat(250), 1));
        assertThrows(IllegalArgumentException.class, () -> OwnedFd.memory("\u00e9".repeat(125), 1));
        assertThrows(NullPointerException.class, () -> OwnedFd.memory(null, 1));
        OwnedFd.memory("x".repeat(249), 1).close();
    }

    @Test
    void adoptTakesTheNumberOverAndSetsCloseOnExec() throws IOException {
        int number = sys.eventfd(0, 0);
        assertEquals(0, flagsOf(number));
        try (OwnedFd fd = OwnedFd.adopt(number)) {
            assertEquals(number, fd.number());
            assertEquals(Linux.FD_CLOEXEC, flagsOf(number));
            assertEquals(TEXT + "fd=" + number + " from=adopt(" + number + ")]", fd.toString());
        }
        assertEquals(-Errno.EBADF, flagsOf(number));
    }

    @Test
    void adoptRefusesANumberThatIsNoDescriptors() {
        assertThrows(IllegalArgumentException.class, () -> OwnedFd.adopt(-1));
        IOException thrown = assertThrows(IOException.class, () -> OwnedFd.adopt(Integer.MAX_VALUE));
        assertEquals("fcntl(fd=2147483647, F_SETFD): Bad file descriptor (EBADF)", thrown.getMessage());
    }

    @Test
    void aDuplicateIsOfTheSameFileAndHasAnOwnerOfItsOwn() throws IOException {
        try (OwnedFd first = OwnedFd.memory("x", 100)) {
            OwnedFd second = first.duplicate();
            OwnedFd third = second.duplicate();
            assertNotEquals(first.number(), second.number());
            assertEquals(Linux.FD_CLOEXEC, flagsOf(second.number()));
            assertEquals(TEXT + "fd=" + second.number() + " from=duplicate of memory(x)]", second.toString());
            assertEquals(TEXT + "fd=" + third.number() + " from=duplicate of memory(x)]", third.toString());
            second.close();
            assertTrue(first.isOpen());
            assertEquals(100, Files.size(Path.of("/proc/self/fd/" + first.number())));
            try (FileChannel channel = third.toFileChannel()) {
                assertEquals(100, channel.size());
            }
        }
    }

    @Test
    void detachGivesTheNumberUpAndClosesNothing() throws IOException {
        OwnedFd fd = OwnedFd.memory("x", 1);
        int number = fd.detach();
        assertFalse(fd.isOpen());
        fd.close();
        assertEquals(Linux.FD_CLOEXEC, flagsOf(number));
        sys.close(number);
    }

    @Test
    void closeClosesOnceAndNotWhoeverHasTheNumberNext() throws IOException {
        OwnedFd fd = OwnedFd.memory("x", 1);
        int number = fd.number();
        fd.close();
        assertEquals(-Errno.EBADF, flagsOf(number));
        int next = sys.eventfd(0, Linux.EFD_CLOEXEC);
        assertTrue(sys.dup3(next, number, Linux.O_CLOEXEC) >= 0 || next == number);
        fd.close();
        assertEquals(Linux.FD_CLOEXEC, flagsOf(number));
        sys.close(number);
        if (next != number) {
            sys.close(next);
        }
    }

    @Test
    void afterTheEndEverythingButTheTextIsAClosedChannelException() throws IOException {
        OwnedFd closed = OwnedFd.memory("x", 1);
        closed.close();
        OwnedFd detached = OwnedFd.memory("x", 1);
        sys.close(detached.detach());
        OwnedFd converted = OwnedFd.memory("x", 1);
        converted.toFileChannel().close();
        for (OwnedFd fd : List.of(closed, detached, converted)) {
            assertFalse(fd.isOpen());
            assertEquals(TEXT + "closed from=memory(x)]", fd.toString());
            for (Executable operation : List.<Executable>of(
                    fd::number, fd::kind, fd::duplicate, fd::detach, fd::seal, fd::seals, fd::toFileChannel, fd::toSocketChannel,
                    fd::toServerSocketChannel, fd::toDatagramChannel, fd::toPipeSource, fd::toPipeSink, fd::toSelectableChannel)) {
                assertThrows(ClosedChannelException.class, operation);
            }
            fd.close();
        }
    }

    @Test
    void sealsAreSeenByEveryDuplicateAndForbidWhatTheySay() throws IOException {
        try (OwnedFd fd = OwnedFd.memory("x", 10); OwnedFd other = fd.duplicate(); FileChannel channel = fd.duplicate().toFileChannel()) {
            assertEquals(List.of(), List.copyOf(fd.seals()));
            fd.seal();
            assertEquals(List.of(), List.copyOf(fd.seals()));
            fd.seal(OwnedFd.Seal.GROW, OwnedFd.Seal.SHRINK, OwnedFd.Seal.GROW);
            assertEquals(List.of(OwnedFd.Seal.SHRINK, OwnedFd.Seal.GROW), List.copyOf(other.seals()));
            assertThrows(IOException.class, () -> channel.truncate(5));
            assertThrows(IOException.class, () -> channel.write(ByteBuffer.allocate(1), 10));
            assertEquals(10, channel.write(ByteBuffer.allocate(10), 0));
            other.seal(OwnedFd.Seal.FUTURE_WRITE);
            other.seal(OwnedFd.Seal.WRITE);
            assertThrows(IOException.class, () -> channel.write(ByteBuffer.allocate(1), 0));
            other.seal(OwnedFd.Seal.SEAL);
            assertEquals(List.of(OwnedFd.Seal.values()), List.copyOf(fd.seals()));
            IOException thrown = assertThrows(IOException.class, () -> fd.seal(OwnedFd.Seal.GROW));
            assertEquals("fcntl(fd=" + fd.number() + ", F_ADD_SEALS, [GROW]): Operation not permitted (EPERM)", thrown.getMessage());
            assertThrows(NullPointerException.class, () -> fd.seal((OwnedFd.Seal) null));
        }
    }

    @Test
    void whatCanHaveNoSealsSaysSo() throws IOException {
        try (OwnedFd fd = OwnedFd.adopt(sys.eventfd(0, 0))) {
            IOException thrown = assertThrows(IOException.class, fd::seals);
            assertEquals("fcntl(fd=" + fd.number() + ", F_GET_SEALS): Invalid argument (EINVAL)", thrown.getMessage());
            assertThrows(IOException.class, () -> fd.seal(OwnedFd.Seal.GROW));
        }
    }

    @Test
    void aNumberIsAdoptedOnlyOnce() throws IOException {
        OwnedFd first = OwnedFd.memory("x", 1);
        int number = first.number();
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> OwnedFd.adopt(number));
        assertEquals("adopt(" + number + "): another object of this library owns the number, and would close it too", thrown.getMessage());
        assertTrue(first.isOpen());
        assertEquals(number, first.detach());
        OwnedFd second = OwnedFd.adopt(number);
        assertThrows(IllegalStateException.class, () -> OwnedFd.adopt(number));
        second.close();
        assertFalse(OwnedNumbers.isOwned(number));
    }

    @Test
    void theNumberOfAChannelIsNotAdopted() throws IOException {
        try (OwnedFd end = OwnedFd.adopt(HostSyscalls.get().eventfd(0, Linux.EFD_CLOEXEC))) {
            int number = end.number();
            try (SelectableChannel channel = end.toSelectableChannel()) {
                assertTrue(channel.isOpen());
                assertThrows(IllegalStateException.class, () -> OwnedFd.adopt(number));
            }
            assertFalse(OwnedNumbers.isOwned(number));
        }
        try (OwnedFd file = OwnedFd.memory("x", 1)) {
            int number = file.number();
            file.toFileChannel().close();
            assertFalse(OwnedNumbers.isOwned(number));
        }
    }
}
