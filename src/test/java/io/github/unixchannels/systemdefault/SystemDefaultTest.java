// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** JVMs whose default provider is ours. */
class SystemDefaultTest {

    /** Gives the program that its arguments name a TCP connection as standard input, and tells what came back over it. */
    private static final String WITH_A_CONNECTION_AS_INPUT =
            """
            import socket, subprocess, sys
            listener = socket.create_server(("127.0.0.1", 0))
            client = socket.create_connection(listener.getsockname())
            accepted = listener.accept()[0]
            client.sendall(b"through the channel")
            child = subprocess.Popen(sys.argv[1:], stdin=accepted, stdout=subprocess.PIPE)
            accepted.close()
            print(child.communicate()[0].decode().strip(), client.makefile().read(), flush=True)
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyChannelIsOpenedByWhoeverKnowsItAndSelectedByOurs(AskedFor how) throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), DefaultChannels.class, how.arguments(folder));
        assertEquals(
                """
                module %s
                one provider: true
                pipe: ours
                tcp inet: the platform's
                tcp: the platform's
                udp inet: the platform's
                udp: the platform's
                unix dgram: ours
                unix seqpacket: ours
                unix stream: ours
                inherited: null""".formatted(how.moduleName()),
                child.output(),
                child.errors());
    }

    @Test
    void withoutTheExportWhatIsOursWorksAndTheRestNamesTheFlag() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), WithoutTheExport.class, AskedFor.PROVIDER);
        String text = "TCP and UDP are opened by the Java platform's own provider: while -Djava.nio.channels.spi.SelectorProvider"
                + " names io.github.unixchannels.UnixSelectorProvider,"
                + " the JVM needs --add-exports java.base/sun.nio.ch=ALL-UNNAMED to reach it";
        List<String> expected = new ArrayList<>(List.of("1 true"));
        for (String kind : new String[] {"socket", "server", "datagrams", "inet", "inherited"}) {
            expected.add(kind + ": " + text);
        }
        assertEquals(String.join("\n", expected), child.output(), child.errors());
    }

    @Test
    void asAModuleTheFlagNamesTheModule() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(AskedFor.BY_FLAGS_AS_A_MODULE.arguments(folder)));
        int export = arguments.indexOf("--add-exports");
        arguments.subList(export, export + 2).clear();
        ChildJvm child = ChildJvm.run(Map.of(), WithoutTheExport.class, arguments.toArray(String[]::new));
        assertEquals(5, child.output().split("--add-exports java.base/sun.nio.ch=io.github.unixchannels to reach it", -1).length - 1,
                child.output() + child.errors());
    }

    @Test
    void theHttpClientAndServerOfThePlatformExchangeAThousandRequests() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), HttpExchanges.class, AskedFor.BY_FLAGS.arguments(folder));
        assertEquals(
                """
                1000 of 1000 answers are what was asked
                both are in our selector
                EpollSelector""",
                child.output(),
                child.errors());
    }

    @Test
    void theResolverOfThePlatformLooksANameUp() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), NameLookup.class, AskedFor.BY_FLAGS.arguments(folder));
        assertEquals("answer", child.output(), child.errors());
    }

    /** The platform makes such a channel name the system's default as its provider, although it is its own. */
    @Test
    void aChannelThatTheProcessInheritedIsSelected() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket; socket.create_server");
        List<String> command = new ArrayList<>(List.of("python3", "-c", WITH_A_CONNECTION_AS_INPUT));
        command.addAll(ChildJvm.command(Inherited.class, AskedFor.BY_FLAGS.arguments(folder)));
        try (OtherProgram program = OtherProgram.start(command.toArray(String[]::new))) {
            assertEquals("true true through the channel", program.hear());
        }
    }
}
