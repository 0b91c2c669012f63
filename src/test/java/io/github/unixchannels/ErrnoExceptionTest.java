// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.sys.Errno;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The error number behind an exception, whose type and text stay what they are. */
@ExtendWith(NothingLeaks.class)
class ErrnoExceptionTest {

    @TempDir
    private Path folder;

    private static void assertErrno(int errno, String name, Throwable failure) {
        ErrnoException cause = assertInstanceOf(ErrnoException.class, failure.getCause());
        assertEquals(errno, cause.errno());
        assertEquals(name, cause.name());
        assertEquals(0, cause.getStackTrace().length);
        assertEquals(name, ErrnoException.nameOf(failure));
        assertEquals(errno, ErrnoException.errnoOf(new RuntimeException(failure)));
        assertTrue(failure.getMessage().contains(name), failure.getMessage());
    }

    @Test
    void failedConnectsCanBeToldApart() throws IOException {
        SocketAddress nobody = AbstractNames.unique();
        SocketAddress missing = UnixDomainSocketAddress.of(folder.resolve("missing"));
        try (UnixSocketChannel channel = UnixSocketChannel.open(UnixProtocolFamily.STREAM)) {
            assertErrno(Errno.ECONNREFUSED, "ECONNREFUSED", assertThrowsExactly(ConnectException.class, () -> channel.connect(nobody)));
        }
        try (UnixSocketChannel channel = UnixSocketChannel.open(UnixProtocolFamily.STREAM)) {
            assertErrno(Errno.ENOENT, "ENOENT", assertThrowsExactly(SocketException.class, () -> channel.connect(missing)));
        }
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            assertErrno(Errno.ENOENT, "ENOENT", assertThrows(SocketException.class, () -> channel.send(ByteBuffer.allocate(1), missing)));
            assertErrno(Errno.ECONNREFUSED, "ECONNREFUSED",
                    assertThrowsExactly(PortUnreachableException.class, () -> channel.send(ByteBuffer.allocate(1), nobody)));
        }
    }

    @Test
    void soCanFailedBindsFilesWritesAndOptions() throws IOException {
        try (UnixServerSocketChannel first = UnixServerSocketChannel.open(); UnixServerSocketChannel second = UnixServerSocketChannel.open()) {
            first.bind(AbstractNames.unique());
            assertErrno(Errno.EADDRINUSE, "EADDRINUSE",
                    assertThrowsExactly(BindException.class, () -> second.bind(first.getLocalAddress())));
        }
        Path missing = folder.resolve("missing");
        NoSuchFileException failure = assertThrowsExactly(NoSuchFileException.class, () -> OwnedFd.open(missing));
        assertErrno(Errno.ENOENT, "ENOENT", failure);
        assertEquals(missing.toString(), failure.getFile());
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            assertErrno(Errno.EMSGSIZE, "EMSGSIZE",
                    assertThrows(IOException.class, () -> pair.first().write(ByteBuffer.allocate(16 << 20))));
            pair.second().close();
            assertErrno(Errno.EPIPE, "EPIPE", assertThrows(IOException.class, () -> pair.first().write(ByteBuffer.allocate(1))));
        }
    }

    @Test
    void whatIsNoFailedSystemCallHasNone() {
        assertEquals("", ErrnoException.nameOf(new ClosedChannelException()));
        assertEquals(0, ErrnoException.errnoOf(new IOException(new IllegalStateException())));
        assertThrows(NullPointerException.class, () -> ErrnoException.nameOf(null));
    }

    @Test
    void itIsSerializable() throws Exception {
        IOException failure;
        try (SocketChannel channel = UnixSocketChannel.open(UnixProtocolFamily.STREAM)) {
            failure = assertThrows(IOException.class, () -> channel.connect(AbstractNames.unique()));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(failure);
        Throwable read = (Throwable) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertErrno(Errno.ECONNREFUSED, "ECONNREFUSED", read);
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverThatTakesNoDescriptorsIsToldByTheNameOfItsOption(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); OwnedFd fd = RawDescriptor.eventfd(); AncillaryData sent = AncillaryData.create()) {
            try {
                ((NetworkChannel) ends.second().channel()).setOption(UnixSocketOptions.SO_PASSRIGHTS, false);
            } catch (UnsupportedOperationException e) {
                abort(e.getMessage());
            }
            sent.descriptor(fd);
            IOException failure = assertThrows(IOException.class, () -> ends.first().send(ByteBuffer.allocate(1), sent));
            assertErrno(Errno.EPERM, "EPERM", failure);
            assertTrue(failure.getMessage().contains("the receiver takes no descriptors (SO_PASSRIGHTS)"), failure.getMessage());

        }
    }
}
