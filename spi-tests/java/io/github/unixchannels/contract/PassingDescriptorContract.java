// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static io.github.unixchannels.contract.Passing.MAX_DESCRIPTORS;
import static io.github.unixchannels.contract.Passing.NOTHING_SENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.contract.Passing.Beside;
import io.github.unixchannels.contract.Passing.Handle;
import io.github.unixchannels.contract.Passing.Reception;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Descriptors beside messages: which arrive with which message, and what is sent and what is not. */
class PassingDescriptorContract extends PassingTest {

    /** More than a channel takes at once. */
    private static final int MUCH = 4 << 20;

    @Test
    void a01_aDescriptorArrivesWithItsMessageAndIsOneOfTheSameOpenFile() throws Exception {
        Ends ends = ends();
        Handle file = file();
        assertEquals(1, ends.first().send("a", beside().add(file)));

        Beside received = beside();
        ends.second().assertReceives("a", received);

        assertEquals(1, received.count());
        assertSameOpenFile(file, take(received));
    }

    @Test
    void a02_descriptorsComeWithTheMessageTheyWereSentWithInTheOrderInWhichTheyWereAdded() throws Exception {
        Ends ends = ends();
        List<Handle> files = List.of(file(), file(), file());
        ends.first().send("two", beside().add(files.get(0)).add(files.get(1)));
        ends.first().send("one", beside().add(files.get(2)));
        assertEquals(4, ends.first().write("none"));

        Beside received = beside();
        ends.second().assertReceives("two", received);
        assertEquals(2, received.count());
        List<Handle> taken = new ArrayList<>(List.of(take(received), take(received)));
        assertEquals(0, received.count());
        assertThrows(NoSuchElementException.class, received::take);
        ends.second().assertReceives("one", received);
        assertEquals(1, received.count());
        taken.add(take(received));
        ends.second().assertReceives("none", received);
        assertEquals(0, received.count());
        for (int i = 0; i < files.size(); i++) {
            assertSameOpenFile(files.get(i), taken.get(i));
        }
    }

    @Test
    void a03_asManyAsTheKernelTakesTravelBesideOneMessageAndOneMoreIsRefused() throws Exception {
        Ends ends = ends();
        Handle file = file();
        Beside sent = beside();
        for (int i = 0; i < MAX_DESCRIPTORS; i++) {
            sent.add(file);
        }
        assertThrows(IllegalStateException.class, () -> sent.add(file));
        assertEquals(1, ends.first().send("a", sent));

        Beside received = beside();
        Reception reception = ends.second().assertReceives("a", received);

        assertFalse(reception.controlTruncated());
        assertEquals(MAX_DESCRIPTORS, received.count());
        assertOpenFiles(1 + MAX_DESCRIPTORS);
    }

    @Test
    void a04_whatArrivesIsCloseOnExec() throws Exception {
        Ends ends = ends();
        ends.first().send("a", beside().add(file()).add(file()));
        Beside received = beside();
        ends.second().assertReceives("a", received);
        assertTrue(OpenDescriptors.isCloseOnExec(take(received).number()));
        assertTrue(OpenDescriptors.isCloseOnExec(take(received).number()));
    }

    @Test
    void a05_whoSentADescriptorHasItStillAndMayCloseItBeforeItIsReceived() throws Exception {
        Ends ends = ends();
        Handle closed = file();
        Handle kept = file();
        ends.first().send("a", beside().add(closed).add(kept));
        assertOpenFiles(2);
        closed.close();
        assertOpenFiles(1);

        Beside received = beside();
        ends.second().assertReceives("a", received);

        assertOpenFiles(3);
        assertEquals(0, take(received).toFileChannel().position());
        assertSameOpenFile(kept, take(received));
    }

    @Test
    void a06_whatWasSentIsNotSentAgain() throws Exception {
        Ends ends = ends();
        Handle file = file();
        Beside sent = beside();
        Beside received = beside();
        ends.first().send("first", sent.add(file));
        ends.second().assertReceives("first", received);
        assertEquals(1, received.count());

        ends.first().send("next", sent);
        ends.second().assertReceives("next", received);
        assertEquals(0, received.count());

        ends.first().send("last", sent.add(file));
        ends.second().assertReceives("last", received);
        assertEquals(1, received.count());
    }

    @Test
    void a07_whatWasClearedIsNotSent() throws Exception {
        Ends ends = ends();
        Handle file = file();
        Beside sent = beside().add(file);
        sent.clear();
        ends.first().send("cleared", sent);
        sent.add(file);
        sent.close();
        ends.first().send("closed", sent);

        Beside received = beside();
        for (String text : new String[] {"cleared", "closed"}) {
            byte[] bytes = new byte[text.length()]; // a stream joins the two
            ends.second().receive(received, ByteBuffer.wrap(bytes));
            assertEquals(text, text(ByteBuffer.wrap(bytes).position(bytes.length)));
            assertEquals(0, received.count());
        }
        assertOpenFiles(1);
    }

    @Test
    void a08_aDescriptorThatIsClosedMakesTheSendFailAndNothingIsSent() throws Exception {
        Ends ends = ends();
        Handle open = file();
        Handle closed = file();
        Beside sent = beside();
        closed.close();
        ByteBuffer src = ascii("abc");
        for (boolean blocking : MODES) {
            sent.add(open).add(closed);
            ends.first().channel().configureBlocking(blocking);
            assertThrows(IOException.class, () -> ends.first().send(sent, src));
            assertEquals(3, src.remaining());
        }
        assertTrue(ends.first().channel().isOpen());
        ends.second().assertNothingIsThere();

        ends.first().send(sent.add(open), src);
        Beside received = beside();
        ends.second().assertReceives("abc", received);
        assertEquals(1, received.count());
        assertSameOpenFile(open, take(received));
    }

    @Test
    void a09_aSendThatFindsNoRoomSendsNothingAndAllIsStillThereForTheNextOnThatChannel() throws Exception {
        Ends ends = ends();
        Handle file = file();
        fill(ends.first());
        Beside sent = beside().add(file);
        ByteBuffer src = ascii("with room");
        for (int i = 0; i < 3; i++) {
            assertEquals(NOTHING_SENT, ends.first().send(sent, src));
            assertEquals(NOTHING_SENT, ends.first().send(sent, src, ascii("more")));
            assertEquals(9, src.remaining());
        }
        drain(ends.second());
        assertOpenFiles(1);

        assertEquals(9, ends.first().send(sent, src));
        Beside received = beside();
        ends.second().assertReceives("with room", received);
        assertEquals(1, received.count());
        assertSameOpenFile(file, take(received));
    }

    @Test
    @Requires(Capability.MESSAGES)
    void a52_aMessageThatIsTooLongIsNotSentAndNeitherAreItsDescriptors() throws Exception {
        Ends ends = ends();
        Beside sent = beside().add(file());
        ByteBuffer src = ByteBuffer.allocate(MUCH);
        assertThrows(IOException.class, () -> ends.first().send(sent, src));
        assertEquals(MUCH, src.remaining());
        ends.second().assertNothingIsThere();

        ends.first().send("short", sent);
        Beside received = beside();
        ends.second().assertReceives("short", received);
        assertEquals(0, received.count());
    }

    @Test
    void a54_whatAPeerThatHasGoneWasNotSentGoesToNobodyElse() throws Exception {
        Ends gone = ends();
        gone.second().channel().close();
        Beside sent = beside().add(file());
        assertThrows(IOException.class, () -> gone.first().send("secret", sent));
        assertDropped(sent);

        Handle next = file();
        Ends ends = ends();
        ends.first().send("next", sent.add(next));
        Beside received = beside();
        ends.second().assertReceives("next", received);
        assertEquals(1, received.count());
        assertSameOpenFile(next, take(received));
    }

    @Test
    void a55_whatOnePeerHadNoRoomForGoesToNoOther() throws Exception {
        Ends slow = ends();
        fill(slow.first());
        Ends ends = ends();
        Beside sent = beside();
        Beside received = beside();
        for (boolean adding : new boolean[] {true, false}) {
            assertEquals(NOTHING_SENT, slow.first().send("secret", sent.add(file())));
            Handle next = file();
            ends.first().send("next", adding ? sent.add(next) : sent);
            ends.second().assertReceives("next", received);
            assertEquals(adding ? 1 : 0, received.count());
            if (adding) {
                assertSameOpenFile(next, take(received));
            }
        }
        drain(slow.second());
        assertEquals(1, slow.first().send("a", sent));
        slow.second().assertReceives("a", received);
        assertEquals(0, received.count());
    }

    @Test
    void a57_whatIsAddedAfterASendThatFoundNoRoomTakesThePlaceOfWhatWasThere() throws Exception {
        Ends ends = ends();
        fill(ends.first());
        Beside sent = beside();
        Handle file = file();
        for (int i = 0; i < 3; i++) {
            assertEquals(NOTHING_SENT, ends.first().send("a", sent.add(file)));
        }
        drain(ends.second());
        assertEquals(1, ends.first().send("a", sent));
        Beside received = beside();
        ends.second().assertReceives("a", received);
        assertEquals(1, received.count());
        assertSameOpenFile(file, take(received));
    }

    @Test
    @Requires(Capability.DATAGRAMS)
    void a58_whatOneReceiverHadNoRoomForGoesToNoOtherByTheSameChannel() throws Exception {
        DatagramChannel slow = datagram().bind(freeAddress());
        DatagramChannel other = datagram().bind(freeAddress());
        DatagramChannel sender = datagram();
        sender.configureBlocking(false);
        Beside sent = beside();
        int filling = 0;
        while (provider.passing().sendTo(slow.getLocalAddress(), sender, sent, ascii("fills")) >= 0) {
            filling++;
        }
        assertTrue(filling > 0);
        sent.add(file());
        assertEquals(NOTHING_SENT, provider.passing().sendTo(slow.getLocalAddress(), sender, sent, ascii("secret")));

        assertEquals(1, provider.passing().sendTo(other.getLocalAddress(), sender, sent, ascii("a")));
        Beside received = beside();
        end(other).assertReceives("a", received);
        assertEquals(0, received.count());
    }

    @Test
    void a10_severalBuffersAreOneMessageAndTheDescriptorsTravelBesideIt() throws Exception {
        Ends ends = ends();
        Handle file = file();
        ByteBuffer direct = ByteBuffer.allocateDirect(3).put(ascii("cde")).flip();
        assertEquals(5, ends.first().send(beside().add(file), ascii("ab"), ascii(""), direct));

        Beside received = beside();
        ByteBuffer[] dsts = {ByteBuffer.allocate(1), ByteBuffer.allocate(0), ByteBuffer.allocateDirect(2), ByteBuffer.allocate(9)};
        Reception reception = ends.second().receive(received, dsts);

        assertEquals(5, reception.length());
        assertEquals("a|bc|de", text(dsts[0]) + "|" + text(dsts[2]) + "|" + text(dsts[3]));
        assertEquals(1, received.count());
        assertSameOpenFile(file, take(received));
    }

    @Test
    @Requires(Capability.MESSAGES)
    void a11_anEmptyMessageCarriesDescriptors() throws Exception {
        Ends ends = ends();
        Handle file = file();
        assertEquals(0, ends.first().send("", beside().add(file)));
        Beside received = beside();
        ends.second().assertReceives("", received);
        assertEquals(1, received.count());
        assertSameOpenFile(file, take(received));
    }

    @Test
    @Requires(Capability.BYTE_STREAM)
    void a12_onAStreamDescriptorsNeedAByteToRideOn() throws Exception {
        Ends ends = ends();
        Beside sent = beside();
        sent.add(file());
        assertThrows(IllegalArgumentException.class, () -> ends.first().send("", sent));
        assertDropped(sent);
        sent.add(file());
        assertThrows(IllegalArgumentException.class, () -> ends.first().send(sent, ascii(""), ascii("")));
        assertDropped(sent);
        ends.second().assertNothingIsThere();
    }

    @Test
    @Requires(Capability.BYTE_STREAM)
    void a13_onAStreamAReceiveDoesNotGoBeyondTheBytesThatDescriptorsCameWith() throws Exception {
        Ends ends = ends();
        ends.first().write("ab");
        ends.first().send("cd", beside().add(file()));
        ends.first().write("ef");
        ends.first().send("gh", beside().add(file()).add(file()));
        ends.first().send("ij", beside().add(file()));
        ends.second().channel().configureBlocking(false);

        ByteBuffer dst = ByteBuffer.allocate(64);
        List<String> comings = new ArrayList<>();
        Beside received = beside();
        while (ends.second().receive(received, dst) != null) {
            if (received.count() > 0) {
                comings.add(received.count() + " at " + text(dst));
            }
        }
        assertEquals(List.of("1 at abcd", "2 at abcdefgh", "1 at abcdefghij"), comings);
    }

    @Test
    @Requires(Capability.BYTE_STREAM)
    void a14_onAStreamABlockingSendSendsAllBytesAndTheDescriptorsWithTheFirst() throws Exception {
        Ends ends = ends();
        Beside sent = beside().add(file());
        BackgroundCall<Long> sending = BackgroundCall.start(() -> ends.first().send(sent, ByteBuffer.allocate(MUCH)));

        Beside received = beside();
        ByteBuffer dst = ByteBuffer.allocateDirect(MUCH);
        ends.second().receive(received, dst);
        assertEquals(1, received.count());
        while (dst.hasRemaining()) {
            ends.second().receive(received, dst);
            assertEquals(0, received.count());
        }
        assertEquals(MUCH, sending.result());
    }

    @Test
    void a15_ofRandomMessagesEachComesWithAsManyDescriptorsAsItWasSentWithAndNoneIsLeftOver() throws Exception {
        Ends ends = ends();
        Handle file = file();
        Random random = new Random(1);
        Beside sent = beside();
        Beside received = beside();
        for (int i = 0; i < 60; i++) {
            int count = random.nextInt(4) == 0 ? random.nextInt(MAX_DESCRIPTORS) : random.nextInt(3);
            for (int added = 0; added < count; added++) {
                sent.add(file);
            }
            String text = "message " + i;
            ends.first().send(text, sent);
            ends.second().assertReceives(text, received);
            assertEquals(count, received.count(), text);
            for (int taken = random.nextInt(count + 1); taken > 0; taken--) {
                received.take().close();
            }
        }
        received.clear();
        assertOpenFiles(1);
    }
}
