// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ConcurrentModificationException;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One object for many messages: what it owns is closed when it is sent or dropped, and two threads at once lose nothing. */
@ExtendWith(NothingLeaks.class)
class AncillaryDataTest {

    private static final int SENDS = 50;
    private static final int ROUNDS = 20_000;

    private final AncillaryData sent = AncillaryData.create();
    private final AncillaryData received = AncillaryData.create();

    @AfterEach
    void close() {
        sent.close();
        received.close();
    }

    private static ByteBuffer one() {
        return ByteBuffer.allocate(1);
    }

    @ParameterizedTest
    @EnumSource
    void theDuplicateOfAChannelIsClosedOnceItIsSent(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); MessageEnds passed = MessageEnds.open(UnixProtocolFamily.STREAM)) {
            int before = OpenDescriptors.count();
            for (int i = 0; i < SENDS; i++) {
                assertEquals(1, ends.first().send(one(), sent.descriptor(passed.first().channel())));
                ends.second().receive(one(), received);
                received.takeDescriptor().close();
            }
            assertEquals(before, OpenDescriptors.count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDuplicateOfAChannelIsClosedWhenTheSendFails(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); MessageEnds passed = MessageEnds.open(UnixProtocolFamily.STREAM)) {
            ends.second().close();
            int before = OpenDescriptors.count();
            for (int i = 0; i < SENDS; i++) {
                sent.descriptor(passed.first().channel());
                assertThrows(Exception.class, () -> ends.first().send(one(), sent));
                assertEquals(before, OpenDescriptors.count());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDuplicateOfAChannelIsClosedWhenAnotherMessageTakesItsPlace(UnixProtocolFamily family) throws IOException {
        try (MessageEnds slow = MessageEnds.open(family);
                MessageEnds other = MessageEnds.open(family);
                MessageEnds passed = MessageEnds.open(UnixProtocolFamily.STREAM)) {
            slow.first().channel().configureBlocking(false);
            while (slow.first().send(ByteBuffer.allocate(1000), sent) >= 0) { }
            int before = OpenDescriptors.count();
            for (int i = 0; i < SENDS; i++) {
                assertEquals(-1, slow.first().send(one(), sent.descriptor(passed.first().channel())));
                assertEquals(before + 1, OpenDescriptors.count());
            }
            assertEquals(1, other.first().send(one(), sent));
            assertEquals(before, OpenDescriptors.count());
        }
    }

    @Test
    void credentialsThatFoundNoRoomGoToNoOtherEither() throws IOException {
        try (MessageEnds slow = MessageEnds.open(UnixProtocolFamily.SEQPACKET)) {
            slow.first().channel().configureBlocking(false);
            while (slow.first().send(ByteBuffer.allocate(1000), sent) >= 0) { }
            PeerCredentials own = PeerCredentials.ofThisProcess();
            assertEquals(-1, slow.first().send(one(), sent.credentials(own)));
            assertTrue(sent.toString().contains(own.toString()), sent.toString());
            try (OwnedFd fd = RawDescriptor.eventfd()) {
                sent.descriptor(fd);
            }
            assertTrue(sent.toString().contains("to be sent: descriptors=1,"), sent.toString());
        }
    }

    /** Whatever comes of it: each descriptor that came is taken once, or closed. */
    @Test
    void twoThreadsThatTakeFromOneObjectLoseNoDescriptor() throws Exception {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET); OwnedFd fd = RawDescriptor.eventfd()) {
            int before = OpenDescriptors.count();
            AtomicInteger refused = new AtomicInteger();
            BackgroundCall<Void> other = BackgroundCall.start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    takeOrClear(i, refused);
                }
                return null;
            });
            for (int i = 0; i < ROUNDS; i++) {
                ends.first().send(one(), sent.descriptor(fd).descriptor(fd));
                boolean got = false;
                while (!got) {
                    try {
                        ends.second().receive(one(), received);
                        got = true;
                    } catch (ConcurrentModificationException e) {
                        refused.incrementAndGet();
                    }
                }
                takeOrClear(i, refused);
            }
            other.result();
            received.clear();
            assertEquals(before, OpenDescriptors.count());
        }
    }

    private void takeOrClear(int round, AtomicInteger refused) {
        try {
            if (round % 8 == 0) {
                received.clear();
            } else {
                received.takeDescriptor().close();
            }
        } catch (ConcurrentModificationException e) {
            refused.incrementAndGet();
        } catch (NoSuchElementException e) {
            // the other thread was first
        }
    }

    @Test
    void aChannelThatCannotBeDuplicatedLeavesTheObjectUsable() throws IOException {
        try (MessageEnds ends = MessageEnds.open(UnixProtocolFamily.SEQPACKET)) {
            Pipe pipe = Pipe.open();
            pipe.sink().close();
            pipe.source().close();
            assertThrows(IOException.class, () -> sent.descriptor(pipe.source()));
            assertEquals(1, ends.first().send(one(), sent));
        }
    }
}
