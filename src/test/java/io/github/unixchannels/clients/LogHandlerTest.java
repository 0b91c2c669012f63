// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.net.UnixServerSocketFactory;
import io.github.unixchannels.net.UnixSocketFactory;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.ErrorManager;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.logging.XMLFormatter;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * What {@code java.util.logging.SocketHandler} does, over a Unix socket. That class itself always makes a socket of TCP: its constructor
 * calls {@code new Socket(host, port)}.
 */
@ExtendWith(NothingLeaks.class)
class LogHandlerTest {

    private static final int RECORDS_PER_THREAD = 200;

    @TempDir
    private Path folder;

    /** Sends each record at once, as {@code SocketHandler} does. */
    private static final class UnixSocketHandler extends StreamHandler {

        private final Socket socket;

        UnixSocketHandler(Socket socket) throws IOException {
            super(socket.getOutputStream(), new XMLFormatter());
            this.socket = socket;
        }

        @Override
        public synchronized void publish(LogRecord record) {
            super.publish(record);
            flush();
        }

        @Override
        public synchronized void close() {
            super.close();
            try {
                socket.close();
            } catch (IOException e) {
                reportError(null, e, ErrorManager.CLOSE_FAILURE);
            }
        }
    }

    @Test
    void theReceiverHasAWholeDocumentWithAllRecords() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("log"));
        try (ServerSocket server = new UnixServerSocketFactory(address).createServerSocket(0)) {
            BackgroundCall<byte[]> received = BackgroundCall.start(() -> {
                try (Socket sender = server.accept()) {
                    return sender.getInputStream().readAllBytes();
                }
            });
            logFromThreads(new UnixSocketHandler(new UnixSocketFactory(address).createSocket("localhost", 0)));

            assertEquals(4 * RECORDS_PER_THREAD, records(received.result()).getLength());
        }
    }

    private static void logFromThreads(StreamHandler handler) throws Exception {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        List<BackgroundCall<Integer>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            threads.add(BackgroundCall.start(() -> {
                for (int i = 0; i < RECORDS_PER_THREAD; i++) {
                    logger.log(Level.INFO, "record {0}", i);
                }
                return RECORDS_PER_THREAD;
            }));
        }
        for (BackgroundCall<Integer> thread : threads) {
            thread.result();
        }
        handler.close();
    }

    private static NodeList records(byte[] document) throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        // The document names logger.dtd, which is nowhere.
        parser.setEntityResolver((name, location) -> new InputSource(new ByteArrayInputStream(new byte[0])));
        return parser.parse(new ByteArrayInputStream(document)).getElementsByTagName("record");
    }
}
