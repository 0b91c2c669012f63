// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.SocketFiles;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several processes and one socket file: servers that start at once, that are killed, and a stranger who would like to be let in. */
class SocketFileRaceTest {

    private static final int ROUNDS = 150;

    /** Tries without a pause to connect, as another user; it tells once it was refused 50 times, and in the end how often it got in. */
    private static final String STRANGER = """
            import errno, os, select, socket, sys
            os.setgroups([]); os.setresgid(12345, 12345, 12345); os.setresuid(12345, 12345, 12345)
            path, kind = sys.argv[1], getattr(socket, 'SOCK_' + sys.argv[2])
            refused = admitted = 0
            print('ready', flush=True)
            while not select.select([sys.stdin], [], [], 0)[0]:
                s = socket.socket(socket.AF_UNIX, kind)
                try:
                    s.connect(path)
                    admitted += 1
                except OSError as e:
                    if e.errno == errno.EACCES:
                        refused += 1
                        if refused == 50: print('refused', flush=True)
                    elif e.errno == errno.ECONNREFUSED: admitted += 1
                    elif e.errno != errno.ENOENT: raise
                s.close()
            print(admitted, flush=True)
            """;

    @TempDir
    private Path folder;

    private String path;

    @BeforeEach
    void path() {
        path = folder.resolve("app.sock").toString();
    }

    @ParameterizedTest
    @EnumSource
    void ofTwoThatStartAtOnceExactlyOneServes(UnixProtocolFamily family) throws Exception {
        SocketFiles.leave(family, UnixDomainSocketAddress.of(path));
        try (OtherProgram first = SocketFileProcess.start(); OtherProgram second = SocketFileProcess.start()) {
            for (int i = 0; i < ROUNDS; i++) {
                String ending = i % 3 == 0 ? "removeOnClose" : "replaceStale"; // otherwise the file is left
                first.say("open", family.name(), path, "replaceStale", ending);
                second.say("open", family.name(), path, "replaceStale", ending);
                List<String> said = List.of(first.hear(), second.hear());
                assertEquals(1, said.stream().filter("bound"::equals).count(), said::toString);
                assertEquals(1, said.stream().filter(text -> text.contains("another server has the lock")).count(), said::toString);
                OtherProgram winner = said.get(0).equals("bound") ? first : second;
                assertTrue(SocketFiles.exists(Path.of(path)));
                assertEquals("closed", winner.ask("close"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noServerLosesItsFileToOthersThatStartAndEnd(UnixProtocolFamily family) throws Exception {
        try (OtherProgram first = SocketFileProcess.start(); OtherProgram second = SocketFileProcess.start()) {
            String[] race = {"race", Integer.toString(ROUNDS * 4), family.name(), path, "mode=rw-------", "replaceStale", "removeOnClose"};
            first.say(race);
            second.say(race);
            for (String said : List.of(first.hear(), second.hear())) {
                assertTrue(said.matches("won [1-9]\\d*"), said);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStrangerGetsInAtNoInstant(UnixProtocolFamily family) throws Exception {
        assumeTrue(PeerCredentials.ofThisProcess().uid() == 0, "only a privileged process becomes another user");
        OtherProgram.assume("/usr/bin/python3", "-c", "import socket");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (OtherProgram stranger = OtherProgram.start("/usr/bin/python3", "-c", STRANGER, path, family.name());
                OtherProgram server = SocketFileProcess.startWithoutUmask()) {
            assertEquals("ready", stranger.hear());
            Thread refused = new Thread(() -> assertHeard(stranger));
            refused.start();
            do {
                for (String group : List.of("mode=rw-rw----", "group=12345")) {
                    // By the group the stranger would be let in, were the group set after the mode.
                    String mode = group.startsWith("group") ? "mode=rw-------" : group;
                    assertEquals("bound", server.ask("open", family.name(), path, mode, group, "removeOnClose"));
                    assertEquals("closed", server.ask("close"));
                }
            } while (refused.isAlive());
            assertEquals("0", stranger.ask("end"));
        }
    }

    private static void assertHeard(OtherProgram stranger) {
        try {
            assertEquals("refused", stranger.hear());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theFileIsRemovedAtShutdownAndReplacedAfterAKill() throws Exception {
        String[] open = {"open", "STREAM", path, "replaceStale", "removeOnClose"};
        try (OtherProgram ended = SocketFileProcess.start()) {
            assertEquals("bound", ended.ask(open));
            ended.endInput(); // main returns without a close
            ended.awaitSuccess();
            assertFalse(SocketFiles.exists(Path.of(path)));
        }
        try (OtherProgram killed = SocketFileProcess.start()) {
            assertEquals("bound", killed.ask(open));
            killed.kill();
            assertTrue(SocketFiles.exists(Path.of(path)));
        }
        SocketFiles.open(UnixProtocolFamily.STREAM, SocketFile.of(Path.of(path)).replaceStale().removeOnClose()).close();
        assertFalse(SocketFiles.exists(Path.of(path)));
    }

    @Test
    void whoMayNotGetsAClearRefusal() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("r-xr-xr-x"));
        try (OtherProgram unprivileged = SocketFileProcess.startUnprivileged()) {
            String within = inner.resolve("app.sock").toString();
            assertEquals("java.net.BindException: bind(" + within + "): Permission denied (EACCES)",
                    unprivileged.ask("open", "STREAM", within));
            assertEquals("java.nio.file.AccessDeniedException: " + within + ".lock: openat: Permission denied (EACCES)",
                    unprivileged.ask("open", "STREAM", within, "replaceStale"));
            assertEquals("java.nio.file.FileSystemException: " + path + ": fchownat: Operation not permitted (EPERM)",
                    unprivileged.ask("open", "DGRAM", path, "group=12345", "replaceStale"));
            assertEquals("app.sock.lock inner", SocketFiles.names(folder));
        }
    }
}
