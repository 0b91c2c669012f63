// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has the pollers that virtual threads wait with started before a test counts descriptors. A poller ends when no thread has waited for a
 * while; from the first virtual thread of a test on, two wait for ever, so that no poller ends while a test counts.
 */
public final class ParkingPollers implements BeforeAllCallback {

    private static boolean settled;
    private static UnixSocketChannel.Pair kept;

    /** Leaves the pollers of this process alone. */
    public static synchronized void leave() {
        settled = true;
    }

    /** Has the pollers started, if they are not. */
    static synchronized void keep() {
        if (settled) {
            return;
        }
        settled = true;
        try {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            kept = pair;
            BackgroundCall.startVirtual(() -> pair.first().read(ByteBuffer.allocate(1))).awaitParked();
            BackgroundCall.startVirtual(() -> pair.first().write(ByteBuffer.allocate(16 << 20))).awaitParked();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (VirtualThreadStarter.isAvailable()) {
            keep();
        }
    }
}
