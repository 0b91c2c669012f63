// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends of a pipe that came from elsewhere. */
@ExtendWith(NothingLeaks.class)
class ReceivedPipeTest {

    private static final int PIPE_BUF = 4096;

    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();
    private final FaultySyscalls faulty = new FaultySyscalls();

    private int[] ends;
    private String pipe;
    private Pipe.SourceChannel source;
    private Pipe.SinkChannel sink;

    @BeforeEach
    void open() throws IOException {
        ends = raw.pipe();
        pipe = target(Path.of("/proc/self/fd/" + ends[0]));
        source = source(raw.duplicate(ends[0]));
        sink = sink(raw.duplicate(ends[1]));
    }

    @AfterEach
    void closeAllAndCheckThatNobodyHoldsThePipe() throws IOException {
        source.close();
        sink.close();
        raw.close();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertFalse(open.anyMatch(fd -> pipe.equals(target(fd))), () -> pipe + " is left open");
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return ""; // the descriptor of the listing itself
        }
    }

    private Pipe.SourceChannel source(int fd) throws IOException {
        Pipe.SourceChannel channel = ReceivedChannels.pipeSource(provider, faulty.syscalls(),
                new FdFactory(provider, faulty.syscalls()), fd);
        raw.give(fd);
        return channel;
    }

    private Pipe.SinkChannel sink(int fd) throws IOException {
        Pipe.SinkChannel channel = ReceivedChannels.pipeSink(provider, faulty.syscalls(), new FdFactory(provider, faulty.syscalls()), fd);
        raw.give(fd);
        return channel;
    }

    private static ByteBuffer buffer(int bytes, boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
        for (int i = 0; i < bytes; i++) {
            buffer.put(i, (byte) (i * 31));
        }
        return buffer;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesComeOutAsTheyWentIn(boolean direct) throws IOException {
        for (int size : new int[] {1, 1000, 5000}) {
            ByteBuffer written = buffer(size, direct);
            assertEquals(size, sink.write(written));
            assertFalse(written.hasRemaining());
            ByteBuffer read = buffer(8000, direct);
            assertEquals(size, source.read(read));
            assertEquals(buffer(size, false), read.flip());
        }
    }

    @Test
    void severalBuffersAreOneRunOfBytes() throws IOException {
        ByteBuffer[] written = {buffer(10, false), buffer(3000, true), buffer(0, false), buffer(20, true)};
        assertEquals(3020, sink.write(written, 1, 3));
        assertEquals(10, written[0].remaining());
        ByteBuffer[] read = {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(2999), ByteBuffer.allocate(100)};
        assertEquals(3020, source.read(read));
        assertEquals(20, read[2].position());
        assertEquals(buffer(20, false), read[2].flip());
    }

    @Test
    void theOtherHoldersOfAnEndKeepTheirMode() {
        assertEquals(0, raw.flags(ends[0]) & Linux.O_NONBLOCK);
        assertEquals(0, raw.flags(ends[1]) & Linux.O_NONBLOCK);
    }

    @Test
    void whatAnotherHolderDoesToItsModeIsOfNoMatter() throws IOException {
        raw.setFlags(ends[0], raw.flags(ends[0]) | Linux.O_NONBLOCK);
        try (Pipe.SourceChannel channel = source(raw.duplicate(ends[0]))) {
            raw.setFlags(ends[0], raw.flags(ends[0]) & ~Linux.O_NONBLOCK);
            channel.configureBlocking(false);
            assertEquals(0, channel.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void whereTheEndCannotBeOpenedOnceMoreItBecomesNonBlockingForAll() throws IOException {
        faulty.fail("open", Errno.EACCES, 1);
        int fd = raw.duplicate(ends[0]);
        try (Pipe.SourceChannel channel = source(fd)) {
            assertEquals(Linux.O_NONBLOCK, raw.flags(ends[0]) & Linux.O_NONBLOCK);
            channel.configureBlocking(false);
            assertEquals(0, channel.read(ByteBuffer.allocate(1)));
        }
    }

    /** A shell's other programs must not feel that this process has no descriptor left. */
    @Test
    void withoutADescriptorToOpenTheEndWithItIsRefusedAndStaysAsItWas() throws IOException {
        int fd = raw.duplicate(ends[0]);
        for (int errno : new int[] {Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM}) {
            faulty.fail("open", errno, 1);
            IOException refused = assertThrowsExactly(IOException.class, () -> source(fd));
            assertEquals("open(/proc/self/fd/" + fd + "): " + Errno.describe(errno), refused.getMessage());
            assertEquals(0, raw.flags(ends[0]) & Linux.O_NONBLOCK);
        }
        source(fd).close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBlockingReadWaitsForBytesAndForTheEnd(boolean severalBuffers) throws Exception {
        ByteBuffer dst = ByteBuffer.allocate(16);
        BackgroundCall<Long> reading = BackgroundCall.start(
                () -> severalBuffers ? source.read(new ByteBuffer[] {dst}) : (long) source.read(dst)).awaitBlocked();
        raw.write(ends[1], "some");
        assertEquals(4, reading.result());
        BackgroundCall<Integer> ending = BackgroundCall.start(() -> source.read(dst)).awaitBlocked();
        sink.close();
        raw.close(ends[1]);
        assertEquals(-1, ending.result());
        assertEquals(-1, source.read(dst));
        assertEquals(-1, source.read(new ByteBuffer[] {dst}));
        assertEquals(0, source.read(ByteBuffer.allocate(0)));
    }

    @Test
    void aBlockingWriteWritesAllHoweverLongThatTakes() throws Exception {
        int size = 1 << 20;
        ByteBuffer[] srcs = {buffer(size, false), buffer(size, true)};
        BackgroundCall<Long> writing = BackgroundCall.start(() -> sink.write(srcs) + sink.write(buffer(size, true)));
        ByteBuffer all = ByteBuffer.allocate(3 * size);
        while (all.hasRemaining()) {
            assertTrue(source.read(all) > 0);
        }
        assertEquals(3L * size, writing.result());
        for (int i = 0; i < 3; i++) {
            assertEquals(buffer(size, false), all.slice(i * size, size));
        }
    }

    @Test
    void aNonBlockingWriteWritesWhatThereIsRoomForAndNothingOfAShortOneForWhichThereIsNotRoomEnough() throws IOException {
        sink.configureBlocking(false);
        ByteBuffer large = buffer(1 << 20, true);
        int filled = sink.write(large);
        assertTrue(filled > 0 && filled < 1 << 20, () -> "wrote " + filled);
        assertEquals(filled, large.position());
        assertEquals(0, sink.write(buffer(1, false)));
        assertEquals(0, sink.write(new ByteBuffer[] {buffer(PIPE_BUF / 2, false), buffer(PIPE_BUF / 2, true)}));
        assertEquals(PIPE_BUF, source.read(ByteBuffer.allocate(PIPE_BUF)));
        assertEquals(PIPE_BUF, sink.write(new ByteBuffer[] {buffer(PIPE_BUF / 2, false), buffer(PIPE_BUF / 2, true)}));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWriteThatNobodyCanReadIsAnIoExceptionAndRaisesNoSignal(boolean severalBuffers) throws IOException {
        source.close();
        raw.close(ends[0]);
        IOException failure = assertThrowsExactly(IOException.class, () -> {
            if (severalBuffers) {
                sink.write(new ByteBuffer[] {buffer(1, false)});
            } else {
                sink.write(buffer(1, false));
            }
        });
        assertTrue(failure.getMessage().endsWith("Broken pipe (EPIPE)"), failure::getMessage);
        assertTrue(sink.isOpen());
    }

    @Test
    void aWriteThatWaitsFailsWhenTheLastReaderGoes() throws Exception {
        sink.configureBlocking(false);
        while (sink.write(buffer(PIPE_BUF, true)) > 0) {
            assertTrue(sink.isOpen());
        }
        sink.configureBlocking(true);
        BackgroundCall<Integer> writing = BackgroundCall.start(() -> sink.write(buffer(1, false))).awaitBlocked();
        raw.close(ends[0]);
        source.close();
        assertThrowsExactly(IOException.class, writing::result);
    }

    @Test
    void theEndsAreSelected() throws IOException {
        try (Selector selector = provider.openSelector()) {
            source.configureBlocking(false);
            sink.configureBlocking(false);
            SelectionKey reading = source.register(selector, SelectionKey.OP_READ);
            SelectionKey writing = sink.register(selector, SelectionKey.OP_WRITE);
            assertEquals(1, selector.selectNow());
            assertTrue(writing.isWritable());
            while (sink.write(buffer(PIPE_BUF, true)) > 0) {
                assertTrue(sink.isOpen());
            }
            selector.selectedKeys().clear();
            assertEquals(1, selector.select());
            assertTrue(reading.isReadable());
            assertTrue(selector.selectedKeys().contains(reading));
            assertFalse(selector.selectedKeys().contains(writing));
            ByteBuffer all = ByteBuffer.allocateDirect(1 << 20);
            while (source.read(all) > 0) {
                assertTrue(all.hasRemaining());
            }
            writing.cancel();
            selector.selectedKeys().clear();
            assertEquals(0, selector.selectNow());
            sink.close();
            raw.close(ends[1]);
            assertEquals(1, selector.select());
            assertEquals(-1, source.read(all));
        }
    }

    @Test
    void transfersAreTriedAgainAfterASignal() throws IOException {
        faulty.fail("write", Errno.EINTR, 2).fail("read", Errno.EINTR, 2);
        assertEquals(5, sink.write(buffer(5, false)));
        assertEquals(5, source.read(ByteBuffer.allocate(8)));
    }

    @Test
    void aFailureIsAnIoExceptionThatNamesTheCall() {
        faulty.fail("read", Errno.EIO, 1).fail("write", Errno.EIO, 1);
        IOException reading = assertThrowsExactly(IOException.class, () -> source.read(ByteBuffer.allocate(1)));
        assertTrue(reading.getMessage().matches("read\\(fd=\\d+\\): Input/output error \\(EIO\\)"), reading::getMessage);
        IOException writing = assertThrowsExactly(IOException.class, () -> sink.write(ByteBuffer.allocate(1)));
        assertTrue(writing.getMessage().matches("write\\(fd=\\d+\\): Input/output error \\(EIO\\)"), writing::getMessage);
    }

    @Test
    void badArgumentsAreRefusedInNiosOrder() throws IOException {
        assertThrowsExactly(NullPointerException.class, () -> source.read((ByteBuffer) null));
        assertThrowsExactly(NullPointerException.class, () -> sink.write((ByteBuffer) null));
        assertThrowsExactly(IndexOutOfBoundsException.class, () -> source.read(new ByteBuffer[1], 1, 1));
        assertThrowsExactly(IndexOutOfBoundsException.class, () -> sink.write(new ByteBuffer[1], 0, 2));
        assertThrowsExactly(IllegalArgumentException.class, () -> source.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        source.close();
        sink.close();
        assertThrowsExactly(ClosedChannelException.class, () -> source.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        assertThrowsExactly(ClosedChannelException.class, () -> sink.write(ByteBuffer.allocate(1)));
    }

    @Test
    void whatIsNoPipeOrTheOtherEndIsRefusedInWordsAndStaysTheCallers() {
        int socket = raw.socketPair(Linux.SOCK_STREAM)[0];
        assertRefused("fd=" + socket + " is no pipe", () -> source(socket));
        assertRefused("fd=" + ends[0] + " is a pipe, but cannot be written to", () -> sink(ends[0]));
        assertRefused("fd=" + ends[1] + " is a pipe, but cannot be read from", () -> source(ends[1]));
        assertTrue(raw.flags(ends[0]) >= 0 && raw.flags(ends[1]) >= 0 && raw.flags(socket) >= 0);
        IOException none = assertThrowsExactly(IOException.class, () -> source(1 << 20));
        assertEquals("fcntl(fd=1048576, F_GETFL): Bad file descriptor (EBADF)", none.getMessage());
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable wrap) {
        assertEquals(message, assertThrowsExactly(UnsupportedOperationException.class, wrap).getMessage());
    }
}
