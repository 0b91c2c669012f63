// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.CmsghdrLayout;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors that arrive and are not taken, or whose receiver fails, are closed, once, and never lost. */
@ExtendWith(NothingLeaks.class)
class DescriptorLossTest {

    private static final int FLOOD = 1_000;

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);
    private final AncillaryData sent = AncillaryData.create();
    private final AncillaryData received = AncillaryData.create();
    private final ByteBuffer one = ByteBuffer.allocate(1);
    private OwnedFd fd;

    @BeforeEach
    void open() throws IOException {
        fd = RawDescriptor.eventfd();
    }

    @AfterEach
    void close() {
        fd.close();
        sent.close();
        received.close();
    }

    @ParameterizedTest
    @EnumSource
    void whoTakesNoneOfTheMostThatCanComeHoldsThoseOfOneMessageAtMost(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family)) {
            int before = OpenDescriptors.count();
            for (int i = 0; i < FLOOD; i++) {
                for (int j = 0; j < AncillaryData.MAX_DESCRIPTORS; j++) {
                    sent.descriptor(fd);
                }
                ends.first().send(one.clear(), sent);
                if (i % 3 == 0) {
                    ends.second().read(one.clear());
                } else {
                    ends.second().receive(one.clear(), received);
                    assertEquals(AncillaryData.MAX_DESCRIPTORS, received.descriptorCount());
                }
                if (i % 100 == 1) {
                    assertEquals(before + AncillaryData.MAX_DESCRIPTORS, OpenDescriptors.count());
                }
            }
            received.clear();
            assertEquals(before, OpenDescriptors.count());
        }
    }

    @Test
    void everyWayToForgetWhatWasReceivedClosesIt() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET)) {
            int before = OpenDescriptors.count();
            receiveTwo(ends);
            received.clear();
            assertEquals(before, OpenDescriptors.count());
            receiveTwo(ends);
            received.close();
            assertEquals(before, OpenDescriptors.count());
            receiveTwo(ends);
            OwnedFd taken = received.takeDescriptor();
            received.close();
            assertEquals(before + 1, OpenDescriptors.count());
            taken.close();
            assertEquals(before, OpenDescriptors.count());
            receiveTwo(ends);
            assertEquals(2, received.descriptorCount(), "it can be used again");
        }
    }

    @Test
    void whatIsReceivedByAnObjectThatIsForgottenIsClosedWhenTheCollectorFindsIt() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET)) {
            int before = OpenDescriptors.count();
            forgetOne(ends);
            BackgroundCall.soon().until(() -> {
                System.gc();
                return OpenDescriptors.count() == before;
            });
        }
    }

    private void forgetOne(MessageEnds ends) throws IOException {
        ends.first().send(one.clear(), sent.descriptor(fd).descriptor(fd));
        AncillaryData forgotten = AncillaryData.create();
        ends.second().receive(one.clear(), forgotten);
        assertEquals(2, forgotten.descriptorCount());
    }

    /** A socket that is underway to itself is held by nobody but its own queue; the kernel collects it (unix_gc). */
    @ParameterizedTest
    @EnumSource
    void aChannelThatIsSentToItselfGoesWithItsPair(UnixProtocolFamily family) throws IOException {
        int before = OpenDescriptors.count();
        try (MessageEnds ends = MessageEnds.open(family);
                OwnedFd first = RawDescriptor.duplicateOf(ends.first().channel());
                OwnedFd second = RawDescriptor.duplicateOf(ends.second().channel())) {
            ends.first().send(one.clear(), sent.descriptor(first).descriptor(second));
            ends.second().send(one.clear(), sent.descriptor(first).descriptor(second));
            ends.first().receive(one.clear(), received);
            assertEquals(2, received.descriptorCount());
        }
        received.clear();
        assertEquals(before, OpenDescriptors.count());
    }

    @ParameterizedTest
    @EnumSource
    void aFailedReceiveLosesNothingOfTheMessageAndAFailedSendSendsNothing(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(provider, family)) {
            for (int errno : new int[] {Errno.ENOMEM, Errno.ENOBUFS, Errno.EPERM, 4000}) {
                faulty.fail("sendmsg", errno, 1);
                sent.descriptor(fd);
                IOException e = assertThrows(IOException.class, () -> ends.first().send(one.clear(), sent));
                String verb = family == UnixProtocolFamily.DGRAM ? "write" : "send"; // as of any datagram to the peer
                assertTrue(e.getMessage().startsWith(verb + "(fd="), e.getMessage());
                assertEquals(0, one.position());
                assertEquals(1, ends.first().send(one.clear(), sent.descriptor(fd)));
                faulty.fail("recvmsg", errno, 1);
                e = assertThrows(IOException.class, () -> ends.second().receive(one.clear(), received));
                assertTrue(e.getMessage().startsWith("receive(fd="), e.getMessage());
                assertEquals(0, received.descriptorCount());
                assertEquals(1, ends.second().receive(one.clear(), received).length());
                assertEquals(1, received.descriptorCount());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterASignalBothAreTriedAgain(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(provider, family)) {
            faulty.fail("sendmsg", Errno.EINTR, 3).fail("recvmsg", Errno.EINTR, 3);
            ends.first().send(one.clear(), sent.descriptor(fd));
            ends.second().receive(one.clear(), received);
            assertEquals(1, received.descriptorCount());
            assertEquals(4, faulty.count("sendmsg"));
            assertEquals(4, faulty.count("recvmsg"));
        }
    }

    @Test
    void aMessageThatIsTooLongDropsItsDescriptors() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET)) {
            sent.descriptor(fd);
            IOException e = assertThrows(IOException.class, () -> ends.first().send(ByteBuffer.allocate(16 << 20), sent));
            assertTrue(e.getMessage().startsWith("send(fd=") && e.getMessage().endsWith("(EMSGSIZE)"), e.getMessage());
            receiveTwo(ends);
            assertEquals(2, received.descriptorCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheKernelHasNoRoomForIsToldAndTheRestIsOwned(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(provider, family)) {
            ends.first().send(one.clear(), sent.descriptor(fd).descriptor(fd).descriptor(fd));
            faulty.next("recvmsg", (real, arguments) -> withOneDescriptorOnly(real.with(arguments), (long) arguments[1]));

            MessageInfo info = ends.second().receive(one.clear(), received);

            assertTrue(info.isControlTruncated());
            assertFalse(info.isTruncated());
            assertEquals(1, received.descriptorCount());
            ends.first().send(one.clear(), sent.descriptor(fd));
            assertFalse(ends.second().receive(one.clear(), received).isControlTruncated());
        }
    }

    /** As the kernel does for want of room: it closes what it has no room for and says so in the flags. */
    private static Object withOneDescriptorOnly(Object received, long message) {
        Syscalls host = HostSyscalls.get();
        ByteBuffer header = host.view(message, MsghdrLayout.BYTES);
        int length = (int) header.getLong(MsghdrLayout.CONTROL_LENGTH);
        ByteBuffer control = host.view(header.getLong(MsghdrLayout.CONTROL), length);
        int rights = 0;
        while (control.getInt(rights + CmsghdrLayout.TYPE) != Linux.SCM_RIGHTS) {
            rights += CmsghdrLayout.space((int) control.getLong(rights) - CmsghdrLayout.DATA);
        }
        host.close(control.getInt(rights + CmsghdrLayout.DATA + 4));
        host.close(control.getInt(rights + CmsghdrLayout.DATA + 8));
        control.putLong(rights, CmsghdrLayout.length(Integer.BYTES));
        header.putLong(MsghdrLayout.CONTROL_LENGTH, rights + CmsghdrLayout.space(Integer.BYTES));
        header.putInt(MsghdrLayout.FLAGS, Linux.MSG_CTRUNC);
        return received;
    }

    @Test
    void whatACloseReturnsIsNoReasonToCloseOnceMoreOrToKeepTheOthers() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET);
                AncillaryData faultyData = new NativeAncillaryData(faulty.syscalls(), new NoMemory())) {
            ends.first().send(one.clear(), sent.descriptor(fd).descriptor(fd));
            ends.second().receive(one.clear(), faultyData);
            faulty.next("close", (real, arguments) -> {
                real.with(arguments);
                return -Errno.EINTR;
            });
            faultyData.clear();
            assertEquals(2, faulty.count("close"));
        }
    }

    @Test
    void ifNoOwnerCanBeMadeForADescriptorItIsClosedAndTheOthersAreStillThere() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET);
                AncillaryData failing = new NativeAncillaryData(faulty.syscalls(), new NoMemory())) {
            ends.first().send(one.clear(), sent.descriptor(fd).descriptor(fd).descriptor(fd));
            ends.second().receive(one.clear(), failing);
            assertThrows(OutOfMemoryError.class, failing::takeDescriptor);
            assertEquals(2, failing.descriptorCount());
            assertThrows(OutOfMemoryError.class, failing::takeDescriptor);
            assertEquals(1, failing.descriptorCount());
            assertEquals(2, faulty.count("close"));
        }
        assertEquals(3, faulty.count("close"));
    }

    /** Fails to make an owner, as its contract says: the descriptor is closed. */
    private final class NoMemory implements FdOwnership {

        @Override
        public OwnedFd own(int number, Object origin) {
            assertNotNull(origin);
            faulty.syscalls().close(number);
            throw new OutOfMemoryError("simulated");
        }

        @Override
        public OwnedFd duplicateOf(Channel channel) {
            throw new OutOfMemoryError("simulated");
        }

        @Override
        public Descriptor descriptorOf(OwnedFd owner) {
            throw new IllegalArgumentException("not ours");
        }
    }

    @Test
    void whatCannotBeAddedIsNotAdded() {
        try (AncillaryData failing = new NativeAncillaryData(faulty.syscalls(), new NoMemory());
                MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET)) {
            assertThrows(IllegalArgumentException.class, () -> failing.descriptor(fd));
            assertThrows(OutOfMemoryError.class, () -> failing.descriptor(ends.first().channel()));
            assertTrue(failing.toString().contains("to be sent: descriptors=0"), failing.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void receiveTwo(MessageEnds ends) throws IOException {
        ends.first().send(one.clear(), sent.descriptor(fd).descriptor(fd));
        ends.second().receive(one.clear(), received);
    }
}
