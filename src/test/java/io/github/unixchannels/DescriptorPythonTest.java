// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors and credentials to and from Python's socket module; what it prints is what Python saw. */
@ExtendWith(NothingLeaks.class)
class DescriptorPythonTest {

    private static String program;

    private final Syscalls sys = HostSyscalls.get();
    private final NativeMemory memory = NativeMemory.allocate(sys, 100);
    private final AncillaryData sent = AncillaryData.create();
    private final AncillaryData received = AncillaryData.create();
    private OtherProgram python;
    private MessageEnds.End ours;

    @BeforeAll
    static void findPython() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket; socket.AF_UNIX; socket.send_fds");
        try (InputStream source = DescriptorPythonTest.class.getResourceAsStream("messages.py")) {
            program = new String(source.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void close() throws IOException {
        sent.close();
        received.close();
        try (MessageEnds.End end = ours) {
            assertNotNull(end);
            python.close();
        }
    }

    private void connect(UnixProtocolFamily family) throws IOException {
        SocketAddress our = AbstractNames.unique();
        SocketAddress their = AbstractNames.unique();
        if (family == UnixProtocolFamily.DGRAM) {
            UnixDatagramChannel channel = UnixDatagramChannel.open();
            ours = MessageEnds.end(channel);
            channel.bind(our);
            start(family, our, their);
            channel.connect(their);
            return;
        }
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(family)) {
            listener.bind(our);
            start(family, our, their);
            ours = MessageEnds.end(listener.accept());
        }
    }

    private void start(UnixProtocolFamily family, SocketAddress our, SocketAddress their) throws IOException {
        python = OtherProgram.start("python3", "-c", program, family.name(), our.toString(), their.toString());
        assertEquals("ready", python.hear());
    }

    @ParameterizedTest
    @EnumSource
    void pythonsDescriptorsArriveWithTheirDataAndWork(UnixProtocolFamily family) throws IOException {
        connect(family);
        assertEquals("5", python.ask("send_fds", "hello", "3"));
        assertEquals("hello", receive());
        assertEquals(3, received.descriptorCount());
        writeToAll("abc");
        assertEquals("b'abc'", python.ask("pipes"));
    }

    @ParameterizedTest
    @EnumSource
    void descriptorsThatPythonSendsInSeveralControlMessagesArriveInOrder(UnixProtocolFamily family) throws IOException {
        connect(family);
        assertEquals("1", python.ask("send_separately", "x", "4"));
        assertEquals("x", receive());
        assertEquals(4, received.descriptorCount());
        writeToAll("abcd");
        assertEquals("b'abcd'", python.ask("pipes"));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsReadWithoutItsDescriptorsClosesThem(UnixProtocolFamily family) throws IOException {
        connect(family);
        python.ask("send_fds", "hello", "3");
        assertEquals(5, ours.read(ByteBuffer.allocate(10)));
        assertEquals("b''", python.ask("pipes"), "nobody has the writing ends any more");
        python.ask("send_fds", "hello", "2");
        receive();
        received.clear();
        assertEquals("b''", python.ask("pipes"));
    }

    @ParameterizedTest
    @EnumSource
    void ourDescriptorsArriveInPythonAndWork(UnixProtocolFamily family) throws IOException {
        connect(family);
        try (OwnedFd first = RawDescriptor.eventfd(); OwnedFd second = RawDescriptor.eventfd()) {
            assertEquals(5, ours.send(bytes("hello"), sent.descriptor(first).descriptor(second).descriptor(second)));
            assertEquals("(b'hello', 3, False)", python.ask("recv_fds", "100", "10"));
            assertEquals(1, counter(first));
            assertEquals(2, counter(second));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofAReceiverWithRoomForFewerNothingIsLeftWithUs(UnixProtocolFamily family) throws IOException {
        connect(family);
        try (OwnedFd fd = RawDescriptor.eventfd()) {
            ours.send(bytes("hello"), sent.descriptor(fd).descriptor(fd).descriptor(fd));
            assertEquals("(b'hello', 1, True)", python.ask("recv_fds", "100", "1"));
            ours.send(bytes("again"), sent.descriptor(fd));
            assertEquals("b'again'", python.ask("receive", "100"));
            assertEquals(1, counter(fd));
        }
    }

    @ParameterizedTest
    @EnumSource
    void pythonIsWhoItSaysItIs(UnixProtocolFamily family) throws IOException {
        connect(family);
        assertTrue(RawDescriptor.set(ours.channel(), Linux.SO_PASSCRED, 1));
        for (String verb : new String[] {"send_credentials", "send_fds"}) {
            assertEquals("5", python.ask(verb, "hello", "0"));
            assertEquals("hello", receive());
            PeerCredentials sender = received.senderCredentials();
            assertNotEquals(ProcessHandle.current().pid(), sender.pid());
            assertEquals("(" + sender.pid() + ", " + sender.uid() + ", " + sender.gid() + ")", python.ask("pid"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void pythonThatClosesWithoutReadingClosesOurDescriptorsAndIsGone(UnixProtocolFamily family) throws IOException {
        connect(family);
        try (OwnedFd fd = RawDescriptor.eventfd()) {
            python.ask("send_fds", "reply", "1");
            ours.send(bytes("never read"), sent.descriptor(fd));
            assertEquals("None", python.ask("close"));
            assertEquals("reply", receive());
            assertEquals(1, received.descriptorCount());
            if (family == UnixProtocolFamily.DGRAM) {
                sent.descriptor(fd);
                assertThrows(SocketException.class, () -> ours.send(bytes("x"), sent));
            } else {
                assertThrows(SocketException.class, this::receive);
            }
        }
    }

    private String receive() throws IOException {
        ByteBuffer room = ByteBuffer.allocate(100);
        assertFalse(ours.receive(room, received).isEnd());
        return StandardCharsets.US_ASCII.decode(room.flip()).toString();
    }

    /** Takes as many descriptors as there are characters, and writes one into each. */
    private void writeToAll(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            try (OwnedFd taken = received.takeDescriptor()) {
                memory.buffer().put(0, (byte) text.charAt(i));
                assertEquals(1, sys.write(taken.number(), memory.address(), 1));
            }
        }
    }

    /** Reads an eventfd, which sets it to 0. */
    private long counter(OwnedFd eventfd) throws IOException {
        assertEquals(Long.BYTES, sys.read(eventfd.number(), memory.address(), Long.BYTES));
        return memory.buffer().getLong(0);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
