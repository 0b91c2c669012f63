// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.channels.Channel;

/** Descriptors by their numbers: to have some to pass, and to reach behind a channel. */
public final class RawDescriptor {

    private static final Syscalls SYS = HostSyscalls.get();

    private RawDescriptor() {}

    /** A descriptor that nothing else has and that {@link NothingLeaks} counts. */
    public static OwnedFd eventfd() throws IOException {
        return OwnedFd.adopt(checked("eventfd", SYS.eventfd(0, Linux.EFD_CLOEXEC)));
    }

    /** The number behind a channel of ours. It stays the channel's. */
    public static int of(Channel channel) {
        return ((EpollChannel) channel).selectable().descriptor().fd();
    }

    /** A further descriptor of a channel's socket. */
    public static OwnedFd duplicateOf(Channel channel) throws IOException {
        return OwnedFd.adopt(checked("fcntl", SYS.fcntl(of(channel), Linux.F_DUPFD_CLOEXEC, 0)));
    }

    /** setsockopt(2) of an int at SOL_SOCKET on a channel's socket; false if this kernel does not know the option. */
    public static boolean set(Channel channel, int option, int value) {
        NativeMemory memory = NativeMemory.allocate(SYS, Integer.BYTES);
        memory.buffer().putInt(0, value);
        return SYS.setsockopt(of(channel), Linux.SOL_SOCKET, option, memory.address(), Integer.BYTES) == 0;
    }

    private static int checked(String call, int result) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed: errno " + -result);
        }
        return result;
    }
}
