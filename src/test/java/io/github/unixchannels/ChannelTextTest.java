// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code toString} of channels, options and values, which people read in logs. */
@ExtendWith(NothingLeaks.class)
class ChannelTextTest {

    private static final String SOCKET = "io.github.unixchannels.UnixSocketChannel";
    private static final String SERVER = "io.github.unixchannels.UnixServerSocketChannel";

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aSocketChannelTellsItsTypeStateAndAddresses(UnixProtocolFamily family) throws IOException {
        AbstractSocketAddress address = AbstractNames.unique();
        AbstractSocketAddress own = AbstractNames.unique();
        UnixSocketChannel client = UnixSocketChannel.open(family);
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(address, 1);
                UnixSocketChannel nameless = UnixSocketChannel.open(family)) {
            assertEquals(SOCKET + "[" + family + " unconnected]", client.toString());
            client.bind(own);
            assertEquals(SOCKET + "[" + family + " unconnected local=" + own + "]", client.toString());
            client.connect(server.getLocalAddress());
            String connected = SOCKET + "[" + family + " connected";
            assertEquals(connected + " local=" + own + " remote=" + address + "]", client.toString());
            nameless.connect(address);
            assertEquals(connected + " local=unnamed remote=" + address + "]", nameless.toString());
            try (UnixSocketChannel accepted = server.accept(); UnixSocketChannel other = server.accept()) {
                assertEquals(connected + " local=" + address + " remote=" + own + "]", accepted.toString());
                assertEquals(connected + " local=" + address + " remote=unnamed]", other.toString());
                accepted.shutdownInput();
                assertEquals(connected + " ishut local=" + address + " remote=" + own + "]", accepted.toString());
                accepted.shutdownOutput();
                assertEquals(connected + " ishut oshut local=" + address + " remote=" + own + "]", accepted.toString());
                other.shutdownOutput();
                assertEquals(connected + " oshut local=" + address + " remote=unnamed]", other.toString());
            }
        } finally {
            client.close();
        }
        assertEquals(SOCKET + "[" + family + " closed]", client.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aPairIsConnectedWithoutNames(UnixProtocolFamily family) throws IOException {
        try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(family)) {
            assertEquals(SOCKET + "[" + family + " connected local=unnamed remote=unnamed]", pair.first().toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aListenerTellsItsTypeAndAddress(UnixProtocolFamily family, @TempDir Path folder) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("server"));
        UnixServerSocketChannel server = UnixServerSocketChannel.open(family);
        assertEquals(SERVER + "[" + family + " unbound]", server.toString());
        server.bind(address, 1);
        assertEquals(SERVER + "[" + family + " " + address + "]", server.toString());
        server.close();
        assertEquals(SERVER + "[" + family + " closed]", server.toString());
    }

    @Test
    void anOptionIsItsNameAndAValueItsFields() {
        assertEquals("SO_PEERCRED", UnixSocketOptions.SO_PEERCRED.toString());
        assertEquals("SO_PEERCRED", UnixSocketOptions.SO_PEERCRED.name());
        assertEquals(PeerCredentials.class, UnixSocketOptions.SO_PEERCRED.type());
        assertEquals("PeerCredentials[pid=1, uid=2, gid=4294967295]", new PeerCredentials(1, 2, 4294967295L).toString());
    }
}
