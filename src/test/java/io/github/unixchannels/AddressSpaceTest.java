// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Threads that each send one small heap buffer, in a process whose address space is limited. */
class AddressSpaceTest {

    private static final int THREADS = 200;
    private static final long LIMIT_BYTES = 1700L << 20;

    static final class Threads {

        private Threads() {}

        public static void main(String[] arguments) throws Exception {
            UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
            CountDownLatch sent = new CountDownLatch(THREADS);
            CountDownLatch end = new CountDownLatch(1);
            Thread receiver = new Thread(() -> {
                ByteBuffer dst = ByteBuffer.allocateDirect(64);
                try {
                    while (pair.second().receive(dst) != null) {
                        dst.clear();
                    }
                } catch (Exception e) {
                    System.out.println(e);
                }
            });
            receiver.setDaemon(true);
            receiver.start();
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(null, () -> {
                    try {
                        pair.first().write(ByteBuffer.allocate(8));
                        sent.countDown();
                        end.await();
                    } catch (Throwable e) {
                        System.out.println(e);
                        sent.countDown();
                    }
                }, "sender", 256 << 10);
                thread.setDaemon(true);
                thread.start();
            }
            sent.await();
            System.out.println("all sent");
        }
    }

    @Test
    void manyThreadsNeedLittleAddressSpace() throws Exception {
        OtherProgram.assume("prlimit", "--as=" + LIMIT_BYTES, "true");
        ChildJvm child = ChildJvm.runBy(List.of("prlimit", "--as=" + LIMIT_BYTES), Map.of("MALLOC_ARENA_MAX", "1"), Threads.class,
                "-Xmx64m", "-XX:+UseSerialGC", "-XX:CompressedClassSpaceSize=64m", "-XX:ReservedCodeCacheSize=64m", "-Xshare:off");
        assertEquals("all sent", child.output(), child.errors());
    }
}
