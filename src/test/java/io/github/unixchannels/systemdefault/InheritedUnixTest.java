// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Unix socket that is standard input, as inetd and systemd start a program. */
class InheritedUnixTest {

    /** Starts a program with one end of a connection, or with a listener, as its standard input and output; and talks to it. */
    private static final String LAUNCHER = """
            import socket, subprocess, sys
            type = getattr(socket, "SOCK_" + sys.argv[1])
            if sys.argv[2] == "listening":
                theirs = socket.socket(socket.AF_UNIX, type)
                theirs.bind("")
                theirs.listen()
                ours = socket.socket(socket.AF_UNIX, type)
                ours.connect(theirs.getsockname())
            else:
                theirs, ours = socket.socketpair(socket.AF_UNIX, type)
            child = subprocess.Popen(sys.argv[3:], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
            theirs.close()
            ours.send(b"hello")
            print(ours.recv(1000).decode(), flush=True)
            print(child.stderr.readlines()[-1].decode().strip(), flush=True)
            child.wait()
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "STREAM, connected, socket", "SEQPACKET, connected, socket", "DGRAM, connected, datagram",
        "STREAM, listening, server", "SEQPACKET, listening, server"
    })
    void itIsAChannelOfItsType(String type, String state, String kind) throws Exception {
        assertAnswer(type, state, kind, List.of());
    }

    @ParameterizedTest
    @CsvSource({"STREAM, connected, socket", "SEQPACKET, listening, server", "DGRAM, connected, datagram"})
    void theSystemFindsItWhereTheProviderIsItsDefault(String type, String state, String kind) throws Exception {
        assertAnswer(type, state, kind, List.of(AskedFor.BY_FLAGS.arguments(folder)));
    }

    private void assertAnswer(String type, String state, String kind, List<String> jvmArguments) throws Exception {
        OtherProgram.assume("python3", "-c", "import socket, subprocess");
        List<String> command = new ArrayList<>(List.of("python3", "-c", LAUNCHER, type, state));
        command.addAll(ChildJvm.command(InheritedUnix.class, jvmArguments.toArray(String[]::new)));
        if (!jvmArguments.isEmpty()) {
            command.add("default");
        }
        try (OtherProgram program = OtherProgram.start(command.toArray(String[]::new))) {
            assertEquals(kind + " true hello", program.hear());
            assertEquals("end", program.hear());
        }
    }
}
