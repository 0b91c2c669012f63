// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Has the pollers that virtual threads wait with started before a test counts descriptors: they stay. */
public final class ParkingPollers implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        if (!VirtualThreadStarter.isAvailable()) {
            return;
        }
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            BackgroundCall<Integer> reading =
                    BackgroundCall.startVirtual(() -> pair.first().read(ByteBuffer.allocate(1))).awaitParked();
            BackgroundCall<Integer> writing =
                    BackgroundCall.startVirtual(() -> pair.first().write(ByteBuffer.allocate(16 << 20))).awaitParked();
            pair.first().close();
            awaitEnd(reading);
            awaitEnd(writing);
        }
    }

    /** A write that sent some bytes before returns how many. */
    private static void awaitEnd(BackgroundCall<Integer> call) throws Exception {
        try {
            call.result();
        } catch (ClosedChannelException e) {
            // as the channel was closed
        }
    }
}
