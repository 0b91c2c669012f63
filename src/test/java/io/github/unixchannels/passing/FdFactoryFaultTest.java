// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is open, and whose it is, when a descriptor gets no owner. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class FdFactoryFaultTest {

    private final Syscalls sys = HostSyscalls.get();
    private final FaultySyscalls faulty = new FaultySyscalls();
    private final FdFactory factory = new FdFactory(UnixSelectorProvider.provider(), faulty.syscalls());

    @TempDir
    Path folder;

    @Test
    void memoryThatCannotHaveItsSizeIsClosed() {
        faulty.fail("ftruncate", Errno.EFBIG, 1);
        IOException thrown = assertThrows(IOException.class, () -> factory.memory("x", 5));
        assertEquals("ftruncate(x, 5): File too large (EFBIG)", thrown.getMessage());
        List<String> calls = faulty.calls();
        assertEquals(List.of("memfdCreate", "ftruncate", "close"), calls.subList(calls.size() - 3, calls.size()));
    }

    @Test
    void memoryThatTheKernelDoesNotGrantIsTold() {
        faulty.fail("memfdCreate", Errno.EMFILE, 1);
        IOException thrown = assertThrows(IOException.class, () -> factory.memory("x", 5));
        assertEquals("memfd_create(x): Too many open files (EMFILE)", thrown.getMessage());
    }

    @Test
    void anOpenThatASignalEndsIsTriedAgain() throws IOException {
        faulty.fail("open", Errno.EINTR, 2);
        factory.open(folder, Set.of()).close();
        assertEquals(3, faulty.count("open"));
    }

    @Test
    void anOpenThatFailsOtherwiseIsTold() throws IOException {
        Path file = Files.createFile(folder.resolve("x"));
        faulty.fail("open", Errno.EMFILE, 1).fail("open", 4000, 1);
        assertEquals(file + ": open: Too many open files (EMFILE)", failureOfOpen(file));
        assertEquals(file + ": open: Unknown error (errno 4000)", failureOfOpen(file));
    }

    private String failureOfOpen(Path file) {
        FileSystemException thrown = assertThrows(FileSystemException.class, () -> factory.open(file, Set.of()));
        assertSame(FileSystemException.class, thrown.getClass());
        return thrown.getMessage();
    }

    @Test
    void aDuplicateThatTheKernelDoesNotGrantLeavesTheFirstAsItWas() throws IOException {
        try (OwnedFd fd = factory.memory("x", 5)) {
            faulty.fail("fcntl", Errno.EMFILE, 1);
            IOException thrown = assertThrows(IOException.class, fd::duplicate);
            assertEquals("fcntl(fd=" + fd.number() + ", F_DUPFD_CLOEXEC): Too many open files (EMFILE)", thrown.getMessage());
            fd.duplicate().close();
        }
    }

    @Test
    void aNumberThatGetsNoOwnerIsClosed() {
        int number = sys.eventfd(0, Linux.EFD_CLOEXEC);
        Error failure = new OutOfMemoryError();
        Object origin = new Object() {
            @Override
            public String toString() {
                throw failure;
            }
        };
        assertSame(failure, assertThrows(Error.class, () -> factory.own(number, origin)));
        assertEquals(-Errno.EBADF, sys.fcntl(number, Linux.F_GETFD, 0));
        assertEquals(List.of("close"), faulty.calls());
    }

    @Test
    void anAdoptedNumberThatGetsNoOwnerIsTheCallersStill() {
        int number = sys.eventfd(0, Linux.EFD_CLOEXEC);
        faulty.fail("fcntl", Errno.EINVAL, 1);
        assertThrows(IOException.class, () -> factory.adopt(number));
        assertThrows(IllegalArgumentException.class, () -> factory.adopt(-1));
        assertEquals(0, faulty.count("close"));
        assertEquals(0, sys.close(number));
    }

    @Test
    void aCloseThatFailsIsNotTriedAgain() throws IOException {
        OwnedFd fd = factory.memory("x", 5);
        int number = fd.number();
        faulty.fail("close", Errno.EIO, 1);
        fd.close();
        fd.close();
        assertEquals(1, faulty.count("close"));
        assertFalse(fd.isOpen());
        assertEquals(0, sys.close(number));
    }

    @Test
    void theDescriptorOfAnOwnerOfSomebodyElseIsNotToBeHad() throws IOException {
        try (OwnedFd ours = factory.memory("x", 5)) {
            assertEquals(ours.number(), factory.descriptorOf(ours).fd());
        }
        assertThrows(IllegalArgumentException.class, () -> factory.descriptorOf(null));
    }
}
