// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.socket.SocketQueries;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds the descriptor of an AF_UNIX channel of the Java platform, also while other threads use it, by marking the socket: SO_RCVBUF is set
 * through the channel to what no other has, and set back. AF_UNIX keeps that number and makes no use of it (net/unix/af_unix.c: only the
 * sender's SO_SNDBUF counts).
 */
final class SearchByMark {

    /** Between the least SO_RCVBUF and the most that the kernel takes where nothing was tuned (rmem_max 212992), before it doubles them. */
    private static final int LEAST_MARK = 2400;
    private static final int MOST_MARK = 212_000;

    private SearchByMark() {}

    /** The sockets of which one is the channel's; none if that cannot be told. */
    static FoundSockets of(NetworkChannel channel, Syscalls sys) throws IOException {
        // Two who mark the same channel at once would take each other's mark for what was there before.
        synchronized (SearchByMark.class) {
            FoundSockets found = among(LikelyNumbers.of(channel, sys), channel, sys);
            return found.count() == 1 ? found : among(ProcessDescriptors.numbers(), channel, sys);
        }
    }

    /** Those of the numbers that the channel's mark is on while the channel has it, and neither before nor afterwards. */
    private static FoundSockets among(int[] numbers, NetworkChannel channel, Syscalls sys) throws IOException {
        int before = get(channel);
        int mark = unusedMark(numbers, sys);
        FoundSockets found;
        set(channel, mark);
        try {
            int shown = get(channel);
            found = FoundSockets.search(numbers, number -> isMarked(number, mark, sys), sys);
            if (get(channel) != shown) {
                return FoundSockets.NONE; // somebody else set it meanwhile
            }
        } finally {
            restore(channel, before);
        }
        return found.narrow(number -> !isMarked(number, mark, sys));
    }

    private static boolean isMarked(int number, int mark, Syscalls sys) {
        return SocketQueries.option(number, Linux.SO_RCVBUF, sys) == 2 * mark;
    }

    private static void restore(NetworkChannel channel, int before) throws IOException {
        set(channel, before);
        // The channel may show what the kernel holds, which is twice what is set.
        if (get(channel) != before) {
            set(channel, before / 2);
        }
    }

    private static int unusedMark(int[] numbers, Syscalls sys) {
        Set<Integer> used = new HashSet<>();
        for (int number : numbers) {
            used.add(SocketQueries.option(number, Linux.SO_RCVBUF, sys));
        }
        int mark;
        do {
            mark = ThreadLocalRandom.current().nextInt(LEAST_MARK, MOST_MARK);
        } while (used.contains(2 * mark));
        return mark;
    }

    private static int get(NetworkChannel channel) throws IOException {
        return channel.getOption(StandardSocketOptions.SO_RCVBUF);
    }

    private static void set(NetworkChannel channel, int bytes) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, bytes);
    }
}
