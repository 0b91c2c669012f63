// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.frameworks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Apache MINA, whose acceptor takes a provider for TCP: one selector accepts, another reads and writes. */
@ExtendWith(NothingLeaks.class)
class MinaTest {

    private static final class Echo extends IoHandlerAdapter {

        @Override
        public void messageReceived(IoSession session, Object message) {
            session.write(((IoBuffer) message).duplicate());
        }
    }

    @Test
    void itsServerOnOurSelectorsEchoes() throws IOException {
        List<String> before = OpenDescriptors.list();
        CountingProvider provider = new CountingProvider();
        NioSocketAcceptor acceptor = new NioSocketAcceptor(1, provider);
        List<Socket> clients = new ArrayList<>();
        try {
            acceptor.setHandler(new Echo());
            acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < 10; i++) {
                clients.add(new Socket(acceptor.getLocalAddress().getAddress(), acceptor.getLocalAddress().getPort()));
            }
            for (int i = 0; i < 100; i++) {
                byte[] text = ("text " + i).getBytes();
                Socket client = clients.get(i % clients.size());
                client.getOutputStream().write(text);
                assertArrayEquals(text, client.getInputStream().readNBytes(text.length));
            }
            assertEquals(2, provider.selectors().size());
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            acceptor.dispose(true);
        }
        // One of its threads is still about to close its selector.
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> OpenDescriptors.list().equals(before));
        provider.selectors().forEach(selector -> assertFalse(selector.isOpen()));
    }
}
