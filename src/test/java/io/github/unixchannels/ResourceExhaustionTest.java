// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.PatternBytes;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel has no descriptor or no memory left: the exception says so, nothing leaks, and all goes on once there is some again. */
class ResourceExhaustionTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    private <X extends IOException> void assertFails(Class<X> type, String call, int errno, String name, Executable operation) {
        int before = OpenDescriptors.count();
        faulty.fail(call, errno, 1);
        X failure = assertThrowsExactly(type, operation);
        assertTrue(failure.getMessage().contains(name), failure::getMessage);
        assertEquals(before, OpenDescriptors.count());
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void openWithoutADescriptorLeftSaysSo(UnixProtocolFamily family) throws IOException {
        assertFails(SocketException.class, "socket", Errno.EMFILE, "EMFILE", () -> provider.openSocketChannel(family));
        assertFails(SocketException.class, "socket", Errno.ENFILE, "ENFILE", () -> provider.openServerSocketChannel(family));
        assertFails(SocketException.class, "socketpair", Errno.EMFILE, "EMFILE", () -> provider.openSocketPair(family));
        provider.openSocketChannel(family).close();
        provider.openServerSocketChannel(family).close();
        provider.openSocketPair(family).close();
    }

    @Test
    void openOfASelectorWithoutADescriptorLeftSaysSo() throws IOException {
        assertFails(IOException.class, "epollCreate1", Errno.EMFILE, "EMFILE", provider::openSelector);
        assertFails(IOException.class, "eventfd", Errno.EMFILE, "EMFILE", provider::openSelector);
        assertFails(IOException.class, "epollCtl", Errno.ENOSPC, "ENOSPC", provider::openSelector);
        try (Selector selector = provider.openSelector()) {
            assertEquals(0, selector.selectNow());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptWithoutADescriptorLeftSaysSoAndTheConnectionWaits(boolean blocking) throws IOException {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.SEQPACKET);
                UnixSocketChannel client = provider.openSocketChannel(UnixProtocolFamily.SEQPACKET)) {
            listener.bind(null);
            listener.configureBlocking(blocking);
            client.connect(listener.getLocalAddress());
            assertFails(SocketException.class, "accept4", Errno.EMFILE, "EMFILE", listener::accept);
            assertFails(SocketException.class, "accept4", Errno.ENOMEM, "ENOMEM", listener::accept);
            assertTrue(listener.isOpen());
            try (SocketChannel accepted = listener.accept()) {
                client.write(ByteBuffer.allocate(1));
                assertEquals(1, accepted.read(ByteBuffer.allocate(1)));
            }
        }
    }

    /** Where paths are ASCII, as in the POSIX locale, a name may have bytes that no relative Path can express. */
    @Test
    void anAcceptFromAPeerWithANameThatNoPathExpressesLeaksNothing() throws IOException {
        assumeFalse(Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode('\ufffd'), "paths express any bytes");
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.STREAM);
                UnixSocketChannel client = provider.openSocketChannel(UnixProtocolFamily.STREAM)) {
            listener.bind(null);
            client.connect(listener.getLocalAddress());
            int before = OpenDescriptors.count();
            faulty.next("accept4", (real, arguments) -> {
                Object fd = real.with(arguments);
                HostSyscalls.get().view((long) arguments[1], 4).putShort(0, (short) Linux.AF_UNIX).put(2, (byte) 0xe9).put(3, (byte) 0);
                HostSyscalls.get().view((long) arguments[2], 4).putInt(0, 4);
                return fd;
            });
            try {
                listener.accept().close();
            } catch (InvalidPathException e) {
                // so far it is not accepted
            }
            assertEquals(before, OpenDescriptors.count());
        }
    }

    @Test
    void connectWithoutMemoryLeftSaysSoAndClosesTheChannel() throws IOException {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.STREAM);
                UnixSocketChannel client = provider.openSocketChannel(UnixProtocolFamily.STREAM)) {
            listener.bind(null);
            int before = OpenDescriptors.count();
            faulty.fail("connect", Errno.ENOMEM, 1);
            SocketException failure = assertThrowsExactly(SocketException.class, () -> client.connect(listener.getLocalAddress()));
            assertTrue(failure.getMessage().contains("ENOMEM"), failure::getMessage);
            assertFalse(client.isOpen());
            assertEquals(before - 1, OpenDescriptors.count());
        }
    }

    static Stream<Arguments> noMemory() {
        return Stream.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)
                .flatMap(family -> Stream.of(true, false)
                        .flatMap(blocking -> Stream.of(
                                Arguments.of(family, blocking, Errno.ENOBUFS, "ENOBUFS"),
                                Arguments.of(family, blocking, Errno.ENOMEM, "ENOMEM"))));
    }

    @ParameterizedTest
    @MethodSource("noMemory")
    void aWriteWithoutMemoryLeftSaysSoAndMovesNothing(UnixProtocolFamily family, boolean blocking, int errno, String name)
            throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.first().configureBlocking(blocking);
            for (ByteBuffer bytes : new ByteBuffer[] {ByteBuffer.allocate(10), ByteBuffer.allocateDirect(10)}) {
                bytes.position(2);
                assertFails(IOException.class, "send", errno, name, () -> pair.first().write(bytes));
                assertEquals(2, bytes.position());
                assertEquals(8, pair.first().write(bytes));
                assertEquals(8, pair.second().read(ByteBuffer.allocate(16)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("noMemory")
    void aGatheringWriteWithoutMemoryLeftSaysSoAndMovesNothing(UnixProtocolFamily family, boolean blocking, int errno, String name)
            throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.first().configureBlocking(blocking);
            ByteBuffer[] bytes = {ByteBuffer.allocate(10), ByteBuffer.allocateDirect(8000)};
            bytes[0].position(2);
            assertFails(IOException.class, "sendmsg", errno, name, () -> pair.first().write(bytes));
            assertEquals(2, bytes[0].position());
            assertEquals(0, bytes[1].position());
            assertEquals(8008, pair.first().write(bytes));
            assertEquals(8008, pair.second().read(ByteBuffer.allocate(10000)));
        }
    }

    @ParameterizedTest
    @MethodSource("noMemory")
    void aReadWithoutMemoryLeftSaysSoAndLosesNothing(UnixProtocolFamily family, boolean blocking, int errno, String name)
            throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.second().configureBlocking(blocking);
            pair.first().write(ByteBuffer.allocate(8));
            ByteBuffer dst = ByteBuffer.allocate(16);
            assertFails(IOException.class, "recv", errno, name, () -> pair.second().read(dst));
            assertEquals(0, dst.position());
            assertEquals(8, pair.second().read(dst));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockingStreamWriteThatRunsOutOfMemoryHalfwayReturnsWhatItWrote(boolean direct) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(UnixProtocolFamily.STREAM)) {
            ByteBuffer bytes = PatternBytes.fill(direct ? ByteBuffer.allocateDirect(1000) : ByteBuffer.allocate(1000), 0);
            faulty.next("send", (real, arguments) -> real.with(arguments[0], arguments[1], 300L, arguments[3]));
            faulty.fail("send", Errno.ENOBUFS, 1);
            assertEquals(300, pair.first().write(bytes));
            assertEquals(300, bytes.position());
            assertEquals(700, pair.first().write(bytes));
            PatternBytes.read(pair.second(), 0, 1000);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aFailedWaitSaysSoAndLeavesTheChannelUsable(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            faulty.fail("recv", Errno.EAGAIN, 1);
            assertFails(IOException.class, "poll", Errno.ENOMEM, "ENOMEM", () -> pair.second().read(ByteBuffer.allocate(16)));
            faulty.fail("send", Errno.EAGAIN, 1);
            ByteBuffer bytes = ByteBuffer.allocate(8);
            assertFails(IOException.class, "poll", Errno.ENOMEM, "ENOMEM", () -> pair.first().write(bytes));
            assertEquals(8, pair.first().write(bytes));
            assertEquals(8, pair.second().read(ByteBuffer.allocate(16)));
        }
    }
}
