// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.HostSystem;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which families the provider opens, what it leaves to the platform's, and where it does not run. */
@ExtendWith(NothingLeaks.class)
class UnixSelectorProviderTest {

    private static final UnixSelectorProvider PROVIDER = UnixSelectorProvider.provider();

    @Test
    void thereIsOneProviderAndItIsNotTheSystemsDefault() {
        assertSame(PROVIDER, UnixSelectorProvider.provider());
        assertNotSame(PROVIDER, SelectorProvider.provider());
        assertFalse(SelectorProvider.provider() instanceof UnixSelectorProvider);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void itsChannelsAreOfTheFamilyThatWasAskedForAndKnowTheirProvider(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel channel = PROVIDER.openSocketChannel(family);
                UnixServerSocketChannel server = PROVIDER.openServerSocketChannel(family);
                UnixSocketChannel.Pair pair = PROVIDER.openSocketPair(family);
                Selector selector = PROVIDER.openSelector()) {
            assertEquals(family, channel.family());
            assertEquals(family, server.family());
            assertEquals(family, pair.first().family());
            assertEquals(family, pair.second().family());
            assertSame(PROVIDER, channel.provider());
            assertSame(PROVIDER, server.provider());
            assertSame(PROVIDER, pair.first().provider());
            assertSame(PROVIDER, selector.provider());
        }
    }

    @Test
    void theFamilyUnixOfTheJdkAndNoFamilyAtAllAreStream() throws IOException {
        try (SocketChannel channel = PROVIDER.openSocketChannel(StandardProtocolFamily.UNIX);
                ServerSocketChannel server = PROVIDER.openServerSocketChannel(StandardProtocolFamily.UNIX);
                UnixSocketChannel.Pair pair = PROVIDER.openSocketPair(StandardProtocolFamily.UNIX);
                UnixSocketChannel opened = UnixSocketChannel.open();
                UnixServerSocketChannel openedServer = UnixServerSocketChannel.open()) {
            assertEquals(UnixProtocolFamily.STREAM, assertInstanceOf(UnixSocketChannel.class, channel).family());
            assertEquals(UnixProtocolFamily.STREAM, assertInstanceOf(UnixServerSocketChannel.class, server).family());
            assertEquals(UnixProtocolFamily.STREAM, pair.first().family());
            assertEquals(UnixProtocolFamily.STREAM, opened.family());
            assertEquals(UnixProtocolFamily.STREAM, openedServer.family());
        }
    }

    @Test
    void nullIsRefusedAndSoIsEveryOtherFamily() {
        assertAllThrow(NullPointerException.class, PROVIDER, null);
        ProtocolFamily namesake = () -> "STREAM";
        for (ProtocolFamily family : new ProtocolFamily[] {UnixProtocolFamily.DGRAM, StandardProtocolFamily.INET::name, namesake}) {
            UnsupportedOperationException thrown =
                    assertThrows(UnsupportedOperationException.class, () -> PROVIDER.openSocketChannel(family));
            assertEquals("Protocol family not supported: " + family.name(), thrown.getMessage());
            assertAllThrow(UnsupportedOperationException.class, PROVIDER, family);
        }
    }

    @Test
    void datagramChannelsAreOpenedByTheirFamilyAndByThatOfUnix() throws IOException {
        for (ProtocolFamily family : new ProtocolFamily[] {StandardProtocolFamily.UNIX, UnixProtocolFamily.DGRAM}) {
            try (DatagramChannel channel = PROVIDER.openDatagramChannel(family)) {
                assertSame(PROVIDER, channel.provider());
                assertInstanceOf(UnixDatagramChannel.class, channel);
            }
        }
        try (UnixDatagramChannel channel = UnixDatagramChannel.open(); UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair()) {
            assertSame(PROVIDER, channel.provider());
            assertSame(PROVIDER, pair.first().provider());
        }
        for (ProtocolFamily family :
                new ProtocolFamily[] {StandardProtocolFamily.INET::name, UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET}) {
            assertThrows(UnsupportedOperationException.class, () -> PROVIDER.openDatagramChannel(family));
        }
        assertAllThrow(UnsupportedOperationException.class, PROVIDER, UnixProtocolFamily.DGRAM);
        assertThrows(NullPointerException.class, () -> PROVIDER.openDatagramChannel(null));
    }

    private static void assertAllThrow(Class<? extends Throwable> type, UnixSelectorProvider provider, ProtocolFamily family) {
        Executable[] opens = {
            () -> provider.openSocketChannel(family),
            () -> provider.openServerSocketChannel(family),
            () -> provider.openSocketPair(family)
        };
        for (Executable open : opens) {
            assertThrows(type, open);
        }
    }

    @Test
    void tcpAndUdpAreOpenedByThePlatform() throws IOException {
        SelectorProvider platform = SelectorProvider.provider();
        try (SocketChannel socket = PROVIDER.openSocketChannel();
                ServerSocketChannel server = PROVIDER.openServerSocketChannel();
                DatagramChannel datagrams = PROVIDER.openDatagramChannel()) {
            assertSame(platform, socket.provider());
            assertSame(platform, server.provider());
            assertSame(platform, datagrams.provider());
            assertFalse(socket instanceof UnixSocketChannel);
        }
        assertSame(platform.inheritedChannel(), PROVIDER.inheritedChannel());
    }

    @ParameterizedTest
    @EnumSource(names = {"INET", "INET6"})
    void theFamiliesOfTheInternetAreOpenedByThePlatform(StandardProtocolFamily family) throws IOException {
        SelectorProvider platform = SelectorProvider.provider();
        try (SocketChannel socket = PROVIDER.openSocketChannel(family);
                ServerSocketChannel server = PROVIDER.openServerSocketChannel(family);
                DatagramChannel datagrams = PROVIDER.openDatagramChannel(family)) {
            assertSame(platform, socket.provider());
            assertSame(platform, server.provider());
            assertSame(platform, datagrams.provider());
        } catch (UnsupportedOperationException e) {
            // As the platform says it where IPv6 is off.
            assertThrows(UnsupportedOperationException.class, () -> platform.openSocketChannel(family).close());
        }
        assertThrows(UnsupportedOperationException.class, () -> PROVIDER.openSocketPair(family));
        assertThrows(UnsupportedOperationException.class, () -> UnixSocketChannel.open(family));
        assertThrows(UnsupportedOperationException.class, () -> UnixServerSocketChannel.open(family));
        assertThrows(UnsupportedOperationException.class, () -> UnixDatagramChannel.open(family));
    }

    @Test
    void channelsOfAnotherInstanceRegisterWithItsSelector() throws IOException {
        UnixSelectorProvider other = new UnixSelectorProvider();
        try (Selector selector = PROVIDER.openSelector();
                UnixSocketChannel.Pair pair = other.openSocketPair(UnixProtocolFamily.SEQPACKET)) {
            assertSame(other, pair.first().provider());
            pair.first().configureBlocking(false);
            pair.first().register(selector, SelectionKey.OP_WRITE);
            assertEquals(1, selector.selectNow());
        }
    }

    @Test
    void whatThePlatformOpensByItselfIsNotOurs() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX); Selector selector = Selector.open()) {
            assertSame(SelectorProvider.provider(), channel.provider());
            assertNotSame(PROVIDER, selector.provider());
        }
    }

    @Test
    void whereThePlatformIsNotSupportedOnlyOpeningFails() throws IOException {
        UnixSelectorProvider elsewhere = new UnixSelectorProvider(() -> {
            HostSystem.require("Mac OS X", "aarch64");
            return null;
        });
        String text = "unix-channels runs on Linux on x86-64 and aarch64; this is Mac OS X on aarch64";
        for (UnixProtocolFamily family : EnumSet.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)) {
            assertAllThrow(UnsupportedOperationException.class, elsewhere, family);
            assertEquals(text, assertThrows(
                    UnsupportedOperationException.class, () -> elsewhere.openSocketChannel(family)).getMessage());
        }
        assertEquals(text, assertThrows(UnsupportedOperationException.class, elsewhere::openSelector).getMessage());
        assertEquals(text, assertThrows(UnsupportedOperationException.class, elsewhere::openDatagramPair).getMessage());
        assertEquals(text, assertThrows(
                UnsupportedOperationException.class, () -> elsewhere.openDatagramChannel(UnixProtocolFamily.DGRAM)).getMessage());
        assertAllThrow(NullPointerException.class, elsewhere, null);
        assertAllThrow(UnsupportedOperationException.class, elsewhere, StandardProtocolFamily.INET::name);
        elsewhere.openSocketChannel().close();
        assertNull(elsewhere.inheritedChannel());
    }
}
