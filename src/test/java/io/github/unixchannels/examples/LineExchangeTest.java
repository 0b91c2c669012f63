// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingLeaks.class)
class LineExchangeTest {

    @TempDir
    private Path folder;

    @Test
    void everyMessageCrossesAndIsAnswered() throws Exception {
        List<byte[]> messages = messages();

        Exchange.Report report = new SeqpacketExchange().run(messages);

        requireAllKept(messages, report);
        assertEquals(ProcessHandle.current().pid(), report.peer().pid());
    }

    @Test
    void everyDatagramCrossesAndIsAnsweredThoughTheQueueWasFull() throws Exception {
        List<byte[]> messages = messages();

        Exchange.Report report = new DatagramExchange().run(messages);

        requireAllKept(messages, report);
        assertTrue(report.refused() > 0);
        assertNull(report.peer());
    }

    @Test
    void everyMessageIsAnsweredOnTcpAndUdpBesideSeqpacketAndDgramInOneSelector() throws Exception {
        List<byte[]> messages = messages();

        Exchange.Report report = new MixedExchange().run(messages);

        assertEquals(8L * messages.size(), report.messages());
        assertEquals(report.messages(), report.boundariesKept());
    }

    @Test
    void theReceiverReadsTheFileAndKnowsWhoPassedIt() throws Exception {
        Path file = Files.writeString(folder.resolve("lines"), "one\n\nthree\nfour, without an end");

        String found = new FilePassing().run(file);

        String who = "pid=" + ProcessHandle.current().pid() + " uid=\\d+ gid=\\d+";
        assertTrue(found.matches("a file of 4 lines, passed by " + who), found);
    }

    @Test
    void whatOneWritesToMemoryTheOtherSees() throws Exception {
        Path file = Files.writeString(folder.resolve("lines"), "one\n\nthree\n");

        assertEquals("memory of 11 bytes, written by one and seen by the other", new MemoryPassing().run(file));
    }

    @Test
    void theChildServesOverTheEndThatItInherited() throws Exception {
        Path file = Files.writeString(folder.resolve("lines"), "one\n\nthree\n");

        String counted = new ChildPassing().run(file);

        assertTrue(counted.matches("a file of 3 lines, counted by the child pid=\\d+, exit=0"), counted);
    }

    /** With one processor the common pool runs one task at a time, and here a server and a client need to run together. */
    @Test
    void itRunsOnOneProcessor() throws Exception {
        Path file = Files.writeString(folder.resolve("lines"), "one\n\nthree\nfour, without an end");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ActiveProcessorCount=1",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        LineExchange.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(java.getInputStream().readAllBytes());

        assertEquals(0, java.waitFor(), printed);
        assertTrue(printed.contains("4 lines"), printed);
        requireRow("SEQPACKET, selector +8 +\\d+ +8 +\\d+ +\\d+ +\\d+ +\\d+ +[\\d.]+", printed);
        // Four lines are too few to fill the queue, and are sent several times.
        requireRow("DGRAM, selector +(\\d+) +\\d+ +\\1 +[1-9]\\d* +[\\d.]+", printed);
        requireRow("and TCP, UDP +32 +\\d+ +32 +0 +[\\d.]+", printed);
        requireRow("a file of 4 lines, passed by pid=\\d+ uid=\\d+ gid=\\d+", printed);
        requireRow("memory of 31 bytes, written by one and seen by the other", printed);
        requireRow("a file of 4 lines, counted by the child pid=\\d+, exit=0", printed);
    }

    private static void requireRow(String pattern, String printed) {
        assertTrue(printed.lines().anyMatch(line -> line.matches(pattern)), printed);
    }

    /** More than any queue takes before it is read: more than SO_SNDBUF is. */
    private static List<byte[]> messages() {
        List<byte[]> messages = new ArrayList<>();
        for (int length = 1; length < 3000; length += 7) {
            messages.add("x".repeat(length).getBytes());
        }
        return messages;
    }

    private static void requireAllKept(List<byte[]> messages, Exchange.Report report) {
        assertEquals(2L * messages.size(), report.messages());
        assertEquals(report.messages(), report.boundariesKept());
        assertEquals(2 * messages.stream().mapToLong(message -> message.length).sum(), report.bytes());
    }
}
