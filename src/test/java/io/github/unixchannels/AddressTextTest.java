// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer chooses the bytes of its name: in no text of this library do they break a line or turn it around. */
@ExtendWith(NothingLeaks.class)
class AddressTextTest {

    private static final String HOSTILE = "a\nWARN all is well\u001b[2K\u202e";
    private static final String ESCAPED = "a\\x0aWARN all is well\\x1b[2K\\xe2\\x80\\xae";

    private Path folder;
    private UnixDomainSocketAddress hostile;
    private final List<String> texts = new ArrayList<>();

    @BeforeEach
    void create() throws IOException {
        folder = Files.createTempDirectory("t");
        hostile = UnixDomainSocketAddress.of(folder.resolve(HOSTILE));
    }

    @AfterEach
    void delete() throws IOException {
        Files.deleteIfExists(hostile.getPath());
        Files.delete(folder);
    }

    private void add(Object text) {
        texts.add(text.toString());
    }

    private void addMessage(org.junit.jupiter.api.function.Executable call) {
        texts.add(assertThrows(IOException.class, call).getMessage());
    }

    private void assertEscaped() {
        for (String text : texts) {
            assertTrue(text.contains(ESCAPED), text);
            assertTrue(text.chars().noneMatch(c -> c < ' ' || c == '\u202e'), text);
        }
    }

    @Test
    void inTextsOfChannelsAndExceptions() throws IOException {
        SocketAddress missing = UnixDomainSocketAddress.of(folder.resolve("no\n" + HOSTILE));
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET).bind(hostile, 1);
                UnixServerSocketChannel second = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
                UnixSocketChannel client = UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET);
                UnixSocketChannel other = UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET);
                UnixDatagramChannel datagrams = UnixDatagramChannel.open()) {
            client.connect(hostile);
            add(server);
            add(client);
            addMessage(() -> second.bind(hostile));
            addMessage(() -> second.bind(UnixDomainSocketAddress.of(folder.resolve(HOSTILE + "x".repeat(108)))));
            addMessage(() -> other.connect(missing));
            addMessage(() -> datagrams.send(ByteBuffer.allocate(1), hostile));
            addMessage(() -> datagrams.connect(hostile));
            addMessage(() -> datagrams.send(ByteBuffer.allocate(16 << 20), hostile));
            try (UnixSocketChannel accepted = server.accept()) {
                add(accepted);
            }
        }
        assertEquals(9, texts.size());
        assertEscaped();
    }

    @Test
    void inTextsAboutMessagesAndTheirDescriptors() throws IOException {
        try (UnixDatagramChannel sender = UnixDatagramChannel.open().bind(hostile);
                UnixDatagramChannel receiver = UnixDatagramChannel.open().bind(AbstractSocketAddress.AUTOBIND);
                AncillaryData data = AncillaryData.create();
                OwnedFd fd = RawDescriptor.eventfd()) {
            sender.send(ByteBuffer.allocate(1), receiver.getLocalAddress(), data.descriptor(fd));
            MessageInfo info = receiver.receive(ByteBuffer.allocate(1), data);
            assertEquals(hostile, info.sender());
            add(info);
            add(data);
            try (OwnedFd taken = data.takeDescriptor(); OwnedFd duplicate = taken.duplicate()) {
                add(taken);
                add(duplicate);
            }
            add(sender);
        }
        assertEscaped();
    }

    @Test
    void bytesThatAreNoTextAreShownOneByOne() throws IOException {
        Path path = Path.of(java.net.URI.create(folder.toUri() + "%FFx"));
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open().bind(address, 1)) {
            assertTrue(server.toString().endsWith("/\\xffx]"), server.toString());
            assertFalse(server.toString().contains("\ufffd"), server.toString());
        } finally {
            Files.delete(path);
        }
    }
}
