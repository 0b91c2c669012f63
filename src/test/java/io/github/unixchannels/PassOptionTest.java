// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The options that are on or off: what comes with a message. */
@ExtendWith(NothingLeaks.class)
class PassOptionTest {

    private static final List<SocketOption<Boolean>> INHERITED = List.of(
            UnixSocketOptions.SO_PASSCRED, UnixSocketOptions.SO_PASSPIDFD, UnixSocketOptions.SO_PASSSEC, UnixSocketOptions.SO_PASSRIGHTS);

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
    private final List<NetworkChannel> opened = new ArrayList<>();

    private <C extends NetworkChannel> C opened(C channel) {
        opened.add(channel);
        return channel;
    }

    @AfterEach
    void close() throws IOException {
        for (NetworkChannel channel : opened) {
            channel.close();
        }
    }

    private List<NetworkChannel> channels() throws IOException {
        List<NetworkChannel> channels = new ArrayList<>(List.of(opened(provider.openDatagramChannel(UnixProtocolFamily.DGRAM))));
        for (UnixProtocolFamily family : List.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)) {
            channels.add(opened(provider.openSocketChannel(family)));
            UnixSocketChannel.Pair pair = provider.openSocketPair(family);
            channels.add(opened(pair.first()));
            opened(pair.second());
            channels.add(opened(provider.openServerSocketChannel(family)));
        }
        return channels;
    }

    static Stream<SocketOption<Boolean>> options() {
        return Stream.concat(INHERITED.stream(), Stream.of(UnixSocketOptions.SO_TIMESTAMP));
    }

    static Stream<Arguments> inheritedOptionsOnEachFamily() {
        return INHERITED.stream().flatMap(option ->
                Stream.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET).map(family -> Arguments.of(option, family)));
    }

    /** What it is at first. */
    private static boolean atFirst(SocketOption<Boolean> option) {
        return option == UnixSocketOptions.SO_PASSRIGHTS;
    }

    private static void assumeKernelHas(SocketOption<Boolean> option) throws IOException {
        try (UnixSocketChannel channel = UnixSocketChannel.open()) {
            channel.setOption(option, channel.getOption(option));
        } catch (UnsupportedOperationException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void eachReadsAsItWasSetInEveryState(SocketOption<Boolean> option) throws IOException {
        assumeKernelHas(option);
        for (NetworkChannel channel : channels()) {
            if (channel instanceof UnixServerSocketChannel && option == UnixSocketOptions.SO_TIMESTAMP) {
                continue;
            }
            assertTrue(channel.supportedOptions().contains(option));
            assertEquals(atFirst(option), channel.getOption(option), () -> channel + " at first");
            for (boolean on : new boolean[] {true, false, true}) {
                assertSame(channel, channel.setOption(option, on));
                assertEquals(on, channel.getOption(option), channel::toString);
            }
            options().filter(other -> other != option && channel.supportedOptions().contains(other)).forEach(other -> {
                try {
                    assertEquals(atFirst(other), channel.getOption(other), () -> other + " beside " + option);
                } catch (UnsupportedOperationException | IOException e) {
                    assertTrue(e instanceof UnsupportedOperationException, e::toString);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void aWrongValueIsRefusedBeforeAClosedChannelIs(SocketOption<Boolean> option) throws IOException {
        for (NetworkChannel channel : channels()) {
            if (!channel.supportedOptions().contains(option)) {
                assertThrows(UnsupportedOperationException.class, () -> channel.setOption(option, true));
                assertThrows(UnsupportedOperationException.class, () -> channel.getOption(option));
                continue;
            }
            channel.close();
            assertThrows(IllegalArgumentException.class, () -> channel.setOption(option, null));
            assertThrows(IllegalArgumentException.class, () -> setRaw(channel, option, 1));
            assertThrows(ClosedChannelException.class, () -> channel.setOption(option, true));
            assertThrows(ClosedChannelException.class, () -> channel.getOption(option));
        }
    }

    @SuppressWarnings("unchecked") // a value of the wrong type, as raw code may pass it
    private static void setRaw(NetworkChannel channel, SocketOption<?> name, Object value) throws IOException {
        channel.setOption((SocketOption<Object>) name, value);
    }

    @ParameterizedTest
    @MethodSource("inheritedOptionsOnEachFamily")
    void anAcceptedChannelHasWhatTheListenerHadWhenItWasConnectedTo(SocketOption<Boolean> option, UnixProtocolFamily family)
            throws IOException {
        assumeKernelHas(option);
        UnixServerSocketChannel server = opened(provider.openServerSocketChannel(family));
        server.bind(AbstractNames.unique());
        boolean other = !atFirst(option);
        server.setOption(option, other);
        UnixSocketChannel client = opened(UnixSocketChannel.open(family, server.getLocalAddress()));
        server.setOption(option, !other);
        opened(UnixSocketChannel.open(family, server.getLocalAddress()));

        assertEquals(other, opened(server.accept()).getOption(option));
        assertEquals(!other, opened(server.accept()).getOption(option));
        assertEquals(!other, client.getOption(option));
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void timestampsAreNotInheritedAndNoOptionOfAListener(UnixProtocolFamily family) throws IOException {
        UnixServerSocketChannel server = opened(provider.openServerSocketChannel(family));
        assertFalse(server.supportedOptions().contains(UnixSocketOptions.SO_TIMESTAMP));
        assertThrows(UnsupportedOperationException.class, () -> server.getOption(UnixSocketOptions.SO_TIMESTAMP));
    }

    @ParameterizedTest
    @CsvSource({
        "SO_PASSCRED,   Linux 2.2",
        "SO_PASSPIDFD,  Linux 6.5",
        "SO_PASSSEC,    Linux 2.6.18 with security modules",
        "SO_PASSRIGHTS, Linux 6.16",
        "SO_TIMESTAMP,  Linux 2.2",
    })
    void aKernelThatLacksOneIsAnUnsupportedOperationThatSaysWhatItNeeds(String name, String needs) throws IOException {
        SocketOption<Boolean> option = options().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        for (NetworkChannel channel : channels()) {
            if (channel.supportedOptions().contains(option)) {
                for (int errno : new int[] {Errno.ENOPROTOOPT, Errno.EOPNOTSUPP}) {
                    faulty.fail("getsockopt", errno, 1).fail("setsockopt", errno, 1);
                    assertEquals(
                            name + " needs " + needs,
                            assertThrows(UnsupportedOperationException.class, () -> channel.getOption(option)).getMessage());
                    assertEquals(
                            name + " needs " + needs,
                            assertThrows(UnsupportedOperationException.class, () -> channel.setOption(option, true)).getMessage());
                }
                assertTrue(channel.isOpen());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void anyOtherAnswerOfTheKernelIsASocketExceptionThatHasIt(SocketOption<Boolean> option) throws IOException {
        UnixSocketChannel channel = opened(provider.openSocketChannel(UnixProtocolFamily.STREAM));
        faulty.fail("getsockopt", Errno.ENOBUFS, 1).fail("setsockopt", Errno.EPERM, 1);
        String got = assertThrows(SocketException.class, () -> channel.getOption(option)).getMessage();
        assertTrue(got.matches("getsockopt\\(fd=\\d+, " + option + "\\): No buffer space available \\(ENOBUFS\\)"), got);
        String set = assertThrows(SocketException.class, () -> channel.setOption(option, true)).getMessage();
        assertTrue(set.matches("setsockopt\\(fd=\\d+, " + option + "\\): Operation not permitted \\(EPERM\\)"), set);
    }
}
