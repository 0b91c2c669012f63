// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls.Fault;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A close comes while a system call is under way: its outcome then says nothing about the peer. */
class CloseOvertakesTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    private static ByteBuffer[] large() {
        return new ByteBuffer[] {ByteBuffer.allocateDirect(16 << 10), ByteBuffer.allocateDirect(16)};
    }

    @ParameterizedTest
    @CsvSource({"STREAM,true", "STREAM,false", "SEQPACKET,true", "SEQPACKET,false"})
    void aSignalWhileTheChannelIsClosedIsTheCloseAndNotTriedAgain(UnixProtocolFamily family, boolean blocking) throws IOException {
        assertOvertaken(family, blocking, "recv", channel -> channel.read(ByteBuffer.allocate(1)), true);
        assertOvertaken(family, blocking, "send", channel -> channel.write(ByteBuffer.allocate(1)), true);
        assertOvertaken(family, blocking, "recvmsg", channel -> channel.read(large()), true);
        assertOvertaken(family, blocking, "sendmsg", channel -> channel.write(large()), true);
    }

    @ParameterizedTest
    @CsvSource({"STREAM,true", "STREAM,false", "SEQPACKET,true", "SEQPACKET,false"})
    void theEndThatAChannelsOwnCloseMakesIsNotThePeers(UnixProtocolFamily family, boolean blocking) throws IOException {
        assertOvertaken(family, blocking, "recv", channel -> channel.read(ByteBuffer.allocate(1)), false);
        assertOvertaken(family, blocking, "send", channel -> channel.write(ByteBuffer.allocate(1)), false);
        assertOvertaken(family, blocking, "recvmsg", channel -> channel.read(large()), false);
        assertOvertaken(family, blocking, "sendmsg", channel -> channel.write(large()), false);
    }

    private interface Operation {
        Object on(UnixSocketChannel channel) throws IOException;
    }

    private void assertOvertaken(UnixProtocolFamily family, boolean blocking, String call, Operation operation, boolean signal)
            throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.first().configureBlocking(blocking);
            faulty.next(call, closing(pair.first(), signal ? -(long) Errno.EINTR : null));
            assertThrowsExactly(AsynchronousCloseException.class, () -> operation.on(pair.first()), call);
        }
    }

    /** Closes the channel, and then returns {@code result} or, if that is null, what the kernel says. */
    private static Fault closing(Channel channel, Object result) {
        return (real, arguments) -> {
            channel.close();
            return result != null ? result : real.with(arguments);
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAcceptThatACloseOvertakesEndsWithAsynchronousCloseException(boolean blocking) throws IOException {
        for (Integer result : new Integer[] {null, -Errno.EINTR}) {
            try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.STREAM)) {
                listener.bind(null);
                listener.configureBlocking(blocking);
                faulty.next("accept4", closing(listener, result));
                assertThrowsExactly(AsynchronousCloseException.class, listener::accept);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectThatACloseOvertakesEndsWithAsynchronousCloseException(boolean blocking) throws IOException {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.STREAM);
                UnixSocketChannel client = provider.openSocketChannel(UnixProtocolFamily.STREAM)) {
            listener.bind(null);
            client.configureBlocking(blocking);
            faulty.next("connect", closing(client, -Errno.EINTR));
            assertThrowsExactly(AsynchronousCloseException.class, () -> client.connect(listener.getLocalAddress()));
        }
    }

    /** The real call, and then something else before it returns. */
    private static Fault andThen(Executable next) {
        return (real, arguments) -> {
            Object result = real.with(arguments);
            next.execute();
            return result;
        };
    }

    @ParameterizedTest
    @CsvSource({"STREAM,true", "STREAM,false", "SEQPACKET,true", "SEQPACKET,false"})
    void whatWasDoneBeforeTheCloseCounts(UnixProtocolFamily family, boolean blocking) throws IOException {
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.first().configureBlocking(blocking);
            pair.second().write(ByteBuffer.allocate(5));
            faulty.next("recv", andThen(pair.first()::close));
            assertEquals(5, pair.first().read(ByteBuffer.allocate(8)));
            assertFalse(pair.first().isOpen());
        }
        try (UnixSocketChannel.Pair pair = provider.openSocketPair(family)) {
            pair.first().configureBlocking(blocking);
            faulty.next("send", andThen(pair.first()::close));
            assertEquals(5, pair.first().write(ByteBuffer.allocate(5)));
            assertEquals(5, pair.second().read(ByteBuffer.allocate(8)));
            assertEquals(-1, pair.second().read(ByteBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionAcceptedBeforeTheCloseIsReturned(boolean blocking) throws IOException {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.STREAM);
                UnixSocketChannel client = provider.openSocketChannel(UnixProtocolFamily.STREAM)) {
            listener.bind(null);
            listener.configureBlocking(blocking);
            client.connect(listener.getLocalAddress());
            faulty.next("accept4", andThen(listener::close));
            try (UnixSocketChannel accepted = listener.accept()) {
                assertEquals(1, accepted.write(ByteBuffer.allocate(1)));
                assertEquals(1, client.read(ByteBuffer.allocate(8)));
            }
        }
    }

    private static void interruptFromAnotherThread(Thread target) {
        BackgroundCall<Void> interrupting = BackgroundCall.start(() -> {
            target.interrupt();
            return null;
        });
        while (!interrupting.isDone()) {
            Thread.onSpinWait(); // to wait in any other way would throw InterruptedException
        }
    }

    @Test
    void aConnectionAcceptedBeforeTheInterruptIsClosedForNobodyWillEverSeeIt() throws Exception {
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(UnixProtocolFamily.STREAM);
                UnixSocketChannel client = provider.openSocketChannel(UnixProtocolFamily.STREAM)) {
            listener.bind(null);
            client.connect(listener.getLocalAddress());
            Thread accepting = Thread.currentThread();
            faulty.next("accept4", andThen(() -> interruptFromAnotherThread(accepting)));
            assertThrowsExactly(ClosedByInterruptException.class, listener::accept);
            assertTrue(Thread.interrupted());
            client.configureBlocking(false);
            assertEquals(-1, client.read(ByteBuffer.allocate(8)));
        }
    }
}
