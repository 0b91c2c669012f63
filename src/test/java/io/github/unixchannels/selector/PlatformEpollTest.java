// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What others do to descriptors while the epoll instance of a platform's selector is looked for. */
@ExtendWith(NoFileLeaks.class)
class PlatformEpollTest {

    private final Syscalls sys = HostSyscalls.get();
    private final FaultySyscalls faulty = new FaultySyscalls();

    private void assertSelects() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open();
                Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), channel::provider)) {
            SelectionKey key = channel.configureBlocking(false).register(selector, SelectionKey.OP_WRITE);
            assertEquals(1, selector.selectNow());
            assertTrue(key.isWritable());
        }
    }

    /** The first close is that of the eventfd that showed the lowest free number. */
    private void afterTheLowestNumber(FaultySyscalls.Fault fault) {
        faulty.next("close", fault);
    }

    @Test
    void whatOthersOpenMeanwhileCostsAnotherAttempt() throws IOException {
        List<Integer> others = new ArrayList<>();
        afterTheLowestNumber((real, arguments) -> {
            Object result = real.with(arguments);
            for (int i = 0; i < 100; i++) {
                others.add(sys.eventfd(0, Linux.EFD_CLOEXEC));
            }
            return result;
        });
        try {
            assertSelects();
        } finally {
            others.forEach(sys::close);
        }
        assertTrue(faulty.count("eventfd") > 3, "one attempt takes two beside the selector's own");
    }

    @Test
    void whatOthersCloseMeanwhileCostsAnotherAttempt() throws IOException {
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(sys.eventfd(0, Linux.EFD_CLOEXEC));
        }
        int low = others.remove(0);
        afterTheLowestNumber((real, arguments) -> {
            sys.close(low);
            return real.with(arguments);
        });
        try {
            assertSelects();
        } finally {
            others.forEach(sys::close);
        }
        assertTrue(faulty.count("eventfd") > 3, "one attempt takes two beside the selector's own");
    }

    /** The last number that is free goes to the duplicate, and what shows whose it is cannot be opened any more. */
    @Test
    void aDuplicateThatCannotBeLookedAtIsClosed() throws IOException {
        int before = OpenDescriptors.count();
        faulty.next("fcntl", (real, arguments) -> {
            faulty.fail("open", Errno.EMFILE, 1);
            return real.with(arguments);
        });
        try (DatagramChannel channel = DatagramChannel.open();
                Selector selector = EpollSelector.open(UnixSelectorProvider.provider(), faulty.syscalls(), channel::provider)) {
            channel.configureBlocking(false);
            assertThrows(UncheckedIOException.class, () -> channel.register(selector, SelectionKey.OP_WRITE));
        }
        assertEquals(1, faulty.count("fcntl"));
        assertEquals(before, OpenDescriptors.count());
    }

    @Test
    void aNumberThatIsAnotherInstanceByNowIsNotTaken() throws IOException {
        int another = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        try {
            faulty.next("fcntl", (real, arguments) -> real.with(another, arguments[1], arguments[2]));
            assertSelects();
            assertEquals(2, faulty.count("fcntl"));
        } finally {
            sys.close(another);
        }
    }
}
