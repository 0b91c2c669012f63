// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A channel in the place of /dev/log, and one that writes to such a place. */
@ExtendWith(NothingLeaks.class)
class DatagramLogTest {

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    @TempDir
    private Path folder;

    private UnixDomainSocketAddress address;

    @BeforeEach
    void chooseAddress() {
        address = UnixDomainSocketAddress.of(folder.resolve("log"));
    }

    /** With --socket-errors=off, or auto in some places, logger ends well though nobody listens. */
    @Test
    void whatLoggerSendsIsReceivedAsOneDatagramWithoutAName() throws Exception {
        OtherProgram.assume("logger", "--socket-errors=on", "--version");
        try (UnixDatagramChannel log = UnixDatagramChannel.open().bind(address);
                OtherProgram logger = OtherProgram.start(
                        "logger", "-u", address.toString(), "-d", "--socket-errors=on", "-p", "user.info", "-t", "tag", "hello there")) {
            logger.awaitSuccess();

            String line = receive(log);

            assertTrue(line.matches("<14>[A-Z][a-z]{2} [ 0-9]\\d \\d\\d:\\d\\d:\\d\\d tag: hello there"), line);
        }
    }

    @Test
    void aConnectedSenderFindsALogThatRestartsWhenItConnectsAgain() throws IOException {
        try (UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            try (UnixDatagramChannel log = UnixDatagramChannel.open().bind(address)) {
                sender.connect(address);
                sender.write(bytes("before"));
                assertEquals("before", receive(log));
            }
            Files.delete(address.getPath());
            try (UnixDatagramChannel log = UnixDatagramChannel.open().bind(address)) {
                assertThrows(PortUnreachableException.class, () -> sender.write(bytes("to the one that is gone")));
                assertFalse(sender.isConnected());

                sender.connect(address);
                sender.write(bytes("after"));

                assertEquals("after", receive(log));
            }
        }
    }

    @Test
    void aSenderThatIsNotConnectedFindsALogThatRestartsByItsAddress() throws IOException {
        try (UnixDatagramChannel sender = UnixDatagramChannel.open()) {
            try (UnixDatagramChannel log = UnixDatagramChannel.open().bind(address)) {
                sender.send(bytes("before"), address);
                assertEquals("before", receive(log));
            }
            assertThrows(PortUnreachableException.class, () -> sender.send(bytes("to the file that is left"), address));
            Files.delete(address.getPath());
            try (UnixDatagramChannel log = UnixDatagramChannel.open().bind(address)) {
                sender.send(bytes("after"), address);

                assertEquals("after", receive(log));
            }
        }
    }

    private static String receive(UnixDatagramChannel log) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        assertEquals(UNNAMED, log.receive(buffer));
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
