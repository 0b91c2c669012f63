// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors beside messages, on all types. */
@ExtendWith(NothingLeaks.class)
class DescriptorPassingTest {

    private final Syscalls sys = HostSyscalls.get();

    @ParameterizedTest
    @EnumSource
    void aDescriptorArrivesWithItsMessageAndIsTakenOutOfWhatIsToBeSent(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                OwnedFd fd = eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            assertEquals(3, ends.first().send(bytes(3), sent.descriptor(fd).descriptor(fd)));
            assertEquals(2, ends.first().send(bytes(2), sent));

            ByteBuffer dst = ByteBuffer.allocate(10);
            MessageInfo info = ends.second().receive(dst, received);

            assertEquals(3, info.length());
            assertEquals(3, info.fullLength());
            assertEquals(3, dst.position());
            assertEquals(2, received.descriptorCount());
            try (OwnedFd taken = received.takeDescriptor()) {
                assertEquals(1, received.descriptorCount());
                assertEquals(Linux.FD_CLOEXEC, sys.fcntl(taken.number(), Linux.F_GETFD, 0));
            }
            assertEquals(2, ends.second().receive(dst, received).length());
            assertEquals(0, received.descriptorCount());
            assertThrows(NoSuchElementException.class, received::takeDescriptor);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadClosesTheDescriptorsOfItsMessage(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); OwnedFd fd = eventfd(); AncillaryData sent = AncillaryData.create()) {
            ends.first().send(bytes(3), sent.descriptor(fd));

            assertEquals(3, ends.second().read(ByteBuffer.allocate(10)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void asManyAsTheKernelTakesGoBesideOneMessageAndNotOneMore(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                OwnedFd fd = eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            for (int i = 0; i < AncillaryData.MAX_DESCRIPTORS; i++) {
                sent.descriptor(fd);
            }
            assertThrows(IllegalStateException.class, () -> sent.descriptor(fd));
            ends.first().send(bytes(1), sent);

            MessageInfo info = ends.second().receive(ByteBuffer.allocateDirect(10), received);

            assertFalse(info.isControlTruncated());
            assertEquals(AncillaryData.MAX_DESCRIPTORS, received.descriptorCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMessageThatFindsNoRoomLeavesWhatIsToBeSentBesideItWhereItIs(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                OwnedFd fd = eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            ends.first().channel().configureBlocking(false);
            while (ends.first().send(bytes(1000), sent) > 0) {
                assertFalse(Thread.interrupted());
            }
            sent.descriptor(fd);

            assertEquals(-1, ends.first().send(bytes(1000), sent));

            ByteBuffer dst = ByteBuffer.allocate(1 << 20);
            ends.second().channel().configureBlocking(false);
            while (ends.second().receive(dst.clear(), received) != null) {
                assertEquals(0, received.descriptorCount());
            }
            assertEquals(1000, ends.first().send(bytes(1000), sent));
            assertEquals(1000, ends.second().receive(dst.clear(), received).length());
            assertEquals(1, received.descriptorCount());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
    void anEmptyMessageCarriesDescriptors(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                OwnedFd fd = eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            assertEquals(0, ends.first().send(bytes(0), sent.descriptor(fd)));

            MessageInfo info = ends.second().receive(ByteBuffer.allocate(10), received);

            assertEquals(0, info.length());
            assertFalse(info.isEnd());
            assertEquals(1, received.descriptorCount());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAM")
    void onAStreamDescriptorsNeedAByteToRideOn(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); OwnedFd fd = eventfd(); AncillaryData sent = AncillaryData.create()) {
            sent.descriptor(fd);

            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ends.first().send(bytes(0), sent));

            assertTrue(e.getMessage().contains("at least one byte"), e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedDescriptorIsNotSentAndNeitherIsItsMessage(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                OwnedFd open = eventfd();
                AncillaryData sent = AncillaryData.create()) {
            OwnedFd closed = eventfd();
            sent.descriptor(open).descriptor(closed);
            closed.close();

            IOException e = assertThrows(IOException.class, () -> ends.first().send(bytes(3), sent));

            assertTrue(e.getMessage().contains("descriptor 2 of 2") && e.getMessage().contains("EBADF"), e.getMessage());
            ends.second().channel().configureBlocking(false);
            assertEquals(0, ends.second().read(ByteBuffer.allocate(10)));
        }
    }

    private OwnedFd eventfd() throws IOException {
        return OwnedFd.adopt(sys.eventfd(0, Linux.EFD_CLOEXEC));
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length);
    }
}
