// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a duplicate of a file channel is: the same open file, which is not the same as the same file. */
@ExtendWith(NothingLeaks.class)
class DuplicateOfFileChannelTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "0123456789");
    }

    @Test
    void aDuplicateSharesTheOffsetOfItsChannelAndNotOfOthersOfTheFile() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel other = FileChannel.open(file, StandardOpenOption.READ);
                OwnedFd duplicate = OwnedFd.duplicateOf(channel)) {
            assertEquals('0', read(duplicate));
            assertEquals('1', read(duplicate));
            assertEquals(2, channel.position());
            assertEquals(0, other.position());
            channel.position(5);
            assertEquals('5', read(duplicate));
        }
    }

    @Test
    void theChannelsOfStreamsAndThoseThatOnlyWriteAreDuplicatedToo() throws IOException {
        try (FileInputStream in = new FileInputStream(file.toFile());
                OwnedFd duplicate = OwnedFd.duplicateOf(in.getChannel())) {
            assertEquals('0', read(duplicate));
            assertEquals('1', in.read());
        }
        try (FileOutputStream out = new FileOutputStream(file.toFile(), true);
                OwnedFd duplicate = OwnedFd.duplicateOf(out.getChannel())) {
            write(duplicate, 'a');
            assertEquals("0123456789a", Files.readString(file));
        }
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw");
                OwnedFd duplicate = OwnedFd.duplicateOf(random.getChannel())) {
            random.seek(1);
            write(duplicate, 'b');
            assertEquals("0b23456789a", Files.readString(file));
            assertEquals(2, random.getFilePointer());
        }
        try (FileChannel writing = FileChannel.open(file, StandardOpenOption.WRITE);
                OwnedFd duplicate = OwnedFd.duplicateOf(writing)) {
            write(duplicate, 'c');
            assertEquals(1, writing.position());
        }
    }

    @Test
    void aFileThatIsNoRegularOneIsDuplicatedToo() throws IOException {
        try (FileChannel device = FileChannel.open(Path.of("/dev/zero"), StandardOpenOption.READ);
                OwnedFd duplicate = OwnedFd.duplicateOf(device)) {
            assertEquals(0, read(duplicate));
            assertEquals("/dev/zero", linkOf(duplicate));
        }
    }

    @Test
    void aFileThatWasDeletedIsDuplicatedToo() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Files.delete(file);
            try (OwnedFd duplicate = OwnedFd.duplicateOf(channel)) {
                assertEquals('0', read(duplicate));
            }
        }
    }

    @Test
    void locksOfTheProgramAreNotInTheWayAndStay() throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (boolean shared : new boolean[] {false, true}) {
                try (FileLock whole = channel.lock(0, Long.MAX_VALUE, shared)) {
                    OwnedFd duplicate = OwnedFd.duplicateOf(channel);
                    assertTrue(whole.isValid());
                    assertEquals("locked", lockInChild());
                    assertEquals('0', read(duplicate));
                    // Kept open: to close it would release the lock.
                    whole.release();
                    duplicate.close();
                }
                channel.position(0);
            }
            OwnedFd.duplicateOf(channel).close();
            assertEquals("free", lockInChild());
        }
    }

    /** What fcntl(2) says of every descriptor of a file, and OwnedFd of a duplicate. */
    @Test
    void closingADuplicateReleasesTheLocksOfTheFile() throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (FileLock lock = channel.lock()) {
                OwnedFd duplicate = OwnedFd.duplicateOf(channel);
                assertEquals("locked", lockInChild());
                duplicate.close();
                assertEquals("free", lockInChild());
                assertTrue(lock.isValid());
            }
        }
    }

    @Test
    void aClosedChannelHasNothingToDuplicate() throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        channel.close();
        assertThrows(ClosedChannelException.class, () -> OwnedFd.duplicateOf(channel));
    }

    @Test
    void aThreadThatIsInterruptedDuplicatesAndStaysInterrupted() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Thread.currentThread().interrupt();
            OwnedFd.duplicateOf(channel).close();
            assertTrue(Thread.interrupted());
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void theDuplicateIsAnotherNumber() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                OwnedFd first = OwnedFd.duplicateOf(channel);
                OwnedFd second = OwnedFd.duplicateOf(channel)) {
            assertNotEquals(first.number(), second.number());
            assertEquals(linkOf(first), linkOf(second));
        }
    }

    static final class TryLock {
        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(System.getenv("FILE")), StandardOpenOption.WRITE)) {
                System.out.println(channel.tryLock() == null ? "locked" : "free");
            }
        }
    }

    private String lockInChild() throws Exception {
        return ChildJvm.run(Map.of("FILE", file.toString()), TryLock.class).output();
    }

    private static String linkOf(OwnedFd fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number())).toString();
    }

    private static int read(OwnedFd from) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(1);
        assertEquals(1, HostSyscalls.get().read(from.number(), HostSyscalls.get().addressOf(direct), 1));
        return direct.get(0);
    }

    private static void write(OwnedFd to, char value) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(1).put(0, (byte) value);
        assertEquals(1, HostSyscalls.get().write(to.number(), HostSyscalls.get().addressOf(direct), 1));
    }
}
