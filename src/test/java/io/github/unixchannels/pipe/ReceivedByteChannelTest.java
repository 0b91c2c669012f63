// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.ParkingPollers;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An eventfd and a terminal, which are selected and then read or written. */
@ExtendWith({ParkingPollers.class, NothingLeaks.class})
class ReceivedByteChannelTest {

    private static final long TIOCGPTN = 0x80045430L;
    private static final long TIOCSPTLCK = 0x40045431L;

    private final Syscalls sys = HostSyscalls.get();
    private final RawDescriptors raw = new RawDescriptors();
    private int other;
    private SelectableChannel channel;

    @BeforeEach
    void open() throws IOException {
        int eventfd = raw.eventfd();
        other = raw.duplicate(eventfd);
        raw.setFlags(other, raw.flags(other) & ~Linux.O_NONBLOCK);
        channel = OwnedFd.adopt(raw.give(eventfd)).toSelectableChannel();
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        raw.close();
    }

    private ByteChannel bytes() {
        return (ByteChannel) channel;
    }

    private static ByteBuffer value() {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    }

    private void assertRead(long expected) throws IOException {
        ByteBuffer read = value();
        assertEquals(Long.BYTES, bytes().read(read));
        assertEquals(expected, read.getLong(0));
    }

    private static <T> BackgroundCall<T> start(boolean virtual, Callable<T> call) {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "no virtual threads in this Java version");
        return virtual ? BackgroundCall.startVirtual(call) : BackgroundCall.start(call);
    }

    @Test
    void whatIsReadIsNoLongerReady() throws IOException {
        channel.configureBlocking(false);
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            assertEquals(0, selector.selectNow());
            raw.signal(other);
            assertEquals(1, selector.select());
            assertRead(1);
            selector.selectedKeys().clear();
            assertEquals(0, selector.selectNow());
            assertEquals(0, bytes().read(value()));
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertEquals(1, selector.selectNow());
            assertEquals(SelectionKey.OP_WRITE, key.readyOps());
            assertEquals(Long.BYTES, bytes().write(value().putLong(0, 5)));
            assertEquals(1, selector.selectNow());
            assertEquals(SelectionKey.OP_READ | SelectionKey.OP_WRITE, key.readyOps());
            assertRead(5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBlockingReadWaits(boolean virtual) throws Exception {
        BackgroundCall<Integer> reading = start(virtual, () -> bytes().read(value()));
        if (virtual) {
            reading.awaitParked();
        } else {
            reading.awaitBlocked();
        }
        raw.signal(other);
        assertEquals(Long.BYTES, reading.result());
    }

    @Test
    void aBlockingWriteWaitsForRoom() throws Exception {
        assertEquals(Long.BYTES, bytes().write(value().putLong(0, -2)));
        BackgroundCall<Integer> writing = BackgroundCall.start(() -> bytes().write(value().putLong(0, 3)));
        writing.awaitBlocked();
        assertRead(-2);
        assertEquals(Long.BYTES, writing.result());
        assertRead(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closeEndsARead(boolean virtual) throws Exception {
        BackgroundCall<Integer> reading = start(virtual, () -> bytes().read(value()));
        if (virtual) {
            reading.awaitParked();
        } else {
            reading.awaitBlocked();
        }
        channel.close();
        assertInstanceOf(AsynchronousCloseException.class, reading.failure());
        assertThrowsExactly(ClosedChannelException.class, () -> bytes().read(value()));
        assertThrowsExactly(ClosedChannelException.class, () -> bytes().write(value()));
    }

    @Test
    void anInterruptEndsARead() {
        BackgroundCall<Integer> reading = BackgroundCall.start(() -> bytes().read(value()));
        reading.awaitBlocked();
        reading.interrupt();
        assertInstanceOf(ClosedByInterruptException.class, reading.failure());
        assertFalse(channel.isOpen());
    }

    @Test
    void theOtherHolderFeelsTheFirstReadAndNothingBefore() throws IOException {
        assertEquals(0, raw.flags(other) & Linux.O_NONBLOCK);
        channel.configureBlocking(false);
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_READ);
            selector.selectNow();
        }
        assertEquals(0, raw.flags(other) & Linux.O_NONBLOCK);
        assertEquals(0, bytes().read(value()));
        assertEquals(Linux.O_NONBLOCK, raw.flags(other) & Linux.O_NONBLOCK);
    }

    @Test
    void whatTheKernelRefusesItSays() {
        String number = channel.toString().replaceAll("\\D", "");
        IOException thrown = assertThrows(IOException.class, () -> bytes().read(ByteBuffer.allocate(4)));
        assertEquals("read(fd=" + number + "): Invalid argument (EINVAL)", thrown.getMessage());
        thrown = assertThrows(IOException.class, () -> bytes().write(ByteBuffer.allocate(4)));
        assertEquals("write(fd=" + number + "): Invalid argument (EINVAL)", thrown.getMessage());
        assertThrows(IllegalArgumentException.class, () -> bytes().read(value().asReadOnlyBuffer()));
    }

    @Test
    void whatHasAChannelOfItsOwnIsOnlySelected() throws IOException {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
        try (UnixSocketChannel first = pair.first(); UnixSocketChannel second = pair.second();
                SelectableChannel socket = OwnedFd.duplicateOf(first).toSelectableChannel()) {
            assertTrue(second.isOpen());
            assertFalse(socket instanceof ByteChannel);
            assertEquals(SelectionKey.OP_READ, socket.validOps());
        }
    }

    @Test
    void aDeviceIsReadOrWrittenAsItWasOpened() throws IOException {
        Path device = Path.of("/dev/random");
        assumeTrue(Files.exists(device), "no /dev/random here");
        try (SelectableChannel reading = pollable(device, StandardOpenOption.READ);
                SelectableChannel writing = pollable(device, StandardOpenOption.WRITE)) {
            assertEquals(SelectionKey.OP_READ, reading.validOps());
            assertEquals(SelectionKey.OP_WRITE, writing.validOps());
            assertEquals(3, ((ByteChannel) reading).read(ByteBuffer.allocate(3)));
            assertEquals(3, ((ByteChannel) writing).write(ByteBuffer.allocate(3)));
            assertThrows(NonWritableChannelException.class, () -> ((ByteChannel) reading).write(ByteBuffer.allocate(1)));
            assertThrows(NonReadableChannelException.class, () -> ((ByteChannel) writing).read(ByteBuffer.allocate(1)));
        }
    }

    private static SelectableChannel pollable(Path path, OpenOption... options) throws IOException {
        try (OwnedFd fd = OwnedFd.open(path, options)) {
            return fd.toSelectableChannel();
        } catch (UnsupportedOperationException e) {
            return abort("this device cannot be waited for: " + e.getMessage());
        }
    }

    @Test
    void aTerminalHasAnOpenFileOfItsOwn() throws IOException {
        Path masters = Path.of("/dev/ptmx");
        assumeTrue(Files.isWritable(masters), "no terminals here");
        try (OwnedFd master = OwnedFd.open(masters, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            NativeMemory number = NativeMemory.allocate(sys, Integer.BYTES);
            number.buffer().putInt(0, 0);
            assertEquals(0, sys.ioctl(master.number(), TIOCSPTLCK, number.address()));
            assertEquals(0, sys.ioctl(master.number(), TIOCGPTN, number.address()));
            Path slave = Path.of("/dev/pts/" + number.buffer().getInt(0));
            assumeTrue(Files.exists(slave), "no /dev/pts here");
            try (OwnedFd terminal = OwnedFd.open(slave, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    SelectableChannel first = master.toSelectableChannel();
                    SelectableChannel second = terminal.duplicate().toSelectableChannel()) {
                assertEquals(2, ((ByteChannel) second).write(ByteBuffer.wrap("ab".getBytes())));
                ByteBuffer read = ByteBuffer.allocate(10);
                assertEquals(2, ((ByteChannel) first).read(read));
                assertEquals('b', read.get(1));
                second.configureBlocking(false);
                assertEquals(0, ((ByteChannel) second).read(read));
                assertEquals(0, raw.flags(terminal.number()) & Linux.O_NONBLOCK);
                FaultySyscalls faulty = new FaultySyscalls().fail("open", Errno.EMFILE, 1);
                int third = raw.duplicate(terminal.number());
                assertThrowsExactly(IOException.class, () -> ReceivedChannels.pollable(
                        UnixSelectorProvider.provider(), faulty.syscalls(), faulty.fds(), third));
            }
        }
    }
}
