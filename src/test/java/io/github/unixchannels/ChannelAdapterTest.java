// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.Payload.ascii;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ConnectedSockets;
import io.github.unixchannels.support.Payload;
import io.github.unixchannels.support.RawPeer;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the JDK builds upon a channel: transfers from and to files, streams, readers. */
class ChannelAdapterTest {

    private static final byte[] CONTENT = Payload.bytes(1_000_000);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aFileIsTransferredToANonBlockingChannelAsFarAsThereIsRoom(SocketKind source) throws Exception {
        try (FileChannel file = file(CONTENT); ConnectedSockets ends = source.connect(directory)) {
            ends.client().configureBlocking(false);
            ends.accepted().configureBlocking(false);
            ByteBuffer received = ByteBuffer.allocate(CONTENT.length);
            int parts = 0;
            for (long at = 0; received.hasRemaining(); ) {
                long n = file.transferTo(at, CONTENT.length, ends.client());
                at += n;
                parts += n > 0 ? 1 : 0;
                ends.accepted().read(received);
            }
            assertTrue(parts > 1);
            assertArrayEquals(CONTENT, received.array());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInputStreamReadsToTheEndOfTheChannel(SocketKind source) throws IOException {
        try (ConnectedSockets ends = source.connect(directory)) {
            ends.client().write(ascii("abc"));
            ends.client().write(ascii("defghijkl"));
            ends.client().close();
            InputStream in = Channels.newInputStream(ends.accepted());

            assertEquals('a', in.read());
            assertEquals("bc", new String(in.readNBytes(2), StandardCharsets.US_ASCII));
            assertEquals('d', in.read());
            assertEquals("efghijkl", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
            assertEquals(-1, in.read());
            in.close();
            assertFalse(ends.accepted().isOpen());
        }
    }

    @Test
    void anEmptyMessageDoesNotEndReadAllBytes() throws IOException {
        try (RawPeer peer = RawPeer.ofMessages()) {
            peer.send("a").send("").send("").send("b").hangUp();

            assertEquals("ab", new String(Channels.newInputStream(peer.channel()).readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    private FileChannel file(byte[] content) throws IOException {
        Path path = directory.resolve("file");
        Files.write(path, content);
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
