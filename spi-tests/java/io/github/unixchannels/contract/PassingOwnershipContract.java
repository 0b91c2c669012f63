// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.unixchannels.contract.Passing.Beside;
import io.github.unixchannels.contract.Passing.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;

/** Descriptors that have arrived: whoever takes one owns it, and none that is not taken stays open. */
class PassingOwnershipContract extends PassingTest {

    private static final int COUNT = 3;

    private Ends ends;

    /** Sends a message with descriptors of files that are closed at once, and receives it: all that are open then were received. */
    private Beside received(String text) throws IOException {
        ends = ends();
        send(text);
        Beside received = beside();
        ends.second().assertReceives(text, received);
        assertEquals(COUNT, received.count());
        return received;
    }

    private void send(String text) throws IOException {
        Beside sent = beside();
        Handle[] files = new Handle[COUNT];
        for (int i = 0; i < COUNT; i++) {
            files[i] = file();
            sent.add(files[i]);
        }
        ends.first().send(text, sent);
        for (Handle file : files) {
            file.close();
        }
    }

    @Test
    void a16_whatIsNotTakenIsClosedByTheNextReceive() throws Exception {
        Beside received = received("a");
        assertOpenFiles(COUNT);
        ends.first().write("b");
        ends.second().assertReceives("b", received);
        assertEquals(0, received.count());
        assertOpenFiles(0);
    }

    @Test
    void a17_andByAReceiveThatFindsNothing() throws Exception {
        Beside received = received("a");
        ends.second().channel().configureBlocking(false);
        assertNull(ends.second().receive(received, ByteBuffer.allocate(9)));
        assertEquals(0, received.count());
        assertOpenFiles(0);
    }

    @Test
    void a18_whatIsNotTakenIsClosedWhenTheObjectIsCleared() throws Exception {
        Beside received = received("a");
        received.clear();
        assertEquals(0, received.count());
        assertOpenFiles(0);
    }

    @Test
    void a19_andWhenItIsClosedAfterWhichItCanBeUsedAgain() throws Exception {
        Beside received = received("a");
        received.close();
        assertEquals(0, received.count());
        assertOpenFiles(0);

        send("b");
        ends.second().assertReceives("b", received);
        assertEquals(COUNT, received.count());
        received.close();
        assertOpenFiles(0);
    }

    @Test
    void a20_whatIsTakenIsOpenUntilItsOwnerClosesItWhateverBecomesOfTheObjectAndTheChannel() throws Exception {
        Beside received = received("a");
        Handle first = take(received);
        Handle second = take(received);
        take(received).close();
        ends.first().write("b");
        ends.second().assertReceives("b", received);
        assertOpenFiles(2);
        received.close();
        ends.second().channel().close();
        assertOpenFiles(2);
        first.close();
        first.close();
        assertOpenFiles(1);
        second.close();
        assertOpenFiles(0);
    }

    @Test
    void a21_aReadClosesTheDescriptorsOfItsMessage() throws Exception {
        ends = ends();
        send("abc");
        ByteBuffer dst = ByteBuffer.allocate(9);
        assertEquals(3, ends.second().read(dst));
        assertEquals("abc", text(dst));
        assertOpenFiles(0);

        if (ends.second().channel() instanceof DatagramChannel datagrams) {
            send("def");
            assertEquals(ends.first().local(), datagrams.receive(dst));
            assertOpenFiles(0);
        }
        send("ghi");
        Beside received = beside();
        ends.second().assertReceives("ghi", received);
        assertEquals(COUNT, received.count());
    }

    @Test
    void a22_aReceiveTouchesNothingThatIsToBeSentAndASendNothingThatWasReceived() throws Exception {
        ends = ends();
        Handle file = file();
        Beside both = beside().add(file);
        send("from");
        ends.second().assertReceives("from", both);
        assertOpenFiles(1 + COUNT);

        assertEquals(2, ends.second().send("to", both));
        assertEquals(COUNT, both.count());
        assertOpenFiles(1 + COUNT);
        Beside back = beside();
        ends.first().assertReceives("to", back);
        assertEquals(1, back.count());
        assertSameOpenFile(file, take(back));
    }

    @Test
    @Requires({Capability.CONNECTIONS, Capability.MESSAGES})
    void a23_afterAReadThatLeftTheRestOfAMessageAReceiveIsThatRestWithoutDescriptors() throws Exception {
        ends = ends();
        send("abcdef");
        assertEquals(2, ends.second().read(ByteBuffer.allocate(2)));
        Beside received = beside();
        assertEquals(4, ends.second().assertReceives("cdef", received).fullLength());
        assertEquals(0, received.count());
        assertOpenFiles(0);
    }
}
