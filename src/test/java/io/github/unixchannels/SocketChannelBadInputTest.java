// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses that cannot be connected or bound to: which exception, in which words, and what becomes of the channel. */
@ExtendWith(NothingLeaks.class)
class SocketChannelBadInputTest {

    @TempDir
    Path folder;

    /** What there may be at an address that nobody listens on. */
    private enum Nobody {
        NOTHING(SocketException.class, "No such file or directory", "ENOENT"),
        MISSING_FOLDER(SocketException.class, "No such file or directory", "ENOENT"),
        FILE_AS_FOLDER(SocketException.class, "Not a directory", "ENOTDIR"),
        REGULAR_FILE(ConnectException.class, "Connection refused", "ECONNREFUSED"),
        FOLDER(ConnectException.class, "Connection refused", "ECONNREFUSED"),
        STALE_SOCKET(ConnectException.class, "Connection refused", "ECONNREFUSED"),
        NO_NAME(ConnectException.class, "Connection refused", "ECONNREFUSED");

        final Class<? extends SocketException> type;
        final String text;
        final String errno;

        Nobody(Class<? extends SocketException> type, String text, String errno) {
            this.type = type;
            this.text = text;
            this.errno = errno;
        }

        SocketAddress in(Path folder) throws IOException {
            Path path = folder.resolve("x");
            return UnixDomainSocketAddress.of(
                    switch (this) {
                        case NOTHING -> path;
                        case MISSING_FOLDER -> path.resolve("y");
                        case FILE_AS_FOLDER -> Files.createFile(path).resolve("y");
                        case REGULAR_FILE -> Files.createFile(path);
                        case FOLDER -> Files.createDirectory(path);
                        case STALE_SOCKET -> staleSocket(path);
                        case NO_NAME -> Path.of("");
                    });
        }

        private static Path staleSocket(Path path) throws IOException {
            UnixServerSocketChannel.open().bind(UnixDomainSocketAddress.of(path)).close();
            return path;
        }
    }

    private static Stream<Arguments> kindsAndNobodies() {
        return Stream.of(SocketKind.values())
                .flatMap(kind -> Stream.of(Nobody.values()).map(nobody -> Arguments.of(kind, nobody)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndNobodies")
    void connectToWhereNobodyListensFailsInWordsAndClosesTheChannel(SocketKind kind, Nobody nobody) throws IOException {
        SocketAddress address = nobody.in(folder);
        for (boolean blocking : new boolean[] {true, false}) {
            try (SocketChannel channel = kind.openSocket()) {
                channel.configureBlocking(blocking);
                SocketException thrown = assertThrows(SocketException.class, () -> channel.connect(address));
                assertSame(nobody.type, thrown.getClass());
                String target = nobody == Nobody.NO_NAME ? "unnamed" : address.toString();
                String ours = "connect(" + target + "): " + nobody.text + " (" + nobody.errno + ")";
                assertEquals(kind.isOurs() ? ours : nobody.text, thrown.getMessage());
                assertFalse(channel.isOpen());
                assertFalse(channel.isConnectionPending());
                assertThrows(ClosedChannelException.class, () -> channel.connect(address));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void connectToAnAbstractNameThatNobodyHasIsRefusedByThatName(SocketKind kind) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (SocketChannel channel = kind.openSocket()) {
            ConnectException thrown = assertThrows(ConnectException.class, () -> channel.connect(address));
            assertEquals("connect(" + address + "): Connection refused (ECONNREFUSED)", thrown.getMessage());
            assertTrue(thrown.getMessage().startsWith("connect(@unix-channels-test."));
            assertFalse(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void connectToASocketOfAnotherTypeFailsAndClosesTheChannel(SocketKind kind) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("other"));
        try (ServerSocketChannel server = otherType(kind).openServer(); SocketChannel channel = kind.openSocket()) {
            server.bind(address);
            SocketException thrown = assertThrows(SocketException.class, () -> channel.connect(address));
            assertSame(SocketException.class, thrown.getClass());
            assertEquals("connect(" + address + "): Protocol wrong type for socket (EPROTOTYPE)", thrown.getMessage());
            assertFalse(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void eachTypeHasAbstractNamesOfItsOwn(SocketKind kind) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (ServerSocketChannel other = otherType(kind).openServer();
                ServerSocketChannel same = kind.openServer();
                SocketChannel early = kind.openSocket();
                SocketChannel late = kind.openSocket()) {
            other.bind(address);
            assertThrows(ConnectException.class, () -> early.connect(address));
            same.bind(address);
            assertTrue(late.connect(address));
        }
    }

    private static SocketKind otherType(SocketKind kind) {
        return kind == SocketKind.STREAM ? SocketKind.SEQPACKET : SocketKind.STREAM;
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void aConnectedChannelOpenedInOneCallLeavesNothingBehindWhenItFails(SocketKind kind) {
        ProtocolFamily family = UnixProtocolFamily.valueOf(kind.name());
        AbstractSocketAddress nobody = AbstractNames.unique();
        assertThrows(ConnectException.class, () -> UnixSocketChannel.open(family, nobody));
        assertThrows(ConnectException.class, () -> UnixSocketChannel.open(nobody));
        assertThrows(UnsupportedAddressTypeException.class, () -> UnixSocketChannel.open(family, new InetSocketAddress(1)));
        assertThrows(NullPointerException.class, () -> UnixSocketChannel.open(family, null));
        assertThrows(UnsupportedOperationException.class, () -> UnixSocketChannel.open(StandardProtocolFamily.INET, nobody));
    }

    @ParameterizedTest
    @EnumSource
    void bindToATakenPathFailsAndLeavesTheChannelOpenAndUnbound(SocketKind kind) throws IOException {
        for (Nobody taken : new Nobody[] {Nobody.REGULAR_FILE, Nobody.FOLDER, Nobody.STALE_SOCKET}) {
            Path sub = Files.createDirectory(folder.resolve(taken.name()));
            UnixDomainSocketAddress address = (UnixDomainSocketAddress) taken.in(sub);
            assertBindFails(kind, address, BindException.class, "Address already in use", "EADDRINUSE");
            assertTrue(Files.exists(address.getPath()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bindWhereThereIsNoFolderFailsAndLeavesTheChannelOpenAndUnbound(SocketKind kind) throws IOException {
        assertBindFails(
                kind, Nobody.MISSING_FOLDER.in(folder), SocketException.class, "No such file or directory", "ENOENT");
        assertBindFails(kind, Nobody.FILE_AS_FOLDER.in(folder), SocketException.class, "Not a directory", "ENOTDIR");
    }

    @ParameterizedTest
    @EnumSource
    void bindWithoutPermissionIsABindException(SocketKind kind) throws IOException {
        Path guarded = Files.createDirectory(folder.resolve("guarded"));
        Files.setPosixFilePermissions(guarded, PosixFilePermissions.fromString("r-xr-xr-x"));
        Assumptions.assumeFalse(Files.isWritable(guarded), "this user may write everywhere");
        assertBindFails(
                kind, UnixDomainSocketAddress.of(guarded.resolve("x")), BindException.class, "Permission denied", "EACCES");
    }

    private void assertBindFails(SocketKind kind, SocketAddress address, Class<?> type, String text, String errno)
            throws IOException {
        try (SocketChannel channel = kind.openSocket(); ServerSocketChannel server = kind.openServer()) {
            for (NetworkChannel each : new NetworkChannel[] {channel, server}) {
                SocketException thrown = assertThrows(SocketException.class, () -> each.bind(address));
                assertSame(type, thrown.getClass());
                assertEquals(kind.isOurs() ? "bind(" + address + "): " + text + " (" + errno + ")" : text, thrown.getMessage());
                assertTrue(each.isOpen());
                assertNull(each.getLocalAddress());
            }
            Path free = Files.createTempDirectory(folder, "free");
            channel.bind(UnixDomainSocketAddress.of(free.resolve("a")));
            server.bind(UnixDomainSocketAddress.of(free.resolve("b")));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JDK", mode = EnumSource.Mode.EXCLUDE)
    void bindToAnAbstractNameThatIsTakenNamesIt(SocketKind kind) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        try (ServerSocketChannel server = kind.openServer(); SocketChannel channel = kind.openSocket()) {
            server.bind(address);
            BindException thrown = assertThrows(BindException.class, () -> channel.bind(address));
            assertEquals("bind(" + address + "): Address already in use (EADDRINUSE)", thrown.getMessage());
            assertTrue(channel.isOpen());
            assertNull(channel.getLocalAddress());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatTheKernelIsToChooseIsNoneToConnectTo(SocketKind kind) throws IOException {
        try (SocketChannel channel = kind.openSocket()) {
            assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(AbstractSocketAddress.AUTOBIND));
            assertTrue(channel.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectToAPathOverTheLimitIsASocketExceptionThatSaysSoAndClosesTheChannel(SocketKind kind) throws IOException {
        UnixDomainSocketAddress address = pathOf(109);
        for (boolean blocking : new boolean[] {true, false}) {
            try (SocketChannel channel = kind.openSocket()) {
                channel.configureBlocking(blocking);
                SocketException thrown = assertThrows(SocketException.class, () -> channel.connect(address));
                assertTooLong(kind, address, thrown);
                assertFalse(channel.isOpen());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void bindToAPathOverTheLimitIsASocketExceptionThatSaysSoAndLeavesTheChannelOpen(SocketKind kind) throws IOException {
        UnixDomainSocketAddress address = pathOf(109);
        try (SocketChannel channel = kind.openSocket(); ServerSocketChannel server = kind.openServer()) {
            for (NetworkChannel each : new NetworkChannel[] {channel, server}) {
                assertTooLong(kind, address, assertThrows(SocketException.class, () -> each.bind(address)));
                assertTrue(each.isOpen());
                assertNull(each.getLocalAddress());
            }
        }
    }

    private static void assertTooLong(SocketKind kind, UnixDomainSocketAddress address, SocketException thrown) {
        assertSame(SocketException.class, thrown.getClass());
        String ours = "Unix domain path too long: 109 bytes, of which the kernel takes 108: " + address;
        assertEquals(kind.isOurs() ? ours : "Unix domain path too long", thrown.getMessage());
    }

    private UnixDomainSocketAddress pathOf(int lengthBytes) {
        int missing = lengthBytes - folder.toString().length() - 1;
        return UnixDomainSocketAddress.of(folder.resolve("p".repeat(missing)));
    }
}
