// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static io.github.unixchannels.support.BackgroundCall.soon;
import static java.nio.channels.SelectionKey.OP_READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.ReportHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A selector that nobody closed and nobody can reach gives its descriptors back, and lets go of those of its channels. */
@Timeout(120)
class DroppedSelectorTest {

    private static final int DROPPED = 20;

    private interface Life {
        void live() throws IOException;
    }

    private static void assertNothingIsLeft(Life life) throws IOException {
        life.live();
        int before = OpenDescriptors.count();
        for (int i = 0; i < DROPPED; i++) {
            life.live();
        }
        soon().until(() -> {
            System.gc();
            return OpenDescriptors.count() <= before;
        });
    }

    private static Selector openSelector() throws IOException {
        return UnixSelectorProvider.provider().openSelector();
    }

    private static <T extends SelectableChannel> T register(T channel, Selector selector) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, OP_READ);
        selector.selectNow();
        return channel;
    }

    @Test
    void aSelectorThatIsDroppedIsClosed() throws IOException {
        assertNothingIsLeft(DroppedSelectorTest::openSelector);
    }

    @Test
    void aDatagramChannelThatIsDroppedWithItIsClosed() throws IOException {
        assertNothingIsLeft(() -> register(UnixDatagramChannel.open(), openSelector()));
    }

    @Test
    void aChannelThatWasClosedWhileRegisteredWithItIsGivenBack() throws IOException {
        assertNothingIsLeft(() -> {
            Selector selector = openSelector();
            try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
                register(pair.first(), selector);
                register(pair.second(), selector);
            }
        });
    }

    @Test
    void itIsReportedIfThatIsWanted() throws IOException {
        Logger logger = Logger.getLogger("io.github.unixchannels");
        ReportHandler handler = new ReportHandler();
        System.setProperty(OwnedFd.REPORT_PROPERTY, "true");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            openSelector();
            soon().until(() -> {
                System.gc();
                return handler.messages().stream().anyMatch(report -> report.matches("a selector on fd=[0-9]+ was forgotten.*"));
            });
        } finally {
            System.clearProperty(OwnedFd.REPORT_PROPERTY);
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }

    @Test
    void aSelectorIsReachableThroughItsChannelsKey() throws IOException {
        List<UnixSocketChannel.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < DROPPED; i++) {
            UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            register(pair.first(), openSelector());
            pairs.add(pair);
        }
        System.gc();
        System.gc();
        for (UnixSocketChannel.Pair pair : pairs) {
            pair.second().write(ByteBuffer.allocate(1));
            try (pair) {
                assertTrue(pair.first().isRegistered());
            }
        }
        assertEquals(DROPPED, pairs.size());
    }
}
