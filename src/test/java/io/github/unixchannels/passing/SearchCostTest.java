// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.selector.EpollSelector;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The number of a descriptor is found by so many calls, however many descriptors the process has. */
@ExtendWith(NoFileLeaks.class)
class SearchCostTest {

    private static final int FEW = 100;
    private static final int MANY = 3000;

    /** Another thread that opens or closes something just then makes a search longer, so the shortest of some counts. */
    private static final int ROUNDS = 5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Syscalls sys = HostSyscalls.get();
    private final FaultySyscalls counted = new FaultySyscalls();
    private final FdFactory factory = new FdFactory(UnixSelectorProvider.provider(), counted.syscalls());
    private final List<Channel> opened = new ArrayList<>();
    private final List<Integer> others = new ArrayList<>();
    private ServerSocketChannel server;

    @TempDir
    Path folder;

    @FunctionalInterface
    private interface Search {
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface Opening {
        Channel open() throws IOException;
    }

    @BeforeEach
    void listen() throws IOException {
        server = open(ServerSocketChannel.open());
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void closeAll() throws IOException {
        others.forEach(sys::close);
        for (Channel channel : opened) {
            channel.close();
        }
    }

    private <C extends Channel> C open(C channel) {
        opened.add(channel);
        return channel;
    }

    /** Fills the table up with connections, which are what a search has the most to ask of. */
    private void haveOpen(int count) throws IOException {
        open(SocketChannel.open(server.getLocalAddress()));
        open(server.accept());
        int socket = sys.socket(Linux.AF_INET, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0);
        others.add(socket);
        while (others.size() < count) {
            int further = sys.fcntl(socket, Linux.F_DUPFD_CLOEXEC, 0);
            assumeTrue(further >= 0, "this process may not have so many descriptors");
            others.add(further);
        }
    }

    private long calls(Search search) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            int before = counted.calls().size();
            search.run();
            least = Math.min(least, counted.calls().size() - before);
        }
        return least;
    }

    private void assertFlat(Opening opening) throws IOException {
        haveOpen(FEW);
        Channel first = open(opening.open());
        long few = calls(() -> factory.duplicateOf(first).close());
        haveOpen(MANY);
        Channel second = open(opening.open());
        long many = calls(() -> factory.duplicateOf(second).close());
        assertTrue(many <= 2 * few, few + " calls with " + FEW + " descriptors, " + many + " with " + MANY);
    }

    @Test
    void ofABlockingTcpChannel() throws IOException {
        assertFlat(() -> {
            open(SocketChannel.open(server.getLocalAddress()));
            return server.accept();
        });
    }

    @Test
    void ofABlockingUdpChannel() throws IOException {
        assertFlat(() -> DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    @Test
    void ofABlockingUnixChannel() throws IOException {
        try (ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            unix.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
            assertFlat(() -> SocketChannel.open(unix.getLocalAddress()));
        }
    }

    @Test
    void ofANonBlockingChannel() throws IOException {
        assertFlat(() -> DatagramChannel.open().configureBlocking(false));
    }

    @Test
    void ofAFileChannel() throws IOException {
        Path file = Files.createFile(folder.resolve("x"));
        assertFlat(() -> FileChannel.open(file, StandardOpenOption.READ));
    }

    @Test
    void ofAChannelThatIsFoundOnceAndNoLongerTheLatest() throws IOException {
        haveOpen(FEW);
        SocketChannel channel = open(SocketChannel.open(server.getLocalAddress()));
        open(server.accept());
        long few = calls(() -> factory.duplicateOf(channel).close());
        haveOpen(MANY);
        long many = calls(() -> factory.duplicateOf(channel).close());
        assertTrue(many <= 2 * few, few + " calls with " + FEW + " descriptors, " + many + " with " + MANY);
    }

    @Test
    void ofTheFirstPlatformChannelOfASelector() throws IOException {
        DatagramChannel channel = open(DatagramChannel.open());
        channel.configureBlocking(false);
        haveOpen(FEW);
        long few = calls(() -> register(channel));
        haveOpen(MANY);
        long many = calls(() -> register(channel));
        assertTrue(many <= 2 * few, few + " calls with " + FEW + " descriptors, " + many + " with " + MANY);
    }

    private void register(DatagramChannel channel) throws IOException {
        UnixSelectorProvider provider = UnixSelectorProvider.provider();
        try (Selector selector = EpollSelector.open(provider, counted.syscalls(), channel::provider)) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            assertEquals(1, selector.selectNow());
            assertTrue(key.isWritable());
        }
    }

    /** The names in a folder are not listed by calls that are counted, but each is an object. */
    @Test
    void ofAFileThatBecomesAChannel() throws IOException {
        assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count a thread's allocations");
        FdFactory uncounted = new FdFactory(UnixSelectorProvider.provider(), sys);
        try (OwnedFd file = uncounted.memory("x", 1)) {
            haveOpen(FEW);
            long few = bytes(() -> file.duplicate().toFileChannel().close());
            haveOpen(MANY);
            long many = bytes(() -> file.duplicate().toFileChannel().close());
            assertTrue(many <= 2 * few, few + " bytes with " + FEW + " descriptors, " + many + " with " + MANY);
        }
    }

    private static long bytes(Search search) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            search.run();
            least = Math.min(least, THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        return least;
    }
}
