// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a channel of the Java platform over a descriptor that it did not open can do: everything. */
@ExtendWith(NoFileLeaks.class)
class OwnedFdFileChannelTest {

    private static final int MAPPED_BYTES = 8192;

    @TempDir
    Path folder;

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private FileChannel channel(Path file, OpenOption... options) throws IOException {
        return OwnedFd.open(file, options).toFileChannel();
    }

    @Test
    void itReadsWritesTruncatesAndForcesTheFileThatWasOpened() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "0123456789");
        try (FileChannel channel = channel(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertEquals(10, channel.size());
            assertEquals(0, channel.position());
            ByteBuffer read = ByteBuffer.allocate(4);
            assertEquals(4, channel.read(read));
            assertEquals(text("0123"), read.flip());
            assertEquals(2, channel.write(text("ab")));
            assertEquals(6, channel.position());
            assertEquals(1, channel.write(text("z"), 9));
            channel.force(true);
            channel.truncate(12);
            assertEquals("0123ab678z", Files.readString(file));
            channel.truncate(3);
            assertEquals("012", Files.readString(file));
        }
    }

    @Test
    void twoChannelsThatMapOneMemorySeeEachOthersBytes() throws IOException {
        try (OwnedFd fd = OwnedFd.memory("x", MAPPED_BYTES);
                FileChannel first = fd.duplicate().toFileChannel();
                FileChannel second = fd.duplicate().toFileChannel()) {
            MappedByteBuffer one = first.map(FileChannel.MapMode.READ_WRITE, 0, MAPPED_BYTES);
            MappedByteBuffer other = second.map(FileChannel.MapMode.READ_ONLY, 0, MAPPED_BYTES);
            one.put(4711, (byte) 42);
            assertEquals(42, other.get(4711));
            assertEquals(MAPPED_BYTES, second.size());
        }
    }

    @Test
    void whileItIsMappedForWritingItCannotBeSealedAgainstThat() throws IOException {
        try (OwnedFd fd = OwnedFd.memory("x", MAPPED_BYTES); FileChannel channel = fd.duplicate().toFileChannel()) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, MAPPED_BYTES);
            IOException thrown = assertThrows(IOException.class, () -> fd.seal(OwnedFd.Seal.WRITE));
            assertEquals("fcntl(fd=" + fd.number() + ", F_ADD_SEALS, [WRITE]): Device or resource busy (EBUSY)", thrown.getMessage());
            fd.seal(OwnedFd.Seal.FUTURE_WRITE);
            mapped.put(0, (byte) 1);
            assertThrows(IOException.class, () -> channel.write(text("x"), 0));
        }
    }

    @Test
    void theOffsetIsSharedWithDuplicates() throws IOException {
        try (OwnedFd fd = OwnedFd.memory("x", 100);
                FileChannel first = fd.duplicate().toFileChannel();
                FileChannel second = fd.duplicate().toFileChannel()) {
            first.position(40);
            assertEquals(40, second.position());
            second.write(text("abc"));
            assertEquals(43, first.position());
        }
    }

    @Test
    void aLockThroughOneIsSeenThroughAnother() throws IOException {
        try (OwnedFd fd = OwnedFd.memory("x", 100);
                FileChannel first = fd.duplicate().toFileChannel();
                FileChannel second = fd.duplicate().toFileChannel()) {
            FileLock lock = first.lock(0, 10, false);
            assertThrows(OverlappingFileLockException.class, () -> second.tryLock(5, 10, false));
            lock.release();
            assertTrue(second.tryLock(5, 10, false).isValid());
        }
    }

    @Test
    void oneThatIsOpenForReadingRefusesToWriteAndTheOtherWayAround() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "0123456789");
        try (FileChannel reading = channel(file); FileChannel writing = channel(file, StandardOpenOption.WRITE)) {
            assertThrows(NonWritableChannelException.class, () -> reading.write(text("x")));
            assertThrows(NonWritableChannelException.class, () -> reading.map(FileChannel.MapMode.READ_WRITE, 0, 1));
            assertThrows(NonReadableChannelException.class, () -> writing.read(ByteBuffer.allocate(1)));
            assertEquals(1, reading.read(ByteBuffer.allocate(1)));
            assertEquals(1, writing.write(text("x")));
        }
        assertEquals("x123456789", Files.readString(file));
    }

    @Test
    void oneThatAppendsAppends() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "0123");
        try (FileChannel channel = channel(file, StandardOpenOption.APPEND)) {
            assertEquals(4, channel.position());
            channel.position(0);
            channel.write(text("ab"));
            Files.writeString(file, "..", StandardOpenOption.APPEND);
            channel.write(text("cd"));
            assertEquals(10, channel.position());
        }
        assertEquals("0123ab..cd", Files.readString(file));
    }

    @Test
    void oneThatReadsAndAppendsDoesBothAlthoughThePlatformCanOpenNone() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "0123");
        OwnedFd fd = OwnedFd.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        assertEquals(0, HostSyscalls.get().fcntl(fd.number(), Linux.F_SETFL, Linux.O_APPEND));
        try (FileChannel channel = fd.toFileChannel()) {
            channel.position(0);
            channel.write(text("ab"));
            ByteBuffer read = ByteBuffer.allocate(10);
            assertEquals(6, channel.read(read, 0));
            assertEquals(text("0123ab"), read.flip());
        }
    }

    @Test
    void bytesGoFromOneToAnother() throws IOException {
        Path file = folder.resolve("x");
        try (FileChannel source = OwnedFd.memory("x", 0).toFileChannel();
                FileChannel target = channel(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            byte[] content = "content".repeat(1000).getBytes(StandardCharsets.US_ASCII);
            source.write(ByteBuffer.wrap(content));
            assertEquals(content.length, source.transferTo(0, content.length, target));
            assertArrayEquals(content, Files.readAllBytes(file));
            target.position(0);
            assertEquals(10, source.transferFrom(target, content.length, 10));
            source.position(0);
            assertEquals(content.length + 10, Channels.newInputStream(source).readAllBytes().length);
        }
    }

    @Test
    void itOwnsTheDescriptorWhichIsCloseOnExecAndClosedWithIt() throws IOException {
        OwnedFd fd = OwnedFd.memory("x", 1);
        int before = fd.number();
        FileChannel channel = fd.toFileChannel();
        assertFalse(fd.isOpen());
        assertEquals(-Errno.EBADF, HostSyscalls.get().fcntl(before, Linux.F_GETFD, 0));
        assertEquals(1, NoFileLeaks.open().stream().filter("/memfd:x (deleted)"::equals).count());
        int number = numberOf("/memfd:x (deleted)");
        assertEquals(Linux.FD_CLOEXEC, HostSyscalls.get().fcntl(number, Linux.F_GETFD, 0));
        channel.close();
        assertEquals(-Errno.EBADF, HostSyscalls.get().fcntl(number, Linux.F_GETFD, 0));
    }

    private static int numberOf(String file) throws IOException {
        for (String number : new java.io.File("/proc/self/fd").list()) {
            Path link = Path.of("/proc/self/fd", number);
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).toString().equals(file)) {
                return Integer.parseInt(number);
            }
        }
        throw new AssertionError(file + " is not open");
    }

    @Test
    void aThousandConversionsLeaveNothingOpen() throws IOException {
        for (int i = 0; i < 1000; i++) {
            OwnedFd.memory("x", i).toFileChannel().close();
        }
    }

    @Test
    void anInterruptedThreadConvertsToo() throws IOException {
        Thread.currentThread().interrupt();
        try (FileChannel channel = OwnedFd.memory("x", 5).toFileChannel()) {
            assertTrue(Thread.interrupted());
            assertEquals(5, channel.size());
        }
    }
}
