// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd.Kind;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who owns the number when a descriptor is turned into a channel, and when it is not. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class ConversionTest {

    private static final EnumSet<Kind> ANY = EnumSet.allOf(Kind.class);

    private final Syscalls sys = HostSyscalls.get();
    private final FdFactory factory = new FdFactory(UnixSelectorProvider.provider(), sys);

    @TempDir
    Path folder;

    private NativeFd memory() throws IOException {
        return (NativeFd) factory.memory("x", 1);
    }

    private void assertOpen(NativeFd fd) throws IOException {
        assertTrue(fd.isOpen());
        assertTrue(sys.fcntl(fd.number(), Linux.F_GETFD, 0) >= 0);
    }

    @Test
    void whoConvertsHasTheNumberAndTheOwnerHasItNoMore() throws IOException {
        NativeFd fd = memory();
        int number = fd.number();
        int converted = fd.convert(ANY, "anything", (provider, calls, fds, given) -> {
            assertSame(UnixSelectorProvider.provider(), provider);
            assertSame(sys, calls);
            return given;
        });
        assertEquals(number, converted);
        assertFalse(fd.isOpen());
        fd.close();
        assertEquals(0, sys.close(number));
    }

    @Test
    void aConversionThatFailsLeavesTheNumberWithItsOwner() throws IOException {
        try (NativeFd fd = memory()) {
            for (Exception failure : List.of(new IOException("x"), new IllegalArgumentException("y"))) {
                assertSame(failure, assertThrows(failure.getClass(), () -> fd.convert(ANY, "anything", (provider, calls, fds, number) -> {
                    if (failure instanceof IOException checked) {
                        throw checked;
                    }
                    throw (RuntimeException) failure;
                })));
                assertOpen(fd);
                assertEquals(Kind.REGULAR_FILE, fd.kind());
            }
        }
    }

    @Test
    void aWrongKindIsToldInWordsAndStaysOwned() throws IOException {
        int listening = sys.socket(Linux.AF_INET, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0);
        assertEquals(0, sys.listen(listening, 1));
        try (OwnedFd file = factory.open(Files.createFile(folder.resolve("x")), Set.of());
                OwnedFd directory = factory.open(folder, Set.of());
                OwnedFd socket = factory.adopt(listening);
                OwnedFd eventfd = factory.adopt(sys.eventfd(0, 0))) {
            Map<Executable, String> refusals = Map.of(
                    file::toSocketChannel, "fd=" + file.number() + " is a regular file, not a socket that is or can be connected",
                    file::toServerSocketChannel, "fd=" + file.number() + " is a regular file, not a socket that listens or could",
                    socket::toSocketChannel, "fd=" + listening + " is a listening socket, not a socket that is or can be connected",
                    socket::toDatagramChannel, "fd=" + listening + " is a listening socket, not a datagram socket",
                    socket::toFileChannel, "fd=" + listening + " is a listening socket, not a regular file or memfd",
                    eventfd::toPipeSource, "fd=" + eventfd.number() + " is an anonymous inode, not the end of a pipe",
                    eventfd::toPipeSink, "fd=" + eventfd.number() + " is an anonymous inode, not the end of a pipe",
                    file::toSelectableChannel, "fd=" + file.number() + " is a regular file, not something that can be waited for",
                    directory::toSelectableChannel, "fd=" + directory.number() + " is a directory, not something that can be waited for",
                    directory::toFileChannel, "fd=" + directory.number() + " is a directory, not a regular file or memfd");
            for (Map.Entry<Executable, String> refusal : refusals.entrySet()) {
                assertEquals(refusal.getValue(), assertThrows(UnsupportedOperationException.class, refusal.getKey()).getMessage());
            }
            for (OwnedFd fd : List.of(file, directory, socket, eventfd)) {
                assertOpen((NativeFd) fd);
            }
        }
    }

    @Test
    void whileSomebodyUsesItItIsNeitherConvertedNorDetached() throws IOException {
        try (NativeFd fd = memory()) {
            assertTrue(fd.descriptor().enter(Descriptor.USING));
            String inUse = "fd=" + fd.number() + " is in use";
            for (Executable operation : List.<Executable>of(fd::detach, fd::toFileChannel, fd::toSocketChannel, fd::toSelectableChannel)) {
                assertEquals(inUse, assertThrows(IllegalStateException.class, operation).getMessage());
            }
            fd.descriptor().leave(Descriptor.USING);
            assertOpen(fd);
        }
    }

    @Test
    void whileItIsConvertedAUseWaitsAndASecondConversionIsRefused() throws Exception {
        NativeFd fd = memory();
        Exchanger<String> meeting = new Exchanger<>();
        BackgroundCall<Integer> converting = BackgroundCall.start(() -> fd.convert(ANY, "anything", (provider, calls, fds, number) -> {
            meet(meeting);
            meet(meeting);
            return number;
        }));
        meet(meeting);
        BackgroundCall<Kind> kind = BackgroundCall.start(fd::kind).awaitParked();
        assertThrows(IllegalStateException.class, fd::toFileChannel);
        assertThrows(IllegalStateException.class, fd::detach);
        fd.close();
        assertEquals(ClosedChannelException.class, kind.failure().getClass());
        meet(meeting);
        assertEquals(0, sys.close(converting.result()), "the close came too late for the number");
    }

    private static void meet(Exchanger<String> meeting) {
        try {
            meeting.exchange("");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCloseDuringAConversionThatFailsClosesTheNumber() throws Exception {
        NativeFd fd = memory();
        int number = fd.number();
        assertThrows(IOException.class, () -> fd.convert(ANY, "anything", (provider, calls, fds, given) -> {
            fd.close();
            assertTrue(sys.fcntl(given, Linux.F_GETFD, 0) >= 0, "closed while it is converted");
            throw new IOException();
        }));
        assertTrue(sys.fcntl(number, Linux.F_GETFD, 0) < 0);
    }

    @Test
    void ofThoseThatConvertOrCloseAtOnceOneHasTheNumber() throws Exception {
        for (int round = 0; round < 100; round++) {
            NativeFd fd = memory();
            CyclicBarrier start = new CyclicBarrier(5);
            List<BackgroundCall<FileChannel>> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(BackgroundCall.start(() -> {
                    start.await();
                    return fd.toFileChannel();
                }));
            }
            BackgroundCall<Integer> detaching = BackgroundCall.start(() -> {
                start.await();
                return fd.detach();
            });
            start.await();
            if (round % 2 == 0) {
                fd.close();
            }
            int winners = 0;
            for (BackgroundCall<FileChannel> thread : threads) {
                winners += hasNumber(thread) ? 1 : 0;
            }
            winners += hasNumber(detaching) ? 1 : 0;
            assertTrue(round % 2 == 0 ? winners <= 1 : winners == 1, "the number was given " + winners + " times");
            fd.close();
        }
    }

    private boolean hasNumber(BackgroundCall<?> call) throws Exception {
        Object result;
        try {
            result = call.result();
        } catch (ClosedChannelException | IllegalStateException e) {
            return false;
        }
        if (result instanceof FileChannel channel) {
            assertEquals(1, channel.size());
            channel.close();
        } else {
            assertEquals(0, sys.close((int) result));
        }
        return true;
    }

    @Test
    void numbersDuplicatesAndClosesRaceWithoutTouchingWhatIsSomebodyElses() throws Exception {
        for (int round = 0; round < 50; round++) {
            NativeFd fd = memory();
            CyclicBarrier start = new CyclicBarrier(5);
            List<BackgroundCall<Integer>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean duplicates = i % 2 == 0;
                threads.add(BackgroundCall.start(() -> {
                    start.await();
                    return useUntilClosed(fd, duplicates);
                }));
            }
            start.await();
            fd.number();
            fd.close();
            for (BackgroundCall<Integer> thread : threads) {
                thread.result();
            }
        }
    }

    private static int useUntilClosed(NativeFd fd, boolean duplicates) throws IOException {
        int number = -1;
        try {
            for (;;) {
                int now = fd.number();
                assertTrue(number < 0 || number == now);
                number = now;
                if (duplicates) {
                    try (OwnedFd duplicate = fd.duplicate()) {
                        assertEquals(Kind.REGULAR_FILE, duplicate.kind());
                    }
                } else {
                    assertEquals(Kind.REGULAR_FILE, fd.kind());
                }
            }
        } catch (ClosedChannelException e) {
            return number;
        }
    }
}
