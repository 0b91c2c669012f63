// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A child in Java finds its end of a pair by the number, and speaks messages over it. */
class JavaChildTest {

    /** The child. */
    static final class Echo {
        public static void main(String[] args) throws IOException {
            ByteBuffer message = ByteBuffer.allocate(100);
            try (SocketChannel parent = OwnedFd.adopt(5).toSocketChannel()) {
                while (parent.read(message.clear()) >= 0) {
                    parent.write(message.flip());
                }
            }
        }
    }

    @Test
    void messagesGoThereAndBack() throws Exception {
        ChildProcessBuilder builder = new ChildProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                Echo.class.getName());
        builder.redirectOutput(Redirect.DISCARD).redirectErrorToOutput();
        try (UnixSocketChannel channel = builder.pair(UnixProtocolFamily.SEQPACKET, 5)) {
            ChildProcess child = builder.start();
            for (String text : new String[] {"one", "two and a half"}) {
                channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
                ByteBuffer reply = ByteBuffer.allocate(100);
                channel.read(reply);
                assertEquals(text, new String(reply.array(), 0, reply.position(), UTF_8));
            }
            channel.shutdownOutput();

            assertEquals(0, child.waitFor());
        }
    }
}
