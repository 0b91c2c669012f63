// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.net.UnixServerSocketFactory;
import io.github.unixchannels.net.UnixSocketFactory;
import io.github.unixchannels.support.BackgroundCall;
import java.io.IOException;
import java.io.Serializable;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.rmi.ConnectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMIClientSocketFactory;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RMI, whose registry and objects listen at a path. RMI closes idle connections after a while, so no leak is looked for here. */
class RemoteMethodTest {

    /** A number other than 0, for which RMI would ask the socket. */
    private static final int PORT = 1;

    @TempDir
    private Path folder;

    private final List<Remote> exported = new ArrayList<>();

    /** Told to clients together with the object: it is serialized. */
    private record Client(String path) implements RMIClientSocketFactory, Serializable {
        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new UnixSocketFactory(path).createSocket(host, port);
        }
    }

    private record Server(String path) implements RMIServerSocketFactory {
        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return new UnixServerSocketFactory(UnixDomainSocketAddress.of(path)).createServerSocket(port);
        }
    }

    private interface Listener extends Remote {
        void heard(String text) throws RemoteException;
    }

    private interface Echo extends Remote {
        byte[] echo(byte[] bytes) throws RemoteException;

        void call(Listener listener, String text) throws RemoteException;
    }

    private static final class Echoing implements Echo {
        @Override
        public byte[] echo(byte[] bytes) {
            return bytes;
        }

        @Override
        public void call(Listener listener, String text) throws RemoteException {
            listener.heard(text);
        }
    }
    @BeforeEach
    void bind() throws Exception {
        String path = folder.resolve("registry").toString();
        Registry registry = LocateRegistry.createRegistry(PORT, new Client(path), new Server(path));
        exported.add(registry);
        registry.bind("echo", export(new Echoing(), "objects"));
    }

    private Remote export(Remote object, String name) throws RemoteException {
        String path = folder.resolve(name).toString();
        exported.add(object);
        return UnicastRemoteObject.exportObject(object, PORT, new Client(path), new Server(path));
    }

    private Echo lookup() throws Exception {
        Client registry = new Client(folder.resolve("registry").toString());
        return (Echo) LocateRegistry.getRegistry("localhost", PORT, registry).lookup("echo");
    }

    @AfterEach
    void end() throws Exception {
        for (Remote object : exported) {
            UnicastRemoteObject.unexportObject(object, true);
        }
    }

    @Test
    void anObjectIsFoundAndCalled() throws Exception {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        Echo echo = lookup();

        assertArrayEquals(new byte[] {1}, echo.echo(new byte[] {1}));
        assertArrayEquals(large, echo.echo(large));
    }

    @Test
    void anObjectCallsBack() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        Listener listener = heard::add;
        lookup().call((Listener) export(listener, "listener"), "hello");

        assertEquals(List.of("hello"), heard);
    }

    @Test
    void threadsCallAtTheSameTime() throws Exception {
        Echo echo = lookup();
        List<BackgroundCall<Integer>> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            byte[] bytes = {(byte) thread};
            threads.add(BackgroundCall.start(() -> {
                for (int i = 0; i < 100; i++) {
                    assertArrayEquals(bytes, echo.echo(bytes));
                }
                return 100;
            }));
        }
        for (BackgroundCall<Integer> thread : threads) {
            assertEquals(100, thread.result());
        }
    }

    @Test
    void whereNothingListensTheExceptionNamesTheAddress() {
        String path = folder.resolve("none").toString();
        RemoteException failure = assertThrows(
                ConnectException.class, () -> LocateRegistry.getRegistry("localhost", PORT, new Client(path)).list());

        assertTrue(failure.getCause().getMessage().startsWith("connect(" + path + "): "), failure.getCause()::toString);
    }
}
