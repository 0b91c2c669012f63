// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.nio.ByteBuffer;

/** One message through a pair of this library. Argument: the family. */
final class OursFirstMessage {

    private OursFirstMessage() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.valueOf(arguments[0]));
        pair.first().write(ByteBuffer.allocate(FirstMessage.BYTES));
        FirstMessage.report(began, pair.second().read(ByteBuffer.allocate(FirstMessage.BYTES)));
    }
}
