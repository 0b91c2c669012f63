// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.unixchannels.support.SelectorAxis;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In a steady loop a selector allocates nothing, once the compiler has seen that. */
@Timeout(240)
class SelectorAllocationTest {

    private static final int ITERATIONS = 10_000;

    /** For all iterations together: what the measurement itself takes. */
    private static final long ALLOWED_BYTES = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeEach
    void requireMeasurement() {
        assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count a thread's allocations");
        THREADS.setThreadAllocatedMemoryEnabled(true);
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Runs until one of many batches allocates nothing: when the compiler is done is not ours to say. */
    private static void assertAllocatesNothing(Step step) throws IOException {
        long allocated = 0;
        for (int batch = 0; batch < 100; batch++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < ITERATIONS; i++) {
                step.run();
            }
            allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            if (allocated <= ALLOWED_BYTES) {
                return;
            }
        }
        fail(allocated + " bytes in " + ITERATIONS + " iterations");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void selectingAndTakingOutWithAnIterator(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair();
                SelectorAxis.Pair other = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            other.near().register(selector, OP_WRITE);
            assertAllocatesNothing(() -> {
                assertTrue(selector.select() == 2);
                for (Iterator<SelectionKey> i = selector.selectedKeys().iterator(); i.hasNext(); ) {
                    SelectionKey key = i.next();
                    i.remove();
                    assertTrue(key.isWritable());
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void selectingWithATimeAndClearing(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            assertAllocatesNothing(() -> {
                assertTrue(selector.select(1000) == 1);
                selector.selectedKeys().clear();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void selectingWithAnAction(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_WRITE);
            Consumer<SelectionKey> action = key -> assertTrue(key.isWritable());
            assertAllocatesNothing(() -> {
                assertTrue(selector.select(action) == 1);
                assertTrue(selector.selectNow(action) == 1);
                assertTrue(selector.select(action, 1000) == 1);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void changingInterestsAndWakingUp(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            SelectionKey key = pair.near().register(selector, 0);
            assertAllocatesNothing(() -> {
                key.interestOps(OP_READ);
                selector.wakeup();
                assertTrue(selector.select() == 0);
                key.interestOpsOr(OP_WRITE);
                assertTrue(selector.selectNow() == 1);
                key.interestOpsAnd(0);
                selector.selectedKeys().clear();
                assertTrue(selector.selectNow() == 0);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void readingWhatWasSelectedInParts(SelectorAxis axis) throws Exception {
        try (Selector selector = axis.openSelector();
                SelectorAxis.Pair pair = axis.openPair()) {
            pair.near().register(selector, OP_READ);
            ByteBuffer message = ByteBuffer.allocateDirect(64);
            ByteBuffer part = ByteBuffer.allocateDirect(32);
            assertAllocatesNothing(() -> {
                pair.far().write(message.clear());
                for (int i = 0; i < 2; i++) {
                    assertTrue(selector.select() == 1);
                    selector.selectedKeys().clear();
                    assertTrue(pair.near().read(part.clear()) == part.capacity());
                }
            });
        }
    }
}
