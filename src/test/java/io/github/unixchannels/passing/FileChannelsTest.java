// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How a channel comes by its descriptor: what goes wrong on the way, and what others do meanwhile. */
@ExtendWith(NoFileLeaks.class)
class FileChannelsTest {

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();

    private final Syscalls sys = HostSyscalls.get();
    private final FaultySyscalls faulty = new FaultySyscalls();
    private final FdFactory factory = new FdFactory(PROVIDER, faulty.syscalls());

    @TempDir
    Path folder;

    @Test
    void whateverCallFailsTheOwnerOwnsStillAndNothingElseIsOpen() throws IOException {
        OwnedFd fd = factory.memory("x", 7);
        List<String> before = NoFileLeaks.open();
        String number = "fd=" + fd.number();
        faulty.fail("statx", Errno.ENOMEM, 1);
        assertFailure(fd, "statx(" + number + "): Cannot allocate memory (ENOMEM)");
        faulty.fail("fcntl", Errno.EINVAL, 1);
        assertFailure(fd, "fcntl(" + number + ", F_GETFL): Invalid argument (EINVAL)");
        faulty.fail("memfdCreate", Errno.EMFILE, 1);
        assertFailure(fd, "memfd_create(channel-*): Too many open files (EMFILE)");
        faulty.fail("dup3", Errno.EBUSY, 1);
        assertFailure(fd, "dup3(" + number + ", *): Device or resource busy (EBUSY)");
        assertEquals(before, NoFileLeaks.open());
        try (FileChannel channel = fd.toFileChannel()) {
            assertEquals(7, channel.size());
        }
    }

    private static void assertFailure(OwnedFd fd, String message) {
        String text = assertThrows(IOException.class, fd::toFileChannel).getMessage();
        assertTrue(text.matches("\\Q" + message.replace("*", "\\E[-0-9a-f]+\\Q") + "\\E"), text);
        assertTrue(fd.isOpen());
    }

    @Test
    void withoutProcTheExceptionSaysSo() throws IOException {
        try (OwnedFd fd = factory.memory("x", 1)) {
            Path missing = folder.resolve("missing");
            IOException thrown = assertThrows(IOException.class, () -> FileChannels.duplicate(sys, fd.number(), missing));
            String expected = "fd=" + fd.number() + " can become a FileChannel by way of /proc only, where " + missing + "/";
            assertTrue(thrown.getMessage().startsWith(expected), thrown.getMessage());
            assertInstanceOf(NoSuchFileException.class, thrown.getCause());
        }
    }

    @Test
    void aNumberThatIsNotToBeFoundIsAnExceptionThatLeavesNothingOpen() throws IOException {
        try (OwnedFd fd = factory.memory("x", 1)) {
            List<String> before = NoFileLeaks.open();
            faulty.next("memfdCreate", (real, arguments) -> {
                int carrier = (int) real.with(arguments);
                Files.createFile(folder.resolve(Integer.toString(carrier)));
                return carrier;
            });
            IOException thrown = assertThrows(IOException.class, () -> FileChannels.duplicate(faulty.syscalls(), fd.number(), folder));
            assertEquals("the number of a FileChannel is not to be found in " + folder, thrown.getMessage());
            assertEquals(before, NoFileLeaks.open());
        }
    }

    @Test
    void whatCanNeitherBeReadNorWrittenIsRefused() throws IOException {
        byte[] path = Files.createFile(folder.resolve("x")).toString().getBytes(StandardCharsets.UTF_8);
        for (int flags : new int[] {Linux.O_PATH, Linux.O_ACCMODE}) {
            try (OwnedFd fd = factory.adopt(PathArguments.open(sys, path, flags | Linux.O_CLOEXEC, 0))) {
                Exception thrown = assertThrows(UnsupportedOperationException.class, fd::toFileChannel);
                assertEquals("fd=" + fd.number() + " can neither be read nor written, as a FileChannel is", thrown.getMessage());
                assertTrue(fd.isOpen());
            }
        }
    }

    @Test
    void amongThreadsThatConvertAndOthersThatOpenAndCloseEachGetsItsOwnFile() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Path file = Files.write(folder.resolve("x"), new byte[] {1});
        List<BackgroundCall<Void>> others = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            others.add(BackgroundCall.start(() -> {
                while (!over.get()) {
                    try (InputStream in = Files.newInputStream(file)) {
                        assertEquals(1, in.read());
                        assertEquals(-1, in.read());
                    }
                }
                return null;
            }));
        }
        List<BackgroundCall<Void>> converting = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            int size = i * 1000;
            converting.add(BackgroundCall.start(() -> {
                for (int turn = 0; turn < 100; turn++) {
                    convert(size + turn);
                }
                return null;
            }));
        }
        try {
            for (BackgroundCall<Void> thread : converting) {
                thread.result();
            }
        } finally {
            over.set(true);
        }
        for (BackgroundCall<Void> other : others) {
            other.result();
        }
    }

    private void convert(int size) throws IOException {
        try (OwnedFd fd = factory.memory("x", size);
                FileChannel channel = fd.duplicate().toFileChannel();
                FileChannel own = fd.toFileChannel()) {
            assertEquals(size, channel.size());
            channel.write(ByteBuffer.wrap(new byte[] {42}), size - 1);
            ByteBuffer read = ByteBuffer.allocate(2);
            assertEquals(1, own.read(read, size - 1));
            assertEquals(42, read.get(0));
        }
    }

    @Test
    void amongManyDescriptorsTheNumberIsFound() throws IOException {
        List<OwnedFd> many = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                many.add(factory.open(folder, Set.of()));
            }
            convert(10);
        } finally {
            for (OwnedFd fd : many) {
                fd.close();
            }
        }
    }

    /** Another search may duplicate the carrier's number, which was its channel's a moment ago, look at the duplicate and close it. */
    @Test
    void aDuplicateThatAnotherSearchClosesAgainIsNotTakenForTheChannels() throws Exception {
        Thread converting = Thread.currentThread();
        CompletableFuture<Integer> duplicated = new CompletableFuture<>();
        CountDownLatch replaces = new CountDownLatch(1);
        AtomicReference<BackgroundCall<Integer>> search = new AtomicReference<>();
        AtomicInteger carrier = new AtomicInteger();
        FaultySyscalls.Fault closing = (real, arguments) -> {
            Object result = real.with(arguments); // the lowest number is free: the duplicate takes it, and not the channel
            search.set(BackgroundCall.start(() -> ChannelDescriptors.duplicateIf(carrier.get(), fd -> {
                duplicated.complete(fd);
                while (converting.getState() != Thread.State.BLOCKED && replaces.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return false;
            }, sys)));
            duplicated.join();
            return result;
        };
        try (OwnedFd fd = factory.memory("x", 7)) {
            faulty.next("memfdCreate", (real, arguments) -> {
                carrier.set((int) real.with(arguments));
                faulty.next("close", closing);
                return carrier.get();
            });
            faulty.next("dup3", (real, arguments) -> {
                replaces.countDown();
                search.get().result();
                assertNotEquals(duplicated.join(), arguments[1]);
                return real.with(arguments);
            });
            try (FileChannel channel = fd.toFileChannel()) {
                assertEquals(7, channel.size());
            }
            assertEquals(ChannelDescriptors.UNKNOWN, search.get().result());
        }
    }
}
