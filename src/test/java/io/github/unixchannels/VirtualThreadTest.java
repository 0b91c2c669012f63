// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation.Prepared;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.SocketKind;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What waits on a virtual thread parks, and is woken by all that wakes a platform thread. */
class VirtualThreadTest {

    private static final int REPETITIONS = 50;

    @TempDir
    Path directory;

    @BeforeEach
    void requireVirtualThreads() {
        assumeTrue(VirtualThreadStarter.isAvailable(), "virtual threads come with Java 21");
    }

    static Stream<Arguments> operations() {
        return Stream.of(SocketKind.STREAM, SocketKind.SEQPACKET)
                .flatMap(source -> Stream.of(BlockingOperation.values()).map(operation -> Arguments.of(source, operation)));
    }

    static Stream<SocketKind> ours() {
        return Stream.of(SocketKind.values()).filter(SocketKind::isOurs);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void closeEndsAParkedOperationWithAsynchronousCloseException(SocketKind source, BlockingOperation operation) throws IOException {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare(source, directory)) {
                BackgroundCall<Object> parked = BackgroundCall.startVirtual(prepared.call()).awaitParked();
                prepared.channel().close();
                assertThrowsExactly(AsynchronousCloseException.class, parked::result);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void interruptEndsAParkedOperationWithClosedByInterruptException(SocketKind source, BlockingOperation operation)
            throws IOException {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare(source, directory)) {
                BackgroundCall<Object> parked = BackgroundCall.startVirtual(prepared.call()).awaitParked();
                parked.interrupt();
                assertThrowsExactly(ClosedByInterruptException.class, parked::result);
                assertTrue(parked.wasInterrupted());
                assertFalse(prepared.channel().isOpen());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationOfAnInterruptedThreadClosesTheChannel(SocketKind source, BlockingOperation operation) throws IOException {
        try (Prepared prepared = operation.prepare(source, directory)) {
            BackgroundCall<Object> interrupted = BackgroundCall.startVirtual(() -> {
                Thread.currentThread().interrupt();
                return prepared.call().call();
            });
            assertThrowsExactly(ClosedByInterruptException.class, interrupted::result);
            assertTrue(interrupted.wasInterrupted());
            assertFalse(prepared.channel().isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void moreParkedOperationsThanProcessorsLeaveRoomForAnotherThread(SocketKind source, BlockingOperation operation)
            throws Exception {
        List<Prepared> all = new ArrayList<>();
        try {
            List<BackgroundCall<Object>> parked = new ArrayList<>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 1; i++) {
                all.add(operation.prepare(source, directory));
                parked.add(BackgroundCall.startVirtual(all.get(i).call()).awaitParked());
            }
            assertEquals("done", BackgroundCall.startVirtual(() -> "done").result());
            for (BackgroundCall<Object> call : parked) {
                assertFalse(call.isDone());
            }
        } finally {
            for (Prepared prepared : all) {
                prepared.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void dataWakesAParkedReader(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            for (int i = 0; i < REPETITIONS; i++) {
                BackgroundCall<Integer> parked = BackgroundCall.startVirtual(() -> pair.client().read(ByteBuffer.allocate(16)));
                parked.awaitParked();
                pair.accepted().write(ByteBuffer.allocate(5));
                assertEquals(5, parked.result());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void aReaderAndAWriterParkOnOneChannelAtOnce(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            long filled = BlockingOperation.fill(pair.client());
            BackgroundCall<Integer> writer = BackgroundCall.startVirtual(() -> pair.client().write(ByteBuffer.allocate(3))).awaitParked();
            BackgroundCall<Integer> reader = BackgroundCall.startVirtual(() -> pair.client().read(ByteBuffer.allocate(8))).awaitParked();
            pair.accepted().write(ByteBuffer.allocate(4));
            assertEquals(4, reader.result());
            assertFalse(writer.isDone());
            ByteBuffer drained = ByteBuffer.allocate((int) filled + 3);
            while (drained.hasRemaining()) {
                pair.accepted().read(drained);
            }
            assertEquals(3, writer.result());
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void aConnectionWakesAParkedAcceptAndAnAcceptAParkedConnect(SocketKind source) throws Exception {
        try (ServerSocketChannel listener = source.listen(directory, 1)) {
            BackgroundCall<SocketChannel> accepting = BackgroundCall.startVirtual(listener::accept).awaitParked();
            List<SocketChannel> clients = new ArrayList<>();
            clients.add(connected(source, listener));
            accepting.result().close();
            clients.add(connected(source, listener));
            clients.add(connected(source, listener));
            SocketChannel third = source.openSocket();
            clients.add(third);
            BackgroundCall<Boolean> connecting = BackgroundCall.startVirtual(() -> third.connect(listener.getLocalAddress())).awaitParked();
            listener.accept().close();
            assertTrue(connecting.result());
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    private static SocketChannel connected(SocketKind source, ServerSocketChannel listener) throws IOException {
        SocketChannel client = source.openSocket();
        assertTrue(client.connect(listener.getLocalAddress()));
        return client;
    }

    @ParameterizedTest
    @MethodSource("ours")
    void shutdownInputWakesAParkedReaderWithTheEnd(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> parked = BackgroundCall.startVirtual(() -> pair.client().read(ByteBuffer.allocate(16))).awaitParked();
            pair.client().shutdownInput();
            assertEquals(-1, parked.result());
            assertTrue(pair.client().isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void shutdownOutputWakesAParkedWriter(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            BlockingOperation.fill(pair.client());
            BackgroundCall<Integer> parked = BackgroundCall.startVirtual(() -> pair.client().write(ByteBuffer.allocate(16))).awaitParked();
            pair.client().shutdownOutput();
            assertThrowsExactly(AsynchronousCloseException.class, parked::result);
            assertTrue(pair.client().isOpen());
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void theEndOfThePeerWakesAParkedReaderAndAParkedWriter(SocketKind source) throws Exception {
        try (ConnectedSockets pair = source.connect(directory)) {
            BlockingOperation.fill(pair.client());
            BackgroundCall<Integer> writer = BackgroundCall.startVirtual(() -> pair.client().write(ByteBuffer.allocate(1))).awaitParked();
            pair.accepted().close();
            assertFalse(assertThrows(IOException.class, writer::result) instanceof ClosedChannelException);
        }
        try (ConnectedSockets pair = source.connect(directory)) {
            BackgroundCall<Integer> reader = BackgroundCall.startVirtual(() -> pair.client().read(ByteBuffer.allocate(1))).awaitParked();
            pair.accepted().close();
            assertEquals(-1, reader.result());
        }
    }

    /** Where the JDK's own channels, on a virtual thread, return early. */
    @Test
    void aStreamWriteOfManyTimesTheSendBufferIsWrittenWhole() throws Exception {
        int size = 4 << 20;
        try (ConnectedSockets pair = SocketKind.STREAM.connect(directory)) {
            BackgroundCall<Integer> writer = BackgroundCall.startVirtual(() -> pair.client().write(ByteBuffer.allocate(size)));
            ByteBuffer received = ByteBuffer.allocateDirect(size);
            while (received.hasRemaining()) {
                assertTrue(pair.accepted().read(received) > 0);
            }
            assertEquals(size, writer.result());
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void manyVirtualThreadsPassBytesOnWithoutLosingOne(SocketKind source) throws Exception {
        int links = 40;
        List<ConnectedSockets> chain = new ArrayList<>();
        try {
            for (int i = 0; i <= links; i++) {
                chain.add(source.connect(directory));
            }
            List<BackgroundCall<Integer>> relays = new ArrayList<>();
            for (int i = 0; i < links; i++) {
                SocketChannel from = chain.get(i).accepted();
                SocketChannel to = chain.get(i + 1).client();
                relays.add(BackgroundCall.startVirtual(() -> relay(from, to)));
            }
            for (int value = 0; value < 100; value++) {
                chain.get(0).client().write(ByteBuffer.allocate(1).put(0, (byte) value));
                ByteBuffer arrived = ByteBuffer.allocate(1);
                chain.get(links).accepted().read(arrived);
                assertEquals(value, arrived.get(0));
            }
            chain.get(0).client().close();
            for (BackgroundCall<Integer> relay : relays) {
                assertEquals(100, relay.result());
            }
        } finally {
            for (ConnectedSockets link : chain) {
                link.close();
            }
        }
    }

    private static int relay(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        int count = 0;
        while (from.read(buffer.clear()) > 0) {
            to.write(buffer.flip());
            count++;
        }
        to.shutdownOutput();
        return count;
    }
}
