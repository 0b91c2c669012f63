// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many children while other threads open and close files and sockets: none has what it should not, and nothing stays behind. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class ManyChildrenTest {

    private static final int ONE_BY_ONE = 1000;
    private static final int AT_A_TIME = 32;
    private static final int ROUNDS = 32;

    private volatile boolean over;

    @Test
    void noChildHasAForeignDescriptorAndNothingStays() throws Exception {
        long before = 0;
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            child(); // what the library opens once is open from here on
            before = openPipes();
            Future<?> files = threads.submit(this::openFiles);
            Future<?> sockets = threads.submit(this::openSockets);
            for (int i = 0; i < ONE_BY_ONE; i++) {
                child();
            }
            for (int round = 0; round < ROUNDS; round++) {
                List<Future<?>> together = new ArrayList<>();
                for (int i = 0; i < AT_A_TIME; i++) {
                    together.add(threads.submit(ManyChildrenTest::child));
                }
                for (Future<?> each : together) {
                    each.get();
                }
            }
            over = true;
            files.get();
            sockets.get();
        } finally {
            over = true;
            threads.shutdownNow();
        }
        long expected = before;
        await().untilAsserted(() -> assertEquals(expected, openPipes()));
        assertEquals(0, zombies());
    }

    private static Void child() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            ChildProcess child = new ChildProcessBuilder("/bin/sh", "-c", ChildProcessTest.LIST).descriptor(4, memory).start();
            assertEquals("0\n1\n2\n4\n", new String(child.getInputStream().readAllBytes(), UTF_8));
            assertEquals(0, child.waitFor());
        }
        return null;
    }

    private Void openFiles() throws Exception {
        Path file = Files.createTempFile("children", null);
        while (!over) {
            FileChannel.open(file, StandardOpenOption.READ).close();
        }
        Files.delete(file);
        return null;
    }

    private Void openSockets() throws Exception {
        while (!over) {
            UnixSocketChannel.pair(UnixProtocolFamily.STREAM).close();
            SocketChannel.open().close();
        }
        return null;
    }

    private static long openPipes() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(each -> {
                try {
                    return Files.readSymbolicLink(each).toString().startsWith("pipe:");
                } catch (IOException e) {
                    return false;
                }
            }).count();
        }
    }

    private static long zombies() {
        return ProcessHandle.current().children().filter(each -> {
            try {
                return Files.readString(Path.of("/proc/" + each.pid() + "/stat")).replaceFirst(".*\\) ", "").startsWith("Z");
            } catch (IOException e) {
                return false;
            }
        }).count();
    }
}
