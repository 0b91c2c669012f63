// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Control messages: their offsets as the headers have them, and as the running kernel reads and fills them. */
@ExtendWith(NothingLeaks.class)
class ControlLayoutTest {

    private static final int IOVEC = 64;
    private static final int FLAG = 96;
    private static final int CONTROL = 128;
    private static final int CONTROL_BYTES = 512;
    private static final int SECONDS_OF_AN_HOUR = 3600;

    private final Syscalls sys = HostSyscalls.get();
    private final NativeMemory memory = NativeMemory.allocate(sys, CONTROL + CONTROL_BYTES);
    private final ByteBuffer bytes = memory.buffer();

    @Test
    void theOffsetsAreThoseOfTheHeadersOn64Bits() {
        assertArrayEquals(new int[] {0, 8, 12, 16},
                new int[] {CmsghdrLayout.LENGTH, CmsghdrLayout.LEVEL, CmsghdrLayout.TYPE, CmsghdrLayout.DATA});
        assertArrayEquals(new int[] {0, 8, 16}, new int[] {TimevalLayout.SECONDS, TimevalLayout.MICROSECONDS, TimevalLayout.BYTES});
        int[] data = {0, 1, 4, 8, 9, 12, 16, 253 * 4};
        assertArrayEquals(new int[] {16, 17, 20, 24, 25, 28, 32, 1028}, IntStream.of(data).map(CmsghdrLayout::length).toArray());
        assertArrayEquals(new int[] {16, 24, 24, 24, 32, 32, 32, 1032}, IntStream.of(data).map(CmsghdrLayout::space).toArray());
    }

    @Test
    void theKernelReadsAndFillsControlMessagesWhereTheLayoutsSay() {
        assertEquals(0, sys.socketpair(Linux.AF_UNIX, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, 0, memory.address()));
        int near = bytes.getInt(0);
        int far = bytes.getInt(4);
        int received = -1;
        try {
            set(far, Linux.SO_TIMESTAMP);
            set(far, Linux.SO_PASSCRED);
            header(CmsghdrLayout.length(Integer.BYTES), Linux.SCM_RIGHTS);
            bytes.putInt(CONTROL + CmsghdrLayout.DATA, near);
            message(CmsghdrLayout.space(Integer.BYTES));
            assertEquals(1, sys.sendmsg(near, memory.address(), 0));

            message(CONTROL_BYTES);
            assertEquals(1, sys.recvmsg(far, memory.address(), Linux.MSG_CMSG_CLOEXEC));

            int time = CONTROL;
            assertHeader(time, TimevalLayout.BYTES, Linux.SCM_TIMESTAMP);
            long seconds = bytes.getLong(time + CmsghdrLayout.DATA + TimevalLayout.SECONDS);
            long microseconds = bytes.getLong(time + CmsghdrLayout.DATA + TimevalLayout.MICROSECONDS);
            assertTrue(Math.abs(Instant.now().getEpochSecond() - seconds) < SECONDS_OF_AN_HOUR, "seconds=" + seconds);
            assertTrue(microseconds >= 0 && microseconds < 1_000_000, "microseconds=" + microseconds);
            int credentials = time + CmsghdrLayout.space(TimevalLayout.BYTES);
            assertHeader(credentials, UcredLayout.BYTES, Linux.SCM_CREDENTIALS);
            assertEquals(ProcessHandle.current().pid(), bytes.getInt(credentials + CmsghdrLayout.DATA + UcredLayout.PID));
            assertEquals(sys.geteuid(), bytes.getInt(credentials + CmsghdrLayout.DATA + UcredLayout.UID));
            assertEquals(sys.getegid(), bytes.getInt(credentials + CmsghdrLayout.DATA + UcredLayout.GID));
            int rights = credentials + CmsghdrLayout.space(UcredLayout.BYTES);
            assertHeader(rights, Integer.BYTES, Linux.SCM_RIGHTS);
            received = bytes.getInt(rights + CmsghdrLayout.DATA);
            assertEquals(Linux.FD_CLOEXEC, sys.fcntl(received, Linux.F_GETFD, 0));
            assertEquals(rights + CmsghdrLayout.space(Integer.BYTES) - CONTROL, bytes.getLong(MsghdrLayout.CONTROL_LENGTH));
        } finally {
            sys.close(near);
            sys.close(far);
            if (received >= 0) {
                sys.close(received);
            }
        }
    }

    private void set(int fd, int option) {
        bytes.putInt(FLAG, 1);
        assertEquals(0, sys.setsockopt(fd, Linux.SOL_SOCKET, option, memory.address() + FLAG, Integer.BYTES));
    }

    private void header(int length, int type) {
        bytes.putLong(CONTROL + CmsghdrLayout.LENGTH, length);
        bytes.putInt(CONTROL + CmsghdrLayout.LEVEL, Linux.SOL_SOCKET);
        bytes.putInt(CONTROL + CmsghdrLayout.TYPE, type);
    }

    /** A message of one byte, with so many bytes of control messages or room for them. */
    private void message(int controlBytes) {
        bytes.putLong(IOVEC + IovecLayout.BASE, memory.address() + FLAG).putLong(IOVEC + IovecLayout.LENGTH, 1);
        bytes.putLong(MsghdrLayout.NAME, 0).putLong(MsghdrLayout.NAME_LENGTH, 0);
        bytes.putLong(MsghdrLayout.IOV, memory.address() + IOVEC).putLong(MsghdrLayout.IOV_COUNT, 1);
        bytes.putLong(MsghdrLayout.CONTROL, memory.address() + CONTROL).putLong(MsghdrLayout.CONTROL_LENGTH, controlBytes);
        bytes.putLong(MsghdrLayout.FLAGS, 0);
    }

    private void assertHeader(int at, int dataBytes, int type) {
        assertEquals(CmsghdrLayout.length(dataBytes), bytes.getLong(at + CmsghdrLayout.LENGTH));
        assertEquals(Linux.SOL_SOCKET, bytes.getInt(at + CmsghdrLayout.LEVEL));
        assertEquals(type, bytes.getInt(at + CmsghdrLayout.TYPE));
    }
}
