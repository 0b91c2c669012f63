// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.FaultySyscalls.Fault;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.PatternBytes;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** System calls that are interrupted by a signal, do less than asked, or will not wait. */
class SystemCallFaultTest {

    private static final int O_NONBLOCK = 04000;

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    private static ByteBuffer[] large() {
        return new ByteBuffer[] {ByteBuffer.allocateDirect(16 << 10), ByteBuffer.allocateDirect(16)};
    }

    @ParameterizedTest
    @CsvSource({"STREAM,false", "STREAM,true", "SEQPACKET,false", "SEQPACKET,true"})
    void everyTransferIsTriedAgainAfterASignal(UnixProtocolFamily family, boolean blocking) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.first().configureBlocking(blocking);
            pair.second().configureBlocking(blocking);
            faulty.fail("send", Errno.EINTR, 3).fail("recv", Errno.EINTR, 3);
            assertEquals(9, pair.first().write(ByteBuffer.allocate(9)));
            assertEquals(9, pair.second().read(ByteBuffer.allocate(16)));
            assertEquals(4, faulty.count("send"));
            assertEquals(4, faulty.count("recv"));
            faulty.fail("sendmsg", Errno.EINTR, 3).fail("recvmsg", Errno.EINTR, 3);
            assertEquals((16 << 10) + 16, pair.first().write(large()));
            assertEquals((16 << 10) + 16, pair.second().read(large()));
            assertEquals(4, faulty.count("sendmsg"));
            assertEquals(4, faulty.count("recvmsg"));
        }
    }

    @ParameterizedTest
    @CsvSource({"STREAM,false", "STREAM,true", "SEQPACKET,false", "SEQPACKET,true"})
    void connectAndAcceptAreTriedAgainAfterASignal(UnixProtocolFamily family, boolean blocking) throws IOException {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(family);
                UnixSocketChannel client = provider.openSocketChannel(family)) {
            listener.bind(null);
            listener.configureBlocking(blocking);
            client.configureBlocking(blocking);
            faulty.fail("connect", Errno.EINTR, 3).fail("accept4", Errno.EINTR, 3);
            assertTrue(client.connect(listener.getLocalAddress()));
            listener.accept().close();
            assertEquals(4, faulty.count("connect"));
            assertEquals(4, faulty.count("accept4"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aConnectThatASignalInterruptedAfterItsWorkWasDoneIsConnected(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(family);
                UnixSocketChannel client = provider.openSocketChannel(family)) {
            listener.bind(null);
            faulty.next("connect", (real, arguments) -> {
                assertEquals(0, real.with(arguments));
                return -Errno.EINTR;
            });
            assertTrue(client.connect(listener.getLocalAddress()));
            assertTrue(client.isConnected());
            try (SocketChannel accepted = listener.accept()) {
                assertEquals(1, accepted.write(ByteBuffer.allocate(1)));
                assertEquals(1, client.read(ByteBuffer.allocate(1)));
            }
        }
    }

    @Test
    void waitsAreTriedAgainAfterASignal() throws Exception {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.STREAM);
                UnixSocketChannel client = provider.openSocketChannel(UnixProtocolFamily.STREAM);
                Selector selector = provider.openSelector()) {
            listener.bind(null);
            faulty.fail("poll", Errno.EINTR, 3).fail("epollWait", Errno.EINTR, 3);
            BackgroundCall<UnixSocketChannel> accepting = BackgroundCall.start(listener::accept);
            BackgroundCall.soon().until(() -> faulty.count("poll") == 4);
            accepting.awaitBlocked();
            client.connect(listener.getLocalAddress());
            UnixSocketChannel accepted = accepting.result();
            accepted.configureBlocking(false);
            SelectionKey key = accepted.register(selector, SelectionKey.OP_READ);
            BackgroundCall<Integer> selecting = BackgroundCall.start(selector::select);
            BackgroundCall.soon().until(() -> faulty.count("epollWait") == 4);
            selecting.awaitBlocked();
            client.write(ByteBuffer.allocate(1));
            assertEquals(1, selecting.result());
            assertTrue(key.isReadable());
            accepted.close();
        }
    }

    private interface Operation {
        Object on(UnixSocketChannel channel) throws IOException;
    }

    /** Sends no more than {@code most} bytes. */
    private static Fault shortSend(long most) {
        return (real, arguments) -> real.with(arguments[0], arguments[1], Math.min(most, (long) arguments[2]), arguments[3]);
    }

    /** Sends no more than {@code most} bytes, of the first segment. */
    private static Fault shortSendmsg(long most) {
        return (real, arguments) -> {
            ByteBuffer header = HostSyscalls.get().view((long) arguments[1], 24);
            ByteBuffer segment = HostSyscalls.get().view(header.getLong(16), 16);
            long length = Math.min(most, segment.getLong(8));
            return HostSyscalls.get().send((int) arguments[0], segment.getLong(0), length, (int) arguments[2]);
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockingWriteCompletesShortSends(boolean direct) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(UnixProtocolFamily.STREAM)) {
            ByteBuffer bytes = direct ? ByteBuffer.allocateDirect(1000) : ByteBuffer.allocate(1000);
            faulty.next("send", shortSend(3)).next("send", shortSend(1)).next("send", shortSend(500));
            assertEquals(1000, pair.first().write(PatternBytes.fill(bytes, 0)));
            assertFalse(bytes.hasRemaining());
            assertEquals(4, faulty.count("send"));
            PatternBytes.read(pair.second(), 0, 1000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockingGatheringWriteCompletesShortSends(boolean direct) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(UnixProtocolFamily.STREAM)) {
            ByteBuffer whole = PatternBytes.fill(direct ? ByteBuffer.allocateDirect(1000) : ByteBuffer.allocate(1000), 0);
            ByteBuffer[] parts = {whole.slice(0, 10), whole.slice(10, 600), whole.slice(610, 390)};
            faulty.next("sendmsg", shortSendmsg(3)).next("sendmsg", shortSendmsg(7)).next("sendmsg", shortSendmsg(599));
            assertEquals(1000, pair.first().write(parts));
            assertEquals(4, faulty.count("sendmsg"));
            PatternBytes.read(pair.second(), 0, 1000);
        }
    }

    @Test
    void aNonBlockingWriteReportsAShortSend() throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(UnixProtocolFamily.STREAM)) {
            pair.first().configureBlocking(false);
            faulty.next("send", shortSend(3)).next("sendmsg", shortSendmsg(4));
            ByteBuffer bytes = PatternBytes.fill(ByteBuffer.allocate(1000), 0);
            assertEquals(3, pair.first().write(bytes));
            assertEquals(3, bytes.position());
            ByteBuffer[] parts = {bytes, ByteBuffer.allocate(1)};
            assertEquals(4, pair.first().write(parts));
            assertEquals(7, bytes.position());
            PatternBytes.read(pair.second(), 0, 7);
        }
    }

    /** Makes the description O_NONBLOCK, as another process that shares it might. */
    private static final Fault MADE_NONBLOCKING = (real, arguments) -> {
        assertEquals(0, HostSyscalls.get().fcntl((int) arguments[0], Linux.F_SETFL, Linux.O_RDWR | O_NONBLOCK));
        return real.with(arguments);
    };

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aBlockingReadOfADescriptionThatSomebodyMadeNonBlockingWaits(UnixProtocolFamily family) throws Exception {
        faulty.next("recv", MADE_NONBLOCKING);
        assertWaitsInPoll(family, channel -> channel.read(ByteBuffer.allocate(8)), peer -> peer.write(ByteBuffer.allocate(5)), 5);
        faulty.next("recv", MADE_NONBLOCKING);
        assertWaitsInPoll(family, channel -> channel.read(ByteBuffer.allocate(8)), UnixSocketChannel::shutdownOutput, -1);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aBlockingWriteToADescriptionThatSomebodyMadeNonBlockingWaits(UnixProtocolFamily family) throws Exception {
        Operation write = channel -> channel.write(ByteBuffer.allocate(5));
        assertWaitsInPoll(family, channel -> {
            BlockingOperation.fill(channel);
            faulty.next("send", MADE_NONBLOCKING);
            return write.on(channel);
        }, peer -> {
            peer.configureBlocking(false);
            while (peer.read(ByteBuffer.allocateDirect(1 << 20)) > 0) {
                // until it is empty
            }
            return null;
        }, 5);
    }

    private void assertWaitsInPoll(UnixProtocolFamily family, Operation operation, Operation wakeUp, int expected) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            assertEquals(expected, inPoll(() -> operation.on(pair.first()), () -> wakeUp.on(pair.second())).result());
        }
        assertThrowsAfterClose(family, operation);
    }

    private void assertThrowsAfterClose(UnixProtocolFamily family, Operation operation) throws Exception {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            faulty.next("recv", MADE_NONBLOCKING);
            UnixSocketChannel channel = pair.first();
            BackgroundCall<Object> waiting = inPoll(() -> operation.on(channel), () -> {
                channel.close();
                return null;
            });
            assertThrowsExactly(AsynchronousCloseException.class, waiting::result);
        }
    }

    private BackgroundCall<Object> inPoll(Callable<Object> operation, Callable<Object> wakeUp) throws Exception {
        long polls = faulty.count("poll");
        BackgroundCall<Object> waiting = BackgroundCall.start(operation);
        BackgroundCall.soon().until(() -> faulty.count("poll") > polls);
        waiting.awaitBlocked();
        wakeUp.call();
        return waiting;
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINTR, Errno.EIO})
    void aCloseThatFailsIsNotRepeated(int errno) throws IOException {
        UnixSocketChannel channel = provider.openSocketChannel(UnixProtocolFamily.SEQPACKET);
        faulty.next("close", (real, arguments) -> {
            assertEquals(0, real.with(arguments));
            return -errno;
        });
        channel.close();
        channel.close();
        assertFalse(channel.isOpen());
        assertEquals(1, faulty.count("close"));
    }
}
