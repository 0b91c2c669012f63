// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the variables say to process 4711: sd_listen_fds(3), sd_listen_fds_with_names(3). */
@ExtendWith(NothingLeaks.class)
class ListenEnvironmentTest {

    private static final Map<String, String> TWO = Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "2", "LISTEN_FDNAMES", "http:log");

    private static ThisProcess process(long pidfdInode) {
        return new ThisProcess() {
            @Override
            public int pid() {
                return 4711;
            }

            @Override
            public long pidfdInode() {
                return pidfdInode;
            }
        };
    }

    private static ListenEnvironment read(Map<String, String> variables) throws IOException {
        return ListenEnvironment.of(variables, process(815));
    }

    private static Map<String, String> but(String name, String value) {
        Map<String, String> variables = new HashMap<>(TWO);
        variables.put(name, value);
        variables.values().removeIf(java.util.Objects::isNull);
        return variables;
    }

    @Test
    void namesAreInTheOrderOfTheNumbers() throws IOException {
        assertEquals(new ListenEnvironment(List.of("http", "log"), null), read(TWO));
    }

    @Test
    void aNameMayBeThereTwiceAndMayBeEmpty() throws IOException {
        assertEquals(List.of("a", "a"), read(but("LISTEN_FDNAMES", "a:a")).names());
        assertEquals(List.of("a", ""), read(but("LISTEN_FDNAMES", "a:")).names());
    }

    @Test
    void withoutNamesEachIsUnknown() throws IOException {
        assertEquals(List.of("unknown", "unknown"), read(but("LISTEN_FDNAMES", null)).names());
    }

    @Test
    void whatIsForAnotherProcessIsNotTaken() throws IOException {
        assertEquals(ListenEnvironment.none("LISTEN_PID=4712 is another process; this is 4711"), read(but("LISTEN_PID", "4712")));
        assertEquals(
                ListenEnvironment.none("LISTEN_PIDFDID=816 is another process, which had the number 4711 too"),
                read(but("LISTEN_PIDFDID", "816")));
        assertEquals(List.of("http", "log"), read(but("LISTEN_PIDFDID", "815")).names());
    }

    @Test
    void wherePidfdsHaveNoInodesTheNumberOfTheProcessIsEnough() throws IOException {
        Map<String, String> variables = but("LISTEN_PIDFDID", "816");

        assertEquals(List.of("http", "log"), ListenEnvironment.of(variables, process(ThisProcess.UNKNOWN_INODE)).names());
    }

    @Test
    void anInodeHas64BitsWithoutASign() throws IOException {
        assertEquals(List.of("http", "log"), ListenEnvironment.of(but("LISTEN_PIDFDID", "18446744073709551615"), process(-1)).names());
    }

    @Test
    void whatIsNotSetIsNotTaken() throws IOException {
        assertEquals(ListenEnvironment.none("LISTEN_PID is not set"), read(Map.of()));
        assertEquals(ListenEnvironment.none("LISTEN_PID is not set"), read(but("LISTEN_PID", null)));
        assertEquals(ListenEnvironment.none("LISTEN_FDS is not set"), read(but("LISTEN_FDS", null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "LISTEN_PID | | LISTEN_PID= is not a positive number",
        "LISTEN_PID | -4711 | LISTEN_PID=-4711 is not a positive number",
        "LISTEN_PID | 99999999999 | LISTEN_PID=99999999999 is not a positive number",
        "LISTEN_FDS | 0 | LISTEN_FDS=0 is not a positive number",
        "LISTEN_FDS | 2147483645 | LISTEN_FDS=2147483645 is more than a process can have",
        "LISTEN_FDS | 2147483647 | LISTEN_FDS=2147483647 is more than a process can have",
        "LISTEN_FDS | two | LISTEN_FDS=two is not a positive number",
        "LISTEN_FDS | 3 | LISTEN_FDNAMES=http:log has 2 names for LISTEN_FDS=3",
        "LISTEN_FDNAMES | a:b:c | LISTEN_FDNAMES=a:b:c has 3 names for LISTEN_FDS=2",
        "LISTEN_PIDFDID | -1 | LISTEN_PIDFDID=-1 is not a positive number"
    })
    void aMalformedVariableIsAnException(String name, String value, String message) {
        IOException e = assertThrows(IOException.class, () -> read(but(name, value == null ? "" : value)));

        assertEquals(message, e.getMessage());
    }

    @Test
    void anotherProgramSeesTheSameInodeOfThisProcess() throws Exception {
        OtherProgram.assume("python3", "-c", "import os; os.close(os.pidfd_open(os.getpid()))");
        String pid = Integer.toString(ThisProcess.SELF.pid());
        String inode = "import os, sys; print(os.fstat(os.pidfd_open(int(sys.argv[1]))).st_ino)";
        long own = ThisProcess.SELF.pidfdInode();
        Assumptions.assumeTrue(own != ThisProcess.UNKNOWN_INODE, "pidfds have no inodes of their own before Linux 6.9");
        try (OtherProgram python = OtherProgram.start("python3", "-c", inode, pid)) {
            assertEquals(Long.toUnsignedString(own), python.hear());
        }
        assertEquals(ProcessHandle.current().pid(), ThisProcess.SELF.pid());
    }
}
