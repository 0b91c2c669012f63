// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Too many descriptors underway are a reason to wait, as no room is: ETOOMANYREFS, of which the kernel has no event. */
@ExtendWith(NothingLeaks.class)
class DescriptorsUnderwayTest {

    private static final int REFUSALS = 20;

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(faulty::syscalls);

    @ParameterizedTest
    @EnumSource
    void aNonBlockingSendIsRefusedAndLosesNothing(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(provider, family);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            ends.first().channel().configureBlocking(false);
            faulty.fail("sendmsg", Errno.ETOOMANYREFS, REFUSALS);
            ByteBuffer[] srcs = {ByteBuffer.allocate(3), ByteBuffer.allocateDirect(5000)};
            sent.descriptor(fd);
            for (int i = 0; i < REFUSALS; i++) {
                assertEquals(-1, i % 2 == 0 ? ends.first().send(srcs[0], sent) : ends.first().send(srcs, sent));
                assertEquals(0, srcs[0].position() + srcs[1].position());
            }
            assertEquals(5003, ends.first().send(srcs, sent));
            assertEquals(5003, ends.second().receive(ByteBuffer.allocate(6000), received).length());
            assertEquals(1, received.descriptorCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBlockingSendTriesAgainUntilReceiversHaveTakenSome(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(provider, family);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create();
                AncillaryData received = AncillaryData.create()) {
            faulty.fail("sendmsg", Errno.ETOOMANYREFS, REFUSALS);
            assertEquals(3, ends.first().send(ByteBuffer.allocate(3), sent.descriptor(fd)));
            assertEquals(REFUSALS + 1, faulty.count("sendmsg"));
            ends.second().receive(ByteBuffer.allocate(3), received);
            assertEquals(1, received.descriptorCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputIsHeldBackFromASelectorForAWhileAndThenReported(UnixProtocolFamily family) throws IOException {
        try (Selector selector = provider.openSelector();
                MessageEnds ends = MessageEnds.open(provider, family);
                OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = AncillaryData.create()) {
            ends.first().channel().configureBlocking(false);
            SelectionKey key = ends.first().channel().register(selector, SelectionKey.OP_WRITE);
            assertEquals(1, selector.select());
            selector.selectedKeys().clear();
            faulty.fail("sendmsg", Errno.ETOOMANYREFS, REFUSALS);
            sent.descriptor(fd);
            int rounds = 0;
            int heldBack = 0;
            while (ends.first().send(ByteBuffer.allocate(3), sent) < 0) {
                rounds++;
                if (selector.selectNow() == 0) { // each time, unless this thread is held up for longer than the output
                    heldBack++;
                    assertEquals(1, selector.select());
                }
                assertTrue(key.isWritable());
                selector.selectedKeys().clear();
            }
            assertEquals(REFUSALS, rounds);
            assertTrue(heldBack > 0, "held back");
            assertEquals(1, selector.selectNow(), "nothing is held back once a send has succeeded");
        }
    }
}
