// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.ConnectionSource;
import io.github.unixchannels.support.ConnectionSource.Connected;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A selection on a virtual thread parks it, and is ended by all that ends one on a platform thread. */
class VirtualThreadSelectionTest {

    private static final int REPETITIONS = 50;

    @TempDir
    Path directory;

    @BeforeEach
    void requireVirtualThreads() {
        assumeTrue(VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
    }

    @Test
    void aSelectionWaitsUntilAKeyIsReady() throws Exception {
        try (Connected pair = ConnectionSource.STREAM.connect(directory);
                Selector selector = UnixSelectorProvider.provider().openSelector()) {
            pair.near().configureBlocking(false);
            SelectionKey key = pair.near().register(selector, SelectionKey.OP_READ);
            BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(selector::select).awaitParked();
            pair.far().write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
            assertTrue(key.isReadable());
        }
    }

    @Test
    void wakeupAndInterruptEndASelection() throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            for (int i = 0; i < REPETITIONS; i++) {
                BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(selector::select).awaitParked();
                selector.wakeup();
                assertEquals(0, selecting.result());
                assertFalse(selecting.wasInterrupted());
                BackgroundCall<Integer> interrupted = BackgroundCall.startVirtual(selector::select).awaitParked();
                interrupted.interrupt();
                assertEquals(0, interrupted.result());
                assertTrue(interrupted.wasInterrupted());
                assertTrue(selector.isOpen());
            }
        }
    }

    @Test
    void closeOfTheSelectorEndsASelection() throws Exception {
        Selector selector = UnixSelectorProvider.provider().openSelector();
        BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(selector::select).awaitParked();
        selector.close();
        assertEquals(0, selecting.result());
    }

    @Test
    void aSelectionWithATimeoutEndsByItself() throws Exception {
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            assertEquals(0, BackgroundCall.startVirtual(() -> selector.select(1)).result());
            assertNotNull(selector.keys());
        }
    }
}
