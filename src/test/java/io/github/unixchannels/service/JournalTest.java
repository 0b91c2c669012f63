// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.PatternBytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native protocol of the journal, byte by byte, and the journal itself where there is one. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class JournalTest {

    private static final Path REAL = Path.of("/run/systemd/journal/socket");

    /** More than the send buffer of a socket takes. */
    private static final int LARGE = 1 << 20;

    private UnixDatagramChannel receiver;
    private Journal journal;

    @BeforeEach
    void open() throws IOException {
        receiver = UnixDatagramChannel.open();
        receiver.bind(AbstractSocketAddress.AUTOBIND);
        journal = new Journal(receiver.getLocalAddress());
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
    }

    private String received() throws IOException {
        ByteBuffer datagram = ByteBuffer.allocate(1000);
        receiver.receive(datagram);
        return ISO_8859_1.decode(datagram.flip()).toString();
    }

    @Test
    void fieldsAreLines() throws Exception {
        journal.send(new JournalEntry("something = happened").priority(6).field("REQUEST_ID", "17").field("REQUEST_ID", ""));

        assertEquals("MESSAGE=something = happened\nPRIORITY=6\nREQUEST_ID=17\nREQUEST_ID=\n", received());
    }

    @Test
    void aValueWithALineBreakStandsBehindItsLength() throws Exception {
        journal.send(new JournalEntry("two\nlines").field("BODY", new byte[] {0, '\n', (byte) 0xff, '='}).field("LAST", new byte[] {0, '='}));

        assertEquals("MESSAGE\n\t\0\0\0\0\0\0\0two\nlines\nBODY\n\4\0\0\0\0\0\0\0\0\n\u00ff=\nLAST=\0=\n", received());
    }

    @Test
    void aTextIsUtf8AndAnEntryCanBeSentAgain() throws Exception {
        JournalEntry entry = new JournalEntry("Grüße");
        journal.send(entry);
        journal.send(entry.priority(7));

        assertEquals(new String("MESSAGE=Grüße\n".getBytes(UTF_8), ISO_8859_1), received());
        assertEquals(new String("MESSAGE=Grüße\nPRIORITY=7\n".getBytes(UTF_8), ISO_8859_1), received());
    }

    @Test
    void aLargeEntryIsASealedFileInMemory() throws Exception {
        byte[] body = PatternBytes.fill(ByteBuffer.allocate(LARGE), 0).array();
        JournalEntry entry = new JournalEntry("large").field("BODY", body);
        journal.send(entry);

        try (AncillaryData ancillary = AncillaryData.create()) {
            ByteBuffer datagram = ByteBuffer.allocate(1);
            assertEquals(0, receiver.receive(datagram, ancillary).fullLength());
            try (OwnedFd memory = ancillary.takeDescriptor()) {
                assertEquals(EnumSet.of(OwnedFd.Seal.SHRINK, OwnedFd.Seal.GROW, OwnedFd.Seal.WRITE, OwnedFd.Seal.SEAL), memory.seals());
                try (FileChannel file = memory.toFileChannel()) {
                    ByteBuffer content = ByteBuffer.allocate((int) file.size());
                    file.read(content, 0);
                    assertArrayEquals(entry.encode().array(), content.array());
                }
            }
        }
    }

    @Test
    void aThreadThatWasInterruptedCanWriteAndTheNextToo() throws Exception {
        Thread.currentThread().interrupt();
        try {
            journal.send(new JournalEntry("interrupted"));
            journal.send(new JournalEntry("x".repeat(LARGE)));
        } finally {
            assertTrue(Thread.interrupted());
        }
        journal.send(new JournalEntry("next"));

        assertEquals("MESSAGE=interrupted\n", received());
        assertEquals("", received());
        assertEquals("MESSAGE=next\n", received());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_PID", "1A", "a", "A-B", "A=", "A\n", "Ä"})
    void aNameThatTheJournalWouldDropIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new JournalEntry().field(name, "value"));
    }

    @Test
    void namesHaveALengthAndPrioritiesARange() throws Exception {
        String longest = "A".repeat(JournalEntry.MAX_NAME_CHARS);
        journal.send(new JournalEntry().field(longest, "x"));
        assertEquals(longest + "=x\n", received());

        assertThrows(IllegalArgumentException.class, () -> new JournalEntry().field(longest + "A", "x"));
        assertThrows(IllegalArgumentException.class, () -> new JournalEntry().priority(8));
        assertThrows(IllegalArgumentException.class, () -> new JournalEntry().priority(-1));
        assertThrows(IllegalArgumentException.class, () -> journal.send(new JournalEntry()));
        assertThrows(UnsupportedAddressTypeException.class,
                () -> new Journal(new InetSocketAddress(1)).send(new JournalEntry("to nobody")));
    }

    @Test
    void aJournalThatIsMissingIsAnException(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("socket");
        Journal missing = new Journal(UnixDomainSocketAddress.of(path));
        JournalEntry large = new JournalEntry("x".repeat(LARGE));

        SocketException e = assertThrows(SocketException.class, () -> missing.send(new JournalEntry("to nobody")));
        assertEquals("send(" + path + "): No such file or directory (ENOENT)", e.getMessage());
        assertThrows(SocketException.class, () -> missing.send(large));
        try (UnixDatagramChannel gone = UnixDatagramChannel.open()) {
            gone.bind(UnixDomainSocketAddress.of(path));
        }
        assertThrows(PortUnreachableException.class, () -> missing.send(new JournalEntry("to nobody")));
        assertThrows(PortUnreachableException.class, () -> missing.send(large));
    }

    @Test
    void theRealJournalHasWhatWasSent() throws Exception {
        Assumptions.assumeTrue(Files.exists(REAL), "systemd-journald does not run here: no " + REAL);
        OtherProgram.assume("journalctl", "--version");
        String id = UUID.randomUUID().toString();
        new Journal().send(new JournalEntry("two\nlines").field("TEST_ID", id).field("TEST_SIZE", "small"));
        new Journal().send(new JournalEntry("x".repeat(LARGE)).field("TEST_ID", id).field("TEST_SIZE", "large"));

        await().until(() -> journalctl("TEST_ID=" + id, "--output=verbose", "--all"), text -> text.contains("TEST_SIZE=small")
                && text.contains("TEST_SIZE=large") && text.contains("x".repeat(LARGE)));
    }

    private static String journalctl(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "journalctl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return new String(new ProcessBuilder(command).start().getInputStream().readAllBytes(), UTF_8);
    }
}
