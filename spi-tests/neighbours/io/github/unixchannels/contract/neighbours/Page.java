// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** docs/comparison.md: what does not depend on the run, and then a section for each JDK. */
final class Page {

    private static final String SECTION = "## JDK ";

    private static final String INTRODUCTION = """
            # Comparison

            The rules of [the contract](contract.md), run on the JDK's channels, on this library's, and on those of junixsocket and
            jnr-unixsocket. This page is written by `io.github.unixchannels.contract.neighbours.Comparison`, figures and words. To run it
            again (a few minutes; each JDK replaces its own section):

            ```
            ./mvnw -Pneighbours -DskipTests verify
            ./mvnw -Pneighbours -DskipTests verify -Dcomparison.args="JUNIXSOCKET-STREAM"
            ```

            The second runs the providers that it names and writes `target/comparison.md` instead. What each rule ended with is in
            `target/comparison`.

            junixsocket and jnr-unixsocket never promised this contract. Where a rule is from *javadoc* or *JDK*, not keeping it is a
            departure from what the JDK's own channels do, unless their columns say that they do not keep it either; where it is *kernel*,
            from what Linux makes of a socket; where it is *ours*, from what this library does.

            **What is counted.** Rules about a kind of channel that a provider does not have are not run on it and not counted. A dash: the
            rule is kept. *fails*: its test failed. *hangs*: its test was ended after 5 seconds, in a call that had not returned. *the JVM
            crashes*: the JVM ended during its test; the cause may lie in a test before. *n/a*: the rule needs a capability that is left out
            for the provider, as the first table of each pair tells, or a method that the provider lacks; P8 is about the module path, which
            is not used here. *not run*: the provider's time was over, or its JVM did not start. Deviations that the suite knows of count as
            broken like all others. A rule that names an exception is not kept by another one. What a provider leaves over when a class of
            rules has run on it, which fails the suite elsewhere, is not counted. A rule about what several threads do may be kept in one
            run and not in the next: S59, K11 and K31 were, on jnr-unixsocket, and K31 on the TCP channels of JDK 17 too.

            **What was adapted.** junixsocket's channels are tested as they are, and so are jnr-unixsocket's datagram channels. junixsocket
            has SEQPACKET as a `DatagramChannel` and not as a `SocketChannel`: the rules for connections cannot run on it, those for
            datagrams are about another type of socket, and it is left out. jnr-unixsocket is tested with the selector of jnr-enxio, and
            with jnr-ffi in the version that this library uses. Its server channel is no `ServerSocketChannel`: a class that is one passes
            every call on to it. That class has the valid operations of a `ServerSocketChannel`, keeps the registrations, asks for
            jnr-unixsocket's default backlog where none is told, and closes when jnr-unixsocket has closed the channel; methods that
            jnr-unixsocket's lacks are n/a. Both libraries have address classes of their own: rules whose tests use
            `UnixDomainSocketAddress` are n/a to them, D59 to D62 too. junixsocket has abstract names, but P6, which has `bind(null)` make
            up one, is n/a to it too.

            **One cause for several rules.** Both libraries inherit the selections with an action from `Selector`. Its default methods, as
            their javadoc says, empty the selected keys and do not detect a selection within an action; S27, S31, S32 and S36 ask for more.
            They also call `select(0)`, so that S42, which is about `select(action)` too, needs S13. The test of S54 needs S58 and that of
            S62 needs S1, those of C23 and C26 need C1, that of C98 needs C13, those of C83 and C84 need C74. The test of C118 sends urgent
            data, which the sockets of neither library do.

            With datagrams, `connect` of jnr-unixsocket notes the peer and does not connect the socket, so that `write` fails: the tests of
            D24, D29, D31, D34 to D37, D41, D42, D45 and D50 need it, and so does D11. Its non-blocking `receive` and `send` throw an
            `IOException` where they should return null (D30) and 0 (D51): the test of D17 needs the one, those of D52 to D58 need the
            other. Its options are not those of `StandardSocketOptions`: the test of D39 needs D22. Its `receive` of an empty datagram, the
            test of D28 found, writes behind the buffer's position. junixsocket sends no empty datagrams: the tests of D29, D32, D42 and D47
            need D28. Its gathering writes send the first buffer alone: the tests of D36, D51, D52, D55 and D57 need D35. The test of D50
            needs D3.
            """;

    private Page() {}

    /** Puts the section of one JDK, which may be there already, into the page. */
    static void write(Path file, int jdk, String section) throws IOException {
        Map<Integer, String> sections = new TreeMap<>();
        if (Files.exists(file)) {
            for (String part : Files.readString(file).split("(?m)^(?=" + SECTION + ")")) {
                if (part.startsWith(SECTION)) {
                    sections.put(Integer.valueOf(part.lines().findFirst().orElseThrow().substring(SECTION.length())), part.strip());
                }
            }
        }
        sections.put(jdk, SECTION + jdk + "\n\n" + section.strip());
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, INTRODUCTION + "\n" + String.join("\n\n", sections.values()) + "\n");
    }
}
