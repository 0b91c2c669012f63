// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.process.ChildProcess;
import io.github.unixchannels.process.ChildProcessBuilder;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a process takes that was passed to it, by a launcher of our own: the rules in the javadoc of {@link ListenFds}. */
@ExtendWith(NothingLeaks.class)
class ListenFdsTest {

    private final ChildProcessBuilder builder = activated("list");

    private static ChildProcessBuilder activated(String what) {
        List<String> command = new ArrayList<>(ChildJvm.command(Activated.class));
        command.add(what);
        return new ChildProcessBuilder(command).redirectError(Redirect.INHERIT);
    }

    private static List<String> lines(ChildProcess child) throws Exception {
        List<String> lines = new String(child.getInputStream().readAllBytes(), UTF_8).lines().toList();
        assertEquals(0, child.waitFor());
        return lines;
    }

    private static ByteBuffer hello() {
        return UTF_8.encode("hello");
    }

    private static String read(ByteChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(100);
        channel.read(text);
        return UTF_8.decode(text.flip()).toString();
    }

    @Test
    void eachHasItsNumberAndNameAndIsTakenOnce() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1); OwnedFd eventfd = RawDescriptor.eventfd()) {
            builder.namedDescriptor("state", memory).namedDescriptor("wake", eventfd).namedDescriptor("state", memory);

            assertEquals(
                    List.of("state 3 REGULAR_FILE", "wake 4 ANONYMOUS", "state 5 REGULAR_FILE",
                            "3, then " + ListenFds.class.getName() + "[none were passed: they were taken before]"),
                    lines(builder.start()));
        }
    }

    @Test
    void aChildOfTheActivatedProcessDoesNotBelieveTheVariables() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            builder.descriptor(3, memory);
            builder.environment().putAll(Map.of("LISTEN_PID", Long.toString(ProcessHandle.current().pid()), "LISTEN_FDS", "1"));
            ChildProcess child = builder.start();

            String reason = "none were passed: LISTEN_PID=" + ProcessHandle.current().pid() + " is another process; this is " + child.pid();
            assertTrue(lines(child).get(0).contains(reason));
        }
    }

    @Test
    void aDescriptorOfAnyKindBecomesItsChannel(@TempDir Path folder) throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        try (Passed passed = new Passed();
                OwnedFd eventfd = RawDescriptor.eventfd();
                OwnedFd pipe = OwnedFd.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
                OwnedFd file = OwnedFd.open(Files.writeString(folder.resolve("file"), "hello"))) {
            List<ByteChannel> clients = List.of(
                    passed.unixClient("stream", UnixProtocolFamily.STREAM), passed.unixClient("seqpacket", UnixProtocolFamily.SEQPACKET),
                    passed.datagramClient("dgram"), passed.tcpClient("tcp"), passed.udpClient("udp"));
            for (ByteChannel client : clients) {
                client.write(hello());
            }
            try (OutputStream writer = Files.newOutputStream(fifo)) {
                writer.write("hello".getBytes(UTF_8));
            }
            try (ByteChannel counter = (ByteChannel) eventfd.duplicate().toSelectableChannel()) {
                counter.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, 7));
            }
            ChildProcessBuilder child =
                    passed.child.namedDescriptor("fifo", pipe).namedDescriptor("event", eventfd).namedDescriptor("file", file);

            assertEquals(
                    List.of("stream LISTENING_SOCKET hello", "seqpacket LISTENING_SOCKET hello", "dgram DATAGRAM_SOCKET hello",
                            "tcp LISTENING_SOCKET hello", "udp DATAGRAM_SOCKET hello", "fifo PIPE hello", "event ANONYMOUS 7",
                            "file REGULAR_FILE hello"),
                    lines(child.start()));
            assertEquals(List.of("stream", "seqpacket", "dgram", "tcp", "udp"), List.of(
                    read(clients.get(0)), read(clients.get(1)), read(clients.get(2)), read(clients.get(3)), read(clients.get(4))));
        }
    }

    /** A child that is to be started, with listeners that are passed and the clients that talk to them. */
    private static final class Passed implements Closeable {

        private final ChildProcessBuilder child = activated("answer");
        private final List<Channel> channels = new ArrayList<>();
        private final List<OwnedFd> duplicates = new ArrayList<>();

        private void pass(String name, Channel channel) throws IOException {
            OwnedFd duplicate = OwnedFd.duplicateOf(channel);
            opened(channel);
            duplicates.add(duplicate);
            child.namedDescriptor(name, duplicate);
        }

        private <C extends Channel> C opened(C channel) {
            channels.add(channel);
            return channel;
        }

        UnixSocketChannel unixClient(String name, UnixProtocolFamily family) throws IOException {
            UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
            server.bind(AbstractSocketAddress.AUTOBIND);
            pass(name, server);
            return opened(UnixSocketChannel.open(family, server.getLocalAddress()));
        }

        UnixDatagramChannel datagramClient(String name) throws IOException {
            UnixDatagramChannel receiver = UnixDatagramChannel.open();
            receiver.bind(AbstractSocketAddress.AUTOBIND);
            pass(name, receiver);
            UnixDatagramChannel client = opened(UnixDatagramChannel.open());
            client.bind(AbstractSocketAddress.AUTOBIND);
            client.connect(receiver.getLocalAddress());
            return client;
        }

        SocketChannel tcpClient(String name) throws IOException {
            ServerSocketChannel server = ServerSocketChannel.open().bind(loopback());
            pass(name, server);
            return opened(SocketChannel.open(server.getLocalAddress()));
        }

        DatagramChannel udpClient(String name) throws IOException {
            DatagramChannel receiver = DatagramChannel.open().bind(loopback());
            pass(name, receiver);
            return opened(DatagramChannel.open()).connect(receiver.getLocalAddress());
        }

        private static InetSocketAddress loopback() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }

        @Override
        public void close() throws IOException {
            duplicates.forEach(OwnedFd::close);
            for (Channel each : channels) {
                each.close();
            }
        }
    }

    @Test
    void whatIsWrongIsSaidAndNothingIsClosed() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1); OwnedFd eventfd = RawDescriptor.eventfd()) {
            List<String> lines = lines(activated("bad").namedDescriptor("a", memory).namedDescriptor("b", eventfd).start());

            String image = Path.of(System.getProperty("java.home"), "lib").toRealPath() + "/modules";
            assertTrue(lines.get(0).matches(".*none were passed: LISTEN_PIDFDID=\\d+ is another process, which had the number \\d+ too]"));
            assertEquals("fd=5 was not passed, because it is the JVM's " + image + "; LISTEN_FDS=1000", lines.get(1));
            assertEquals("fd=4 was not passed, because it is close-on-exec; LISTEN_FDS=2", lines.get(2));
            assertEquals("adopt(4): another object of this library owns the number, and would close it too", lines.get(3));
            assertEquals("[a, b] [REGULAR_FILE, ANONYMOUS]", lines.get(4));
            assertEquals("fd=3 is a regular file, not a socket that listens or could", lines.get(5));
            assertEquals("fcntl(fd=4, F_GETFD): Bad file descriptor (EBADF): LISTEN_FDS=2 says that it was passed", lines.get(6));
        }
    }

    @Test
    void whereNothingWasPassedItIsSaidWhy() throws Exception {
        try (ListenFds passed = ListenFds.take(Map.of(), ThisProcess.SELF)) {
            assertEquals(0, passed.size());
            assertEquals(List.of(), passed.fds("http"));
            NoSuchElementException byName = assertThrows(NoSuchElementException.class, () -> passed.fd("http"));
            assertEquals("0 descriptors are named http; none were passed: LISTEN_PID is not set", byName.getMessage());
            NoSuchElementException byNumber = assertThrows(NoSuchElementException.class, () -> passed.fd(3));
            assertEquals("no descriptor 3 was passed; none were passed: LISTEN_PID is not set", byNumber.getMessage());
        }
    }
}
