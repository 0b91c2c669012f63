// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.support.SelectingThread;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What can be waited for, and nothing else. */
@ExtendWith(NothingLeaks.class)
class ReceivedPollableTest {

    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();
    private final FaultySyscalls faulty = new FaultySyscalls();

    @AfterEach
    void closeRaw() {
        raw.close();
    }

    private SelectableChannel pollable(int fd) throws IOException {
        SelectableChannel channel = ReceivedChannels.pollable(provider, faulty.syscalls(), new FdFactory(provider, faulty.syscalls()), fd);
        raw.give(fd);
        return channel;
    }

    @Test
    void aSelectorWaitsUntilItCanBeRead() throws Exception {
        int eventfd = raw.eventfd();
        int other = raw.duplicate(eventfd);
        try (SelectableChannel channel = pollable(eventfd); Selector selector = provider.openSelector()) {
            assertEquals(SelectionKey.OP_READ | SelectionKey.OP_WRITE, channel.validOps());
            assertTrue(channel.isBlocking());
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            assertEquals(0, selector.selectNow());
            try (SelectingThread<Integer> selecting = SelectingThread.start(selector::select)) {
                selecting.awaitAsleep();
                raw.signal(other);
                assertEquals(1, selecting.result());
            }
            assertTrue(key.isReadable());
            raw.read(other);
            selector.selectedKeys().clear();
            assertEquals(0, selector.selectNow());
        }
    }

    @Test
    void itIsRegisteredForNothingButReading() throws IOException {
        int epoll = faulty.syscalls().epollCreate1(Linux.EPOLL_CLOEXEC);
        try (SelectableChannel channel = pollable(epoll); Selector selector = provider.openSelector()) {
            assertFalse(channel instanceof ReadableByteChannel);
            channel.configureBlocking(false);
            assertThrowsExactly(IllegalArgumentException.class, () -> channel.register(selector, SelectionKey.OP_WRITE));
        }
    }

    @Test
    void closeLeavesItToTheOtherHolder() throws IOException {
        int eventfd = raw.eventfd();
        int other = raw.duplicate(eventfd);
        SelectableChannel channel = pollable(eventfd);
        try (Selector selector = provider.openSelector()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            selector.selectNow();
            channel.close();
            raw.signal(other);
            assertEquals(0, selector.selectNow());
            assertFalse(channel.isOpen());
            assertEquals(Long.BYTES, raw.read(other));
        }
    }

    @Test
    void aRegularFileIsRefusedInWordsAndStaysTheCallers() {
        Syscalls sys = faulty.syscalls();
        NativeMemory name = NativeMemory.allocate(sys, 8);
        name.buffer().put(0, (byte) 'm');
        int file = sys.memfdCreate(name.address(), Linux.MFD_CLOEXEC);
        try {
            var refusal = assertThrowsExactly(
                    UnsupportedOperationException.class, () -> ReceivedChannels.pollable(provider, sys,
                            new FdFactory(provider, sys), file));
            assertTrue(refusal.getMessage().startsWith("fd=" + file + " is nothing that poll(2) waits for"), refusal::getMessage);
            assertTrue(raw.flags(file) >= 0);
        } finally {
            sys.close(file);
        }
    }

    @Test
    void aNumberThatIsNoneAndAFullTableAreIoExceptions() {
        IOException none = assertThrowsExactly(IOException.class, () -> pollable(1 << 20));
        assertEquals("epoll_ctl(fd=1048576): Bad file descriptor (EBADF)", none.getMessage());
        faulty.fail("epollCreate1", Errno.EMFILE, 1);
        int eventfd = raw.eventfd();
        IOException full = assertThrowsExactly(IOException.class, () -> pollable(eventfd));
        assertTrue(full.getMessage().endsWith("Too many open files (EMFILE)"), full::getMessage);
    }
}
