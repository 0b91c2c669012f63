// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses on their way through the kernel: what is bound is what the peer sees, byte for byte. */
@ExtendWith(NothingLeaks.class)
class AddressTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void abstractNamesMayHaveAnyBytesAnd107OfThem(UnixProtocolFamily family) throws IOException {
        byte[] longest = Arrays.copyOf(AbstractNames.unique().name(), 107);
        byte[] nulAtBothEnds = ("\0" + AbstractNames.uniqueText() + "\0\0").getBytes(StandardCharsets.UTF_8);
        byte[] leadingNul = ("\0" + AbstractNames.uniqueText()).getBytes(StandardCharsets.UTF_8);
        byte[] notText = AbstractNames.unique().name();
        notText[0] = (byte) 0xff;
        notText[1] = (byte) 0x80;
        for (byte[] name : new byte[][] {longest, nulAtBothEnds, leadingNul, notText}) {
            assertSeenByThePeer(family, AbstractSocketAddress.of(name), AbstractNames.unique());
            assertSeenByThePeer(family, AbstractNames.unique(), AbstractSocketAddress.of(name));
        }
    }

    /** There is one such name in a network namespace, so another run of this test may have it for a moment. */
    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void theAbstractNameWithoutBytesIsANameAndNotNoName(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress empty = AbstractSocketAddress.of("");
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = UnixSocketChannel.open(family, whenFree(server, empty));
                UnixSocketChannel accepted = server.accept();
                UnixSocketChannel lost = UnixSocketChannel.open(family)) {
            assertEquals(empty, server.getLocalAddress());
            assertEquals(empty, client.getRemoteAddress());
            assertEquals(empty, accepted.getLocalAddress());
            assertThrows(ConnectException.class, () -> lost.connect(UnixDomainSocketAddress.of("")));
        }
    }

    private static SocketAddress whenFree(UnixServerSocketChannel server, SocketAddress address) {
        await().ignoreException(BindException.class).until(() -> server.bind(address, 1).isOpen());
        return address;
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aTrailingNulIsPartOfAnAbstractName(UnixProtocolFamily family) throws IOException {
        String name = AbstractNames.uniqueText();
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
                UnixServerSocketChannel longer = UnixServerSocketChannel.open(family)) {
            server.bind(AbstractSocketAddress.of(name));
            longer.bind(AbstractSocketAddress.of(name + "\0"));
            assertNotEquals(server.getLocalAddress(), longer.getLocalAddress());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void autobindGivesAnAbstractNameOfFiveHexadecimalDigits(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = UnixSocketChannel.open(family)) {
            server.bind(AbstractSocketAddress.AUTOBIND, 1);
            client.bind(AbstractSocketAddress.AUTOBIND);
            assertKernelsName(server.getLocalAddress());
            assertKernelsName(client.getLocalAddress());
            assertNotEquals(server.getLocalAddress(), client.getLocalAddress());
            client.connect(server.getLocalAddress());
            try (UnixSocketChannel accepted = server.accept()) {
                assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
                assertEquals(server.getLocalAddress(), accepted.getLocalAddress());
            }
        }
    }

    /** A departure: the JDK makes up a file in the temporary folder and leaves it there. */
    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void bindToNullGivesAListenerAnAbstractNameAndAClientNone(UnixProtocolFamily family) throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = UnixSocketChannel.open(family)) {
            server.bind(null, 1);
            assertKernelsName(server.getLocalAddress());
            client.bind(null);
            assertEquals(UnixDomainSocketAddress.of(""), client.getLocalAddress());
            client.connect(server.getLocalAddress());
            try (UnixSocketChannel accepted = server.accept()) {
                assertEquals(UnixDomainSocketAddress.of(""), accepted.getRemoteAddress());
            }
        }
    }

    private static void assertKernelsName(SocketAddress address) {
        String name = assertInstanceOf(AbstractSocketAddress.class, address).toString();
        assertTrue(name.matches("@[0-9a-f]{5}"), name);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void pathsThatAreNotAsciiAreBoundInTheBytesThatThePathHas(UnixProtocolFamily family) throws IOException {
        for (String name : new String[] {"%C3%A9%E2%82%AC", "%FF%FE", "a%20%25%23%3F%E9", "%EF%BF%BD", "%F0%9F%98%80"}) {
            for (Path path : new Path[] {encoded(folder, name), relative(encoded(folder, name))}) {
                Files.deleteIfExists(path);
                UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
                assertSeenByThePeer(family, AbstractNames.unique(), address);
                assertTrue(Files.exists(path), name + ": another file was made");
                assertConnects(family, address);
            }
        }
        try (var made = Files.list(folder)) {
            assertEquals(5, made.count());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "SEQPACKET", mode = EnumSource.Mode.EXCLUDE)
    void theJdkAndWeAgreeOnTheFileBehindAPathThatIsNotText(SocketKind listening) throws IOException {
        boolean utf8 = "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
        Assumptions.assumeTrue(utf8 || listening.isOurs(), "in ASCII the JDK cannot read the name back");
        SocketKind connecting = listening == SocketKind.JDK ? SocketKind.STREAM : SocketKind.JDK;
        for (Path path : new Path[] {encoded(folder, "%FFserver"), relative(encoded(folder, "%FErelative"))}) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
            try (ServerSocketChannel server = listening.openServer(); SocketChannel client = connecting.openSocket()) {
                server.bind(address);
                assertTrue(client.connect(address));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aRelativePathIsSeenAsItWasBound(UnixProtocolFamily family) throws IOException {
        assertSeenByThePeer(
                family, AbstractNames.unique(), UnixDomainSocketAddress.of(relative(folder.resolve("client"))));
    }

    private static void assertSeenByThePeer(UnixProtocolFamily family, SocketAddress ofServer, SocketAddress ofClient)
            throws IOException {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = UnixSocketChannel.open(family)) {
            server.bind(ofServer, 1);
            client.bind(ofClient);
            client.connect(ofServer);
            try (UnixSocketChannel accepted = server.accept()) {
                assertEquals(ofServer, accepted.getLocalAddress());
                assertEquals(ofServer, client.getRemoteAddress());
                assertEquals(ofClient, client.getLocalAddress());
                assertEquals(ofClient, accepted.getRemoteAddress());
            }
        }
    }

    private static void assertConnects(UnixProtocolFamily family, UnixDomainSocketAddress address) throws IOException {
        Files.delete(address.getPath());
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = UnixSocketChannel.open(family)) {
            server.bind(address, 1);
            assertTrue(client.connect(address));
        }
    }

    /** A path that has the bytes of a URI, whatever encoding Java has for names. */
    private static Path encoded(Path folder, String name) {
        return Path.of(URI.create("file://" + folder + "/" + name));
    }

    private static Path relative(Path path) {
        return Path.of("").toAbsolutePath().relativize(path);
    }
}
