// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.LingerLayout;
import java.io.IOException;
import java.nio.channels.Channel;

/**
 * Closes a channel of the Java platform whose connection another descriptor keeps.
 *
 * <p>A channel in non-blocking mode that has a selector's key shuts its socket down for writing when it is closed: the platform closes the
 * number later, when the selector has flushed the key, and lets the peer see the end at once. It does not where SO_LINGER is 0 seconds,
 * for then the close is to be a reset (sun.nio.ch.SocketChannelImpl, JDK 17 to 25). The kernel makes it one only if the number is the last
 * of the socket, which the other descriptor prevents. So SO_LINGER is 0 for as long as the close takes. Neither a selector's lock nor a
 * selection is needed for that.
 */
final class LastingClose {

    private static final int NO_SOCKET = -1;

    private LastingClose() {}

    /**
     * Closes the channel and leaves what it has open as it is.
     *
     * @param duplicate another descriptor of what the channel has open
     */
    static void close(Channel channel, int duplicate, Syscalls sys) throws IOException {
        long before = linger(duplicate, sys);
        if (before == NO_SOCKET) {
            channel.close();
            return;
        }
        setLinger(duplicate, 1L << Integer.SIZE, sys);
        try {
            channel.close();
        } finally {
            setLinger(duplicate, before, sys);
        }
    }

    /** SO_LINGER: whether it is on in the upper half, the seconds in the lower; {@link #NO_SOCKET} if there is no such option. */
    private static long linger(int fd, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            long structs = memory.structs().address();
            memory.structs().buffer().putInt(memory.lengthOffset(), LingerLayout.BYTES);
            int result = sys.getsockopt(
                    fd, Linux.SOL_SOCKET, Linux.SO_LINGER, structs + memory.valueOffset(), structs + memory.lengthOffset());
            if (result < 0) {
                return NO_SOCKET;
            }
            int on = memory.structs().buffer().getInt(memory.valueOffset() + LingerLayout.ON);
            int seconds = memory.structs().buffer().getInt(memory.valueOffset() + LingerLayout.SECONDS);
            return (long) on << Integer.SIZE | seconds;
        } finally {
            memory.release();
        }
    }

    private static void setLinger(int fd, long linger, Syscalls sys) {
        CallMemory memory = CallMemory.acquire(sys);
        try {
            int value = memory.valueOffset();
            memory.structs().buffer().putInt(value + LingerLayout.ON, (int) (linger >>> Integer.SIZE));
            memory.structs().buffer().putInt(value + LingerLayout.SECONDS, (int) linger);
            sys.setsockopt(fd, Linux.SOL_SOCKET, Linux.SO_LINGER, memory.structs().address() + value, LingerLayout.BYTES);
        } finally {
            memory.release();
        }
    }
}
