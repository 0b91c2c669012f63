// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static io.github.unixchannels.support.SharedOperation.assertConnected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.ParkingPollers;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A socket that was this channel's alone and is shared then; one that is shared and selected; flags that the other holder sets. */
@ExtendWith({ParkingPollers.class, NothingLeaks.class})
class SharedLaterTest {

    private final Syscalls sys = HostSyscalls.get();
    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();

    @AfterEach
    void closeRaw() {
        raw.close();
    }

    private static void share(Channel channel) {
        ((EpollChannel) channel).selectable().descriptor().share();
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void closeOfASocketThatIsSharedDoesNotShutItDown(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            int other = raw.duplicateOf(pair.first());
            int far = raw.duplicateOf(pair.second());
            share(pair.first());
            BackgroundCall<Integer> reading =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(1))).awaitBlocked();
            pair.first().close();
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertConnected(raw, other, far);
        }
    }

    /** Nothing but a shutdown wakes it, so the other holder sees the end. */
    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aReadThatHasWaitedInTheKernelSinceBeforeTheSocketWasSharedIsEndedByCloseAllTheSame(UnixProtocolFamily family) throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            BackgroundCall<Integer> reading =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(1))).awaitBlocked();
            share(pair.first());
            pair.first().close();
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertEquals(-1, pair.second().read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aReadThatBeganBeforeTheSocketWasSharedAndHasEndedIsNoReasonToShutItDown() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            int other = raw.duplicateOf(pair.first());
            int far = raw.duplicateOf(pair.second());
            BackgroundCall<Integer> reading =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(1))).awaitBlocked();
            share(pair.first());
            raw.send(far, "x");
            assertEquals(1, reading.result());
            BackgroundCall<Integer> again =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(1))).awaitBlocked();
            pair.first().close();
            assertThrowsExactly(AsynchronousCloseException.class, again::result);
            assertConnected(raw, other, far);
        }
    }

    @Test
    void aVirtualThreadThatWaitedBeforeTheSocketWasSharedIsWokenWithoutAShutdown() throws Exception {
        assumeTrue(VirtualThreadStarter.isAvailable(), "this JVM has no virtual threads");
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            int other = raw.duplicateOf(pair.first());
            int far = raw.duplicateOf(pair.second());
            BackgroundCall<Integer> reading =
                    BackgroundCall.startVirtual(() -> pair.first().read(ByteBuffer.allocate(1))).awaitParked();
            share(pair.first());
            pair.first().close();
            assertThrowsExactly(AsynchronousCloseException.class, reading::result);
            assertConnected(raw, other, far);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerThatIsSharedWhileAnAcceptWaitsGoesOnListeningAfterItsClose(boolean virtual) throws Exception {
        assumeTrue(!virtual || VirtualThreadStarter.isAvailable(), "this JVM has no virtual threads");
        UnixServerSocketChannel listener = UnixServerSocketChannel.open();
        listener.bind(AbstractNames.unique());
        SocketAddress name = listener.getLocalAddress();
        int other = raw.duplicateOf(listener);
        BackgroundCall<SocketChannel> accepting = virtual
                ? BackgroundCall.<SocketChannel>startVirtual(listener::accept).awaitParked()
                : BackgroundCall.<SocketChannel>start(listener::accept).awaitBlocked();
        share(listener);
        listener.close();
        assertThrowsExactly(AsynchronousCloseException.class, accepting::result);
        assertEquals(0, raw.connect(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), name));
        assertTrue(raw.accept(other) >= 0);
    }

    @Test
    void afterTheCloseOfASharedSocketThatIsRegisteredThePeerSeesTheEndWhenTheLastHolderCloses() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
                Selector selector = provider.openSelector()) {
            int other = raw.duplicateOf(pair.first());
            int far = raw.duplicateOf(pair.second());
            share(pair.first());
            pair.first().configureBlocking(false);
            pair.first().register(selector, SelectionKey.OP_READ);
            selector.selectNow();
            pair.first().close();
            assertConnected(raw, other, far);
            raw.send(far, "for the other alone");
            assertEquals(0, selector.selectNow());
            assertTrue(selector.keys().isEmpty());
            assertEquals(19, raw.receive(other));
            raw.close(other);
            assertEquals(-1, pair.second().read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void shutdownOutputEndsAWriteThatWaitsOnASharedSocket() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            share(pair.first());
            fill(pair.first());
            BackgroundCall<Integer> writing =
                    BackgroundCall.start(() -> pair.first().write(ByteBuffer.allocate(1))).awaitBlocked();
            pair.first().shutdownOutput();
            assertThrowsExactly(AsynchronousCloseException.class, writing::result);
            assertTrue(pair.first().isOpen());
        }
    }

    @Test
    void shutdownInputEndsAReadThatWaitsOnASharedSocketWithTheEnd() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            share(pair.first());
            BackgroundCall<Integer> reading =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(1))).awaitBlocked();
            pair.first().shutdownInput();
            assertEquals(-1, reading.result());
        }
    }

    /** After a shutdown of the output its event stays raised: a reader must not spin on it. */
    @Test
    void aReadWaitsOnAfterTheOutputOfASharedSocketWasShutDown() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            share(pair.first());
            fill(pair.first());
            BackgroundCall<Integer> writing =
                    BackgroundCall.start(() -> pair.first().write(ByteBuffer.allocate(1))).awaitBlocked();
            pair.first().shutdownOutput();
            assertThrowsExactly(AsynchronousCloseException.class, writing::result);
            BackgroundCall<Integer> reading =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(8))).awaitBlocked();
            pair.second().write(ByteBuffer.allocate(3));
            assertEquals(3, reading.result());
        }
    }

    @Test
    void whetherTheOtherHolderMakesItNonBlockingIsOfNoMatterToABlockingRead() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            int other = raw.duplicateOf(pair.first());
            share(pair.first());
            raw.setFlags(other, raw.flags(other) | Linux.O_NONBLOCK);
            BackgroundCall<Integer> reading =
                    BackgroundCall.start(() -> pair.first().read(ByteBuffer.allocate(8))).awaitBlocked();
            pair.second().write(ByteBuffer.allocate(3));
            assertEquals(3, reading.result());
        }
    }

    @Test
    void aNonBlockingAcceptDoesNotWaitAlthoughTheOtherHolderMadeTheListenerBlocking() throws Exception {
        int listener = raw.listen(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), AbstractNames.unique()));
        int other = raw.duplicate(listener);
        try (ServerSocketChannel channel = ReceivedChannels.serverSocketChannel(provider, sys,
                new FdFactory(provider, sys), raw.give(listener))) {
            raw.setFlags(other, raw.flags(other) & ~Linux.O_NONBLOCK);
            channel.configureBlocking(false);
            assertNull(BackgroundCall.start(channel::accept).result());
        }
    }

    @Test
    void aListenerKeepsItsOtherFlagsWhenItBecomesNonBlocking() throws Exception {
        int appending = 02000;
        int listener = raw.listen(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), AbstractNames.unique()));
        int other = raw.duplicate(listener);
        raw.setFlags(other, raw.flags(other) | appending);
        int before = raw.flags(other);
        ReceivedChannels.serverSocketChannel(provider, sys, new FdFactory(provider, sys), raw.give(listener)).close();
        assertEquals(before | Linux.O_NONBLOCK, raw.flags(other));
    }

    @Test
    void whatTheOtherHolderReadsIsNotThereForTheOneThatWaits() throws Exception {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM)) {
            int other = raw.duplicateOf(pair.first());
            int far = raw.duplicateOf(pair.second());
            share(pair.first());
            pair.first().configureBlocking(false);
            raw.send(far, "first come");
            assertEquals(10, raw.receive(other));
            assertEquals(0, pair.first().read(ByteBuffer.allocate(16)));
            assertEquals(-Errno.EAGAIN, raw.receive(other));
        }
    }

    private static void fill(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(8 << 10);
        channel.configureBlocking(false);
        while (channel.write(bytes.clear()) > 0) {
            assertTrue(bytes.position() > 0);
        }
        channel.configureBlocking(true);
    }
}
