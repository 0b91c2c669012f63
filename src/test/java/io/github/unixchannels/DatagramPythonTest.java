// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import java.io.IOException;
import java.io.InputStream;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams to and from Python's socket module, each side with a name of every kind; what it prints is what Python saw. */
@ExtendWith(NothingLeaks.class)
class DatagramPythonTest {

    private static final String NAMES = """
            UNNAMED,  PATH
            UNNAMED,  ABSTRACT
            PATH,     PATH
            PATH,     ABSTRACT
            ABSTRACT, PATH
            ABSTRACT, ABSTRACT
            """;

    private static String program;

    @TempDir
    private Path folder;

    private OtherProgram python;
    private UnixDatagramChannel ours;

    /** What a socket may be bound to. */
    enum Name {
        UNNAMED, PATH, ABSTRACT;

        SocketAddress in(Path folder, String file) {
            return switch (this) {
                case UNNAMED -> UnixDomainSocketAddress.of("");
                case PATH -> UnixDomainSocketAddress.of(folder.resolve(file));
                case ABSTRACT -> AbstractNames.unique();
            };
        }
    }

    @BeforeAll
    static void findPython() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket; socket.AF_UNIX");
        try (InputStream source = DatagramPythonTest.class.getResourceAsStream("datagrams.py")) {
            program = new String(source.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void open() throws IOException {
        ours = UnixDatagramChannel.open();
        python = OtherProgram.start("python3", "-c", program);
    }

    @AfterEach
    void close() throws IOException {
        try {
            python.close();
        } finally {
            ours.close();
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = NAMES)
    void whatPythonSendsIsReceivedWithItsNameAndAnswered(Name sender, Name receiver) throws IOException {
        SocketAddress their = bindPython(sender);
        SocketAddress our = bindOurs(receiver);

        assertEquals("5", python.ask("send", "hello", our.toString()));
        assertEquals("hello", receive(100, their));

        if (sender != Name.UNNAMED) {
            assertEquals(6, ours.send(bytes("answer"), their));
            assertEquals(printed("answer", our), python.ask("receive", "100"));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = NAMES)
    void whatIsSentToPythonArrivesWithOurNameAndIsAnswered(Name sender, Name receiver) throws IOException {
        SocketAddress their = bindPython(receiver);
        SocketAddress our = bindOurs(sender);

        assertEquals(5, ours.send(bytes("hello"), their));
        assertEquals(printed("hello", our), python.ask("receive", "100"));

        if (sender != Name.UNNAMED) {
            assertEquals("6", python.ask("send", "answer", our.toString()));
            assertEquals("answer", receive(100, their));
        }
    }

    @Test
    void anEmptyDatagramIsADatagramToBothSides() throws IOException {
        SocketAddress their = bindPython(Name.PATH);
        SocketAddress our = bindOurs(Name.ABSTRACT);

        assertEquals("0", python.ask("send", "", our.toString()));
        assertEquals("1", python.ask("send", "x", our.toString()));
        assertEquals("", receive(100, their));
        assertEquals("x", receive(100, their));

        ours.send(bytes(""), their);
        ours.send(bytes("x"), their);
        assertEquals(printed("", our), python.ask("receive", "100"));
        assertEquals(printed("x", our), python.ask("receive", "100"));
    }

    @Test
    void aDatagramLongerThanTheReadersBufferIsCutOnBothSidesAndTheNextIsWhole() throws IOException {
        SocketAddress their = bindPython(Name.ABSTRACT);
        SocketAddress our = bindOurs(Name.PATH);

        python.ask("send", "too long", our.toString());
        python.ask("send", "next", our.toString());
        assertEquals("too", receive(3, their));
        assertEquals("next", receive(100, their));

        ours.send(bytes("too long"), their);
        ours.send(bytes("next"), their);
        assertEquals(printed("too", our), python.ask("receive", "3"));
        assertEquals(printed("next", our), python.ask("receive", "100"));
    }

    @Test
    void twoThatAreConnectedToEachOtherReadAndWriteUntilPythonEnds() throws Exception {
        SocketAddress their = bindPython(Name.PATH);
        SocketAddress our = bindOurs(Name.PATH);
        assertEquals(literal(our), python.ask("connect", our.toString()));
        ours.connect(their);

        assertEquals(5, ours.write(bytes("hello")));
        assertEquals(printed("hello", our), python.ask("receive", "100"));
        assertEquals("6", python.ask("send", "answer"));
        ByteBuffer buffer = ByteBuffer.allocateDirect(100);
        assertEquals(6, ours.read(buffer));
        assertEquals("answer", text(buffer));

        python.endInput();
        python.awaitSuccess();
        assertThrows(PortUnreachableException.class, () -> ours.write(bytes("anybody there?")));
        assertFalse(ours.isConnected());
    }

    private SocketAddress bindPython(Name name) throws IOException {
        SocketAddress address = name.in(folder, "python");
        if (name != Name.UNNAMED) {
            assertEquals(literal(address), python.ask("bind", address.toString()));
        }
        return address;
    }

    private SocketAddress bindOurs(Name name) throws IOException {
        SocketAddress address = name.in(folder, "ours");
        ours.bind(address);
        return address;
    }

    /** Receives one datagram from the sender that is expected. */
    private String receive(int room, SocketAddress sender) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(room);
        assertEquals(sender, ours.receive(buffer));
        return text(buffer);
    }

    private static String text(ByteBuffer read) {
        return StandardCharsets.UTF_8.decode(read.flip()).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What Python prints of a datagram. */
    private static String printed(String data, SocketAddress sender) {
        return "(b'" + data + "', " + literal(sender) + ")";
    }

    /** What Python prints of an address: nothing, bytes that begin with NUL, or a path. */
    private static String literal(SocketAddress address) {
        if (address instanceof AbstractSocketAddress named) {
            return "b'\\x00" + new String(named.name(), StandardCharsets.UTF_8) + "'";
        }
        String path = address.toString();
        return path.isEmpty() ? "None" : "'" + path + "'";
    }
}
