// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.nio.ByteBuffer;
import jnr.unixsocket.UnixSocketChannel;

/** One message through a pair of jnr-unixsocket. Argument: STREAM. */
final class JnrFirstMessage {

    private JnrFirstMessage() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        UnixSocketChannel[] pair = UnixSocketChannel.pair();
        pair[0].write(ByteBuffer.allocate(FirstMessage.BYTES));
        FirstMessage.report(began, pair[1].read(ByteBuffer.allocate(FirstMessage.BYTES)));
    }
}
