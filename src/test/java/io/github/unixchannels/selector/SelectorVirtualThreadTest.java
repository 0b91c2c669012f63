// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.SocketKind;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A virtual thread that selects waits parked, and what ends the wait of others ends its wait. */
@Timeout(120)
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads")
class SelectorVirtualThreadTest {

    @ParameterizedTest
    @EnumSource
    void anEventEndsItsWait(SocketKind kind, @TempDir Path folder) throws Exception {
        try (Selector selector = kind.provider().openSelector(); ConnectedSockets pair = kind.connect(folder)) {
            SelectionKey key = pair.client().configureBlocking(false).register(selector, SelectionKey.OP_READ);
            BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(() -> selector.select()).awaitParked();
            pair.accepted().write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
            assertTrue(key.isReadable());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWakeupEndsItsWaitAlsoOneBefore(SocketKind kind) throws Exception {
        try (Selector selector = kind.provider().openSelector()) {
            BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(() -> selector.select()).awaitParked();
            selector.wakeup();
            assertEquals(0, selecting.result());

            selector.wakeup();
            assertEquals(0, BackgroundCall.startVirtual(() -> selector.select()).result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsItsWaitAndStays(SocketKind kind) throws Exception {
        try (Selector selector = kind.provider().openSelector()) {
            BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(() -> selector.select()).awaitParked();
            selecting.interrupt();
            assertEquals(0, selecting.result());
            assertTrue(selecting.wasInterrupted());
            assertTrue(selector.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSelectorsCloseEndsItsWait(SocketKind kind) throws Exception {
        Selector selector = kind.provider().openSelector();
        BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(() -> selector.select()).awaitParked();
        selector.close();
        assertEquals(0, selecting.result());
    }

    @ParameterizedTest
    @EnumSource
    void itsWaitNeverEndsBeforeItsTime(SocketKind kind) throws Exception {
        try (Selector selector = kind.provider().openSelector()) {
            for (int millis = 1; millis < 10; millis++) {
                int timeout = millis;
                long start = System.nanoTime();
                assertEquals(0, BackgroundCall.startVirtual(() -> selector.select(timeout)).result());
                assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(millis), millis + " ms");
            }
            BackgroundCall<Integer> selecting = BackgroundCall.startVirtual(() -> selector.select(Long.MAX_VALUE)).awaitParked();
            selector.wakeup();
            assertEquals(0, selecting.result());
        }
    }
}
