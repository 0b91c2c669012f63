// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ByteChannel;

/**
 * Two blocking channels, connected to each other, of whatever type.
 *
 * @param near the end of the thread that measures
 * @param far the end of the other thread
 */
record ChannelPair(ByteChannel near, ByteChannel far) implements Closeable {

    @Override
    public void close() throws IOException {
        near.close();
        far.close();
    }
}
