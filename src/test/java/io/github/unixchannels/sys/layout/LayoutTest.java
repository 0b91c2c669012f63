// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The structs of the kernel's interface: their offsets as the headers have them, and as the running kernel fills them. */
@ExtendWith(NothingLeaks.class)
class LayoutTest {

    private final Syscalls sys = HostSyscalls.get();

    @Test
    void epollEventIsPackedOnX86AndPaddedElsewhere() {
        assertEquals(0, EpollEventLayout.EVENTS);
        assertEquals(new EpollEventLayout(4, 12), EpollEventLayout.of("amd64"));
        assertEquals(new EpollEventLayout(4, 12), EpollEventLayout.of("x86_64"));
        assertEquals(new EpollEventLayout(8, 16), EpollEventLayout.of("aarch64"));
        assertEquals(EpollEventLayout.of(System.getProperty("os.arch")), EpollEventLayout.NATIVE);
    }

    @Test
    void theOffsetsAreThoseOfTheHeadersOn64Bits() {
        assertArrayEquals(new int[] {0, 8, 16}, new int[] {IovecLayout.BASE, IovecLayout.LENGTH, IovecLayout.BYTES});
        assertArrayEquals(new int[] {0, 4, 8}, new int[] {LingerLayout.ON, LingerLayout.SECONDS, LingerLayout.BYTES});
        assertArrayEquals(
                new int[] {0, 4, 6, 8},
                new int[] {PollfdLayout.FD, PollfdLayout.EVENTS, PollfdLayout.REVENTS, PollfdLayout.BYTES});
        assertArrayEquals(
                new int[] {0, 4, 8, 12}, new int[] {UcredLayout.PID, UcredLayout.UID, UcredLayout.GID, UcredLayout.BYTES});
        assertArrayEquals(
                new int[] {0, 2, 108, 110},
                new int[] {
                    SockaddrUnLayout.FAMILY, SockaddrUnLayout.PATH, SockaddrUnLayout.PATH_BYTES, SockaddrUnLayout.BYTES
                });
        assertArrayEquals(
                new int[] {0, 8, 16, 24, 32, 40, 48, 56},
                new int[] {
                    MsghdrLayout.NAME, MsghdrLayout.NAME_LENGTH, MsghdrLayout.IOV, MsghdrLayout.IOV_COUNT,
                    MsghdrLayout.CONTROL, MsghdrLayout.CONTROL_LENGTH, MsghdrLayout.FLAGS, MsghdrLayout.BYTES
                });
    }

    @Test
    void theKernelFillsEpollEventsWhereTheLayoutSays() {
        EpollEventLayout layout = EpollEventLayout.NATIVE;
        int epoll = sys.epollCreate1(Linux.EPOLL_CLOEXEC);
        int[] ready = {sys.eventfd(1, Linux.EFD_CLOEXEC), sys.eventfd(1, Linux.EFD_CLOEXEC)};
        try {
            NativeMemory memory = NativeMemory.allocate(sys, 4 * layout.size());
            ByteBuffer events = memory.buffer();
            long[] data = {0x0123_4567_89ab_cdefL, -2};
            for (int i = 0; i < 2; i++) {
                events.putInt(EpollEventLayout.EVENTS, Linux.POLLIN);
                events.putLong(layout.data(), data[i]);
                assertEquals(0, sys.epollCtl(epoll, Linux.EPOLL_CTL_ADD, ready[i], memory.address()));
            }
            assertEquals(2, sys.epollWait(epoll, memory.address(), 4, 0));
            assertEquals(Linux.POLLIN, events.getInt(EpollEventLayout.EVENTS));
            assertEquals(Linux.POLLIN, events.getInt(layout.size() + EpollEventLayout.EVENTS));
            assertEquals(
                    Set.of(data[0], data[1]), Set.of(events.getLong(layout.data()), events.getLong(layout.size() + layout.data())));
        } finally {
            sys.close(ready[0]);
            sys.close(ready[1]);
            sys.close(epoll);
        }
    }

    @Test
    void theKernelReadsPollfdAndFillsRevents() {
        int eventfd = sys.eventfd(1, Linux.EFD_CLOEXEC);
        try {
            NativeMemory memory = NativeMemory.allocate(sys, 2 * PollfdLayout.BYTES);
            ByteBuffer pollfds = memory.buffer();
            for (int i = 0; i < 2; i++) {
                pollfds.putInt(i * PollfdLayout.BYTES + PollfdLayout.FD, eventfd);
                pollfds.putShort(i * PollfdLayout.BYTES + PollfdLayout.EVENTS, (short) (i == 0 ? Linux.POLLOUT : Linux.POLLIN));
            }
            assertEquals(2, sys.poll(memory.address(), 2, 0));
            assertEquals(Linux.POLLOUT, pollfds.getShort(PollfdLayout.REVENTS));
            assertEquals(Linux.POLLIN, pollfds.getShort(PollfdLayout.BYTES + PollfdLayout.REVENTS));
        } finally {
            sys.close(eventfd);
        }
    }

    @Test
    void theAreasOfTheCallMemoryDoNotOverlapAndAreAligned() {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            assertTrue(memory.addressOffset() + SockaddrUnLayout.RECEIVE_BYTES <= memory.lengthOffset());
            assertTrue(memory.lengthOffset() + Integer.BYTES <= memory.valueOffset());
            assertTrue(memory.valueOffset() + 64 <= memory.messageOffset());
            assertTrue(memory.messageOffset() + MsghdrLayout.BYTES <= memory.structs().capacity());
            assertEquals(Linux.IOV_MAX * IovecLayout.BYTES, memory.iovecs().capacity());
            for (int offset : new int[] {
                memory.addressOffset(), memory.lengthOffset(), memory.valueOffset(), memory.messageOffset()
            }) {
                assertEquals(0, (memory.structs().address() + offset) % Long.BYTES);
            }
        } finally {
            memory.release();
        }
    }
}
