// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.contract.Passing.Beside;
import io.github.unixchannels.contract.Passing.Credentials;
import io.github.unixchannels.contract.Passing.Handle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sent a message, as the kernel knows it. */
@Contract(Capability.CREDENTIALS)
class PassingCredentialContract extends PassingTest {

    /** More than the kernel ever counts processes: it is nobody's. */
    private static final int NO_PROCESS = Integer.MAX_VALUE;

    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private Credentials own;

    @BeforeEach
    void findOwn() throws IOException {
        Path process = Path.of("/proc/self");
        own = new Credentials(ProcessHandle.current().pid(),
                ((Number) Files.getAttribute(process, "unix:uid")).longValue(),
                ((Number) Files.getAttribute(process, "unix:gid")).longValue());
    }

    @Test
    void a34_whoAsksForCredentialsGetsThoseOfTheSenderWithEveryMessage() throws Exception {
        Ends ends = ends();
        ends.second().set(provider.passing().credentialsOption(), true);
        Beside received = beside();
        for (String text : new String[] {"a", "bc"}) {
            ends.first().write(text);
            ends.second().assertReceives(text, received);
            assertEquals(own, received.senderCredentials());
        }
        ends.first().send("d", beside().add(file()));
        ends.second().assertReceives("d", received);
        assertEquals(own, received.senderCredentials());
        assertEquals(1, received.count());
    }

    @Test
    void a35_whoDoesNotAskGetsNoneAlsoIfTheMessageBeforeCameWithSome() throws Exception {
        Ends ends = ends();
        Beside received = beside();
        ends.first().send("a", beside().add(own));
        ends.second().assertReceives("a", received);
        assertNull(received.senderCredentials());

        ends.second().set(provider.passing().credentialsOption(), true);
        ends.first().write("b");
        ends.second().assertReceives("b", received);
        assertEquals(own, received.senderCredentials());
        received.clear();
        assertNull(received.senderCredentials());

        ends.second().set(provider.passing().credentialsOption(), false);
        ends.first().write("c");
        ends.second().assertReceives("c", received);
        assertNull(received.senderCredentials());
    }

    @Test
    void a36_ownCredentialsCanBeSentBesideDescriptorsAsManyAsThereMayBe() throws Exception {
        Ends ends = ends();
        ends.second().set(provider.passing().credentialsOption(), true);
        Beside sent = beside().add(own);
        Handle file = file();
        for (int i = 0; i < Passing.MAX_DESCRIPTORS; i++) {
            sent.add(file);
        }
        ends.first().send("a", sent);
        Beside received = beside();
        assertEquals(false, ends.second().assertReceives("a", received).controlTruncated());
        assertEquals(own, received.senderCredentials());
        assertEquals(Passing.MAX_DESCRIPTORS, received.count());
    }

    @Test
    void a37_credentialsThatAreNobodysAreRefusedAndNothingIsSent() throws Exception {
        Ends ends = ends();
        Handle file = file();
        Beside sent = beside().add(file).add(new Credentials(NO_PROCESS, own.uid(), own.gid()));
        ByteBuffer src = ascii("abc");
        assertThrows(IOException.class, () -> ends.first().send(sent, src));
        assertEquals(3, src.remaining());
        assertTrue(ends.first().channel().isOpen());
        ends.second().assertNothingIsThere();
        ends.second().channel().configureBlocking(true);
        assertDropped(sent);

        ends.first().send(sent.add(file), src);
        Beside received = beside();
        ends.second().assertReceives("abc", received);
        assertEquals(1, received.count());
    }

    @Test
    @Requires(Capability.ABSTRACT_NAMES)
    void a38_whoAsksBeforeItConnectsIsGivenANameByTheKernel() throws Exception {
        for (boolean asks : MODES) {
            Ends ends = endsThatAsk(asks, false);
            if (!asks) {
                assertEquals(UNNAMED, ends.first().local());
                continue;
            }
            assertNotEquals(UNNAMED, ends.first().local());
            ends.first().write("a");
            assertEquals(ends.first().local(), ends.second().assertReceives("a", beside()).sender());
        }
    }

    @Test
    @Requires(Capability.CONNECTIONS)
    void a39_whatAListenerAsksForTheChannelsThatItAcceptsAskForToo() throws Exception {
        for (boolean asks : MODES) {
            Ends ends = endsThatAsk(false, asks);
            Beside received = beside();
            ends.first().write("a");
            ends.second().assertReceives("a", received);
            assertEquals(asks ? own : null, received.senderCredentials());
        }
    }

    @Test
    void a40_toAskChangesNothingForAReadThatHandsOverNone() throws Exception {
        Ends ends = ends();
        ends.second().set(provider.passing().credentialsOption(), true);
        ends.first().send("abc", beside().add(own).add(file()));
        ByteBuffer dst = ByteBuffer.allocate(9);
        assertEquals(3, ends.second().read(dst));
        assertEquals("abc", text(dst));
        assertOpenFiles(1);
    }
}
