// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.socket.SocketQueries;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Descriptors of this process that a search found, by the socket behind them: several can have the same one. SO_COOKIE tells sockets apart,
 * for no two ever have the same.
 */
final class FoundSockets {

    static final FoundSockets NONE = new FoundSockets(Map.of());

    private final Map<Long, List<Integer>> numbers;

    private FoundSockets(Map<Long, List<Integer>> numbers) {
        this.numbers = numbers;
    }

    /**
     * Those of the numbers that are sockets and that the search is for. A number may be another socket's from one call to the next, so the
     * cookie is read before and after the search looks at the number.
     */
    static FoundSockets search(int[] numbers, IntPredicate wanted, Syscalls sys) {
        Map<Long, List<Integer>> found = new HashMap<>();
        for (int number : numbers) {
            if (wanted.test(number)) {
                long cookie = SocketQueries.cookie(number, sys);
                if (cookie >= 0 && wanted.test(number) && SocketQueries.cookie(number, sys) == cookie) {
                    found.computeIfAbsent(cookie, absent -> new ArrayList<>()).add(number);
                }
            }
        }
        return new FoundSockets(found);
    }

    /** Those of them that this search is for too. */
    FoundSockets narrow(IntPredicate wanted) {
        Map<Long, List<Integer>> narrowed = new HashMap<>(numbers);
        narrowed.values().removeIf(same -> same.stream().noneMatch(wanted::test));
        return new FoundSockets(narrowed);
    }

    /** How many sockets they are. */
    int count() {
        return numbers.size();
    }

    /** A duplicate of the only socket, which is the channel's, or {@link ChannelDescriptors#UNKNOWN} if there are none or several. */
    int duplicate(Channel channel, Syscalls sys) throws IOException {
        if (count() != 1) {
            return ChannelDescriptors.UNKNOWN;
        }
        long cookie = numbers.keySet().iterator().next();
        for (int number : numbers.get(cookie)) {
            // One that is not the channel's own may be somebody else's by now: look first, so as not to close what was not meant.
            if (SocketQueries.cookie(number, sys) == cookie) {
                LikelyNumbers.remember(channel, number);
                int fd = ChannelDescriptors.duplicateIf(number, duplicate -> SocketQueries.cookie(duplicate, sys) == cookie, sys);
                if (fd != ChannelDescriptors.UNKNOWN) {
                    return fd;
                }
            }
        }
        return ChannelDescriptors.UNKNOWN;
    }
}
