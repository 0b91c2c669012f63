// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.ParkingPollers;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.EpollEventLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An epoll instance that came from elsewhere and has others in it. */
@ExtendWith({ParkingPollers.class, NothingLeaks.class})
class NestedEpollTest {

    private static final int DEEPEST = 6;

    private final Syscalls sys = HostSyscalls.get();
    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final NativeMemory event = NativeMemory.allocate(sys, EpollEventLayout.NATIVE.size());

    /** What is closed leaves the epoll instance that it is in. */
    private final List<OwnedFd> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(OwnedFd::close);
    }

    /** An epoll instance that holds another, and so on; null if the kernel nests no more. */
    private OwnedFd nested(int depth) throws IOException {
        OwnedFd outer = OwnedFd.adopt(sys.epollCreate1(Linux.EPOLL_CLOEXEC));
        opened.add(outer);
        if (depth > 1) {
            OwnedFd inner = nested(depth - 1);
            return inner == null || add(outer, inner) < 0 ? null : outer;
        }
        return outer;
    }

    private int add(OwnedFd outer, OwnedFd inner) throws IOException {
        return sys.epollCtl(outer.number(), Linux.EPOLL_CTL_ADD, inner.number(), event.address());
    }

    private static <T> T onThread(boolean virtual, Callable<T> call) throws Exception {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "no virtual threads in this Java version");
        return (virtual ? BackgroundCall.startVirtual(call) : BackgroundCall.start(call)).result();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatBecomesAChannelCanBeSelected(boolean virtual) throws Exception {
        int refused = 0;
        for (int depth = 1; depth <= DEEPEST; depth++) {
            OwnedFd epoll = nested(depth);
            if (epoll == null) {
                break;
            }
            OwnedFd duplicate = epoll.duplicate();
            opened.add(duplicate);
            SelectableChannel channel;
            try {
                channel = duplicate.toSelectableChannel();
            } catch (UnsupportedOperationException e) {
                String expected = " is an epoll instance with others in it, nested too deep for a selector to wait for: ";
                assertTrue(e.getMessage().contains(expected), e.getMessage());
                refused++;
                continue;
            }
            assertEquals(0, refused, "what is nested less deep was refused");
            try (channel) {
                assertSelectedBeside(channel, virtual);
            }
        }
        assertTrue(refused > 0, "nothing was too deep");
    }

    private void assertSelectedBeside(SelectableChannel nested, boolean virtual) throws Exception {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
        try (UnixSocketChannel first = pair.first(); UnixSocketChannel second = pair.second(); Selector selector = provider.openSelector()) {
            nested.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            SelectionKey key = first.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            assertEquals(0, (int) onThread(virtual, () -> selector.select(1)));
            second.write(ByteBuffer.wrap(new byte[1]));
            assertEquals(1, (int) onThread(virtual, selector::select));
            assertTrue(key.isReadable());
        }
    }

    /** The other process still has the instance, and nests others in it when it is registered here already. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsNestedLaterLeavesTheOtherChannelsSelected(boolean virtual) throws Exception {
        OwnedFd epoll = nested(1);
        try (SelectableChannel channel = epoll.duplicate().toSelectableChannel()) {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            try (UnixSocketChannel first = pair.first(); UnixSocketChannel second = pair.second();
                    Selector selector = provider.openSelector()) {
                channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                SelectionKey key = first.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                assertEquals(0, selector.selectNow());
                nestAsDeepAsPossible(epoll);
                assertEquals(0, (int) onThread(virtual, () -> selector.select(1)));
                second.write(ByteBuffer.wrap(new byte[1]));
                assertEquals(1, (int) onThread(virtual, selector::select));
                assertTrue(key.isReadable());
            }
        }
    }

    private void nestAsDeepAsPossible(OwnedFd epoll) throws IOException {
        for (int depth = DEEPEST; depth > 0; depth--) {
            OwnedFd inner = nested(depth);
            if (inner != null && add(epoll, inner) == 0) {
                return;
            }
        }
        throw new AssertionError("nothing can be nested");
    }

    @Test
    void whatIsNestedBeforeTheFirstSelectionLosesItsKeyAndNothingElse() throws IOException {
        OwnedFd epoll = nested(1);
        try (SelectableChannel channel = epoll.duplicate().toSelectableChannel()) {
            nestAsDeepAsPossible(epoll);
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            try (UnixSocketChannel first = pair.first(); UnixSocketChannel second = pair.second();
                    Selector selector = provider.openSelector()) {
                SelectionKey culprit = channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                SelectionKey key = first.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                second.write(ByteBuffer.wrap(new byte[1]));
                IOException thrown = assertThrowsExactly(IOException.class, selector::selectNow);
                assertEquals("epoll_ctl(" + channel + ", whose key is cancelled): Too many levels of symbolic links (ELOOP)",
                        thrown.getMessage());
                assertFalse(culprit.isValid());
                assertEquals(1, selector.selectNow());
                assertTrue(key.isReadable());
                assertEquals(1, selector.keys().size());
            }
        }
    }
}
