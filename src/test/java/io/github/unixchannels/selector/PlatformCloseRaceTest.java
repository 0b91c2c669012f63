// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * No descriptor of the Java platform's channels stays open, whichever threads register a channel, cancel its keys, select and close the channel
 * at once. {@code -Dsoak=true} does it a hundred times as often.
 */
@ExtendWith(NothingLeaks.class)
class PlatformCloseRaceTest {

    private static final int THREADS = 8;
    private static final int OPERATIONS = Boolean.getBoolean("soak") ? 300_000 : 3_000;

    private final AtomicReferenceArray<SelectableChannel> channels = new AtomicReferenceArray<>(3);
    private final List<Selector> selectors = new ArrayList<>();

    private static SelectableChannel open(int place) throws IOException {
        SelectableChannel channel = switch (place) {
            case 0 -> DatagramChannel.open();
            case 1 -> SocketChannel.open();
            default -> SocketChannel.open(StandardProtocolFamily.UNIX);
        };
        return channel.configureBlocking(false);
    }

    @RepeatedTest(5)
    void aChannelThatIsClosedWhileItsKeyIsCancelledGivesItsDescriptorBack() throws Exception {
        long seed = System.nanoTime();
        System.out.println("PlatformCloseRaceTest: seed " + seed);
        for (int i = 0; i < channels.length(); i++) {
            channels.set(i, open(i));
        }
        try (Selector first = UnixSelectorProvider.provider().openSelector();
                Selector second = UnixSelectorProvider.provider().openSelector()) {
            selectors.add(first);
            selectors.add(second);
            List<BackgroundCall<Void>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                calls.add(BackgroundCall.start(() -> {
                    for (int n = 0; n < OPERATIONS; n++) {
                        step(random);
                    }
                    return null;
                }));
            }
            for (BackgroundCall<Void> call : calls) {
                call.result();
            }
            for (int i = 0; i < channels.length(); i++) {
                channels.get(i).close();
            }
            first.selectNow();
            second.selectNow();
        }
    }

    private void step(Random random) throws IOException {
        int place = random.nextInt(channels.length());
        SelectableChannel channel = channels.get(place);
        Selector selector = selectors.get(random.nextInt(selectors.size()));
        try {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> channel.register(selector, random.nextInt(32) & channel.validOps());
                case 3, 4 -> cancel(channel.keyFor(selector));
                case 5, 6 -> selector.keys().forEach(SelectionKey::cancel);
                case 7, 8 -> selector.selectNow();
                default -> channels.getAndSet(place, open(place)).close();
            }
        } catch (CancelledKeyException | ClosedChannelException e) {
            // by another thread
        }
    }

    private static void cancel(SelectionKey key) {
        if (key != null) {
            key.cancel();
        }
    }
}
