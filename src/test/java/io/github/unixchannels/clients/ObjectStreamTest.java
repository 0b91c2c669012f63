// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.net.UnixServerSocketFactory;
import io.github.unixchannels.net.UnixSocketFactory;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Java objects in both directions of one socket at the same time. */
@ExtendWith(NothingLeaks.class)
class ObjectStreamTest {

    /** Together far more than both sockets have room for. */
    private static final int OBJECTS = 200;
    private static final int LENGTH = 50_000;

    @TempDir
    private Path folder;

    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("objects"));
        try (ServerSocket listener = new UnixServerSocketFactory(address).createServerSocket(0)) {
            client = new UnixSocketFactory(address).createSocket("localhost", 0);
            server = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    /** Each side writes all its objects before the other side could have read them. */
    @Test
    void bothSidesWriteWhileBothRead() throws Exception {
        BackgroundCall<?> clientWrites = writing(client, 1);
        BackgroundCall<?> serverWrites = writing(server, 2);
        BackgroundCall<?> clientReads = reading(client, 2);
        BackgroundCall<?> serverReads = reading(server, 1);

        for (BackgroundCall<?> call : new BackgroundCall<?>[] {clientWrites, serverWrites, clientReads, serverReads}) {
            call.result();
        }
    }

    private static BackgroundCall<?> writing(Socket socket, int seed) {
        return BackgroundCall.start(() -> {
            ObjectOutputStream out = new ObjectOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            Random random = new Random(seed);
            for (int i = 0; i < OBJECTS; i++) {
                out.writeUnshared(next(random));
                out.writeInt(i);
            }
            out.flush();
            socket.shutdownOutput();
            return null;
        });
    }

    private static BackgroundCall<?> reading(Socket socket, int seed) {
        return BackgroundCall.start(() -> {
            ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
            Random random = new Random(seed);
            for (int i = 0; i < OBJECTS; i++) {
                assertArrayEquals(next(random), (int[]) in.readUnshared());
                assertEquals(i, in.readInt());
            }
            assertThrows(EOFException.class, in::readObject);
            return null;
        });
    }

    private static int[] next(Random random) {
        return random.ints(random.nextInt(LENGTH / Integer.BYTES)).toArray();
    }
}
