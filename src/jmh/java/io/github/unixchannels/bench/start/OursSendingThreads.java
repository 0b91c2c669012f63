// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;

/** Threads that send by this library. Arguments: family, how many. */
final class OursSendingThreads {

    private OursSendingThreads() {}

    public static void main(String[] arguments) throws Exception {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.valueOf(arguments[0]));
        new SendingThreads(pair.first(), pair.second()).measure(Integer.parseInt(arguments[1]));
    }
}
