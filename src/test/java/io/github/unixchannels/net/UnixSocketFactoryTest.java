// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.NothingLeaks;
import java.lang.reflect.Constructor;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Factories of sockets go to one address, whatever host and port they are given. */
@ExtendWith(NothingLeaks.class)
class UnixSocketFactoryTest {

    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    @TempDir
    Path folder;

    private List<SocketAddress> addresses() {
        return List.of(UnixDomainSocketAddress.of(folder.resolve("s")), AbstractNames.unique());
    }

    @Test
    void eachWayToMakeASocketConnectsToTheAddress() throws Exception {
        for (SocketAddress address : addresses()) {
            SocketFactory factory = new UnixSocketFactory(address);
            try (ServerSocket server = new UnixServerSocketFactory(address).createServerSocket(5432)) {
                List<Callable<Socket>> ways = List.of(
                        () -> factory.createSocket("no.such.host.invalid", 5432),
                        () -> factory.createSocket("no.such.host.invalid", 5432, HOST, 0),
                        () -> factory.createSocket(HOST, 5432),
                        () -> factory.createSocket(HOST, 5432, HOST, 0),
                        () -> factory.createSocket((String) null, 0),
                        () -> connected(factory, InetSocketAddress.createUnresolved("no.such.host.invalid", 5432)),
                        () -> connected(factory, new InetSocketAddress(HOST, 1)),
                        () -> connected(factory, address),
                        () -> boundAndConnected(factory, new InetSocketAddress(HOST, 0)));
                for (Callable<Socket> way : ways) {
                    try (Socket client = way.call();
                            Socket accepted = server.accept()) {
                        assertEquals(address, client.getRemoteSocketAddress());
                        client.getOutputStream().write(1);
                        assertEquals(1, accepted.getInputStream().read());
                    }
                }
            }
        }
    }

    private static Socket connected(SocketFactory factory, SocketAddress to) throws Exception {
        Socket socket = factory.createSocket();
        socket.connect(to, 60_000);
        return socket;
    }

    private static Socket boundAndConnected(SocketFactory factory, SocketAddress to) throws Exception {
        Socket socket = factory.createSocket();
        socket.bind(to);
        assertTrue(socket.isBound());
        socket.connect(to);
        return socket;
    }

    @Test
    void anAddressOfTheFamilyIsConnectedToItself() throws Exception {
        SocketAddress other = AbstractNames.unique();
        try (ServerSocket server = new UnixServerSocket(other);
                Socket socket = new UnixSocketFactory("/nothing/listens").createSocket()) {
            socket.connect(other);
            assertEquals(other, socket.getRemoteSocketAddress());
            server.accept().close();
        }
    }

    @Test
    void aTextIsAPathOrAnAbstractName() throws Exception {
        String path = folder.resolve("s").toString();
        String name = AbstractNames.uniqueText();
        try (ServerSocket ofPath = new UnixServerSocketFactory(path).createServerSocket(0);
                ServerSocket ofName = new UnixServerSocketFactory("@" + name).createServerSocket(0)) {
            assertEquals(UnixDomainSocketAddress.of(path), ofPath.getLocalSocketAddress());
            assertEquals(AbstractSocketAddress.of(name), ofName.getLocalSocketAddress());
            for (String text : List.of(path, "@" + name)) {
                try (Socket socket = byName(text).createSocket("localhost", 1)) {
                    assertTrue(socket.isConnected());
                }
            }
        }
    }

    /** As libraries that are given the name of the class and an argument do. */
    private static SocketFactory byName(String argument) throws Exception {
        Class<?> named = Class.forName("io.github.unixchannels.net.UnixSocketFactory");
        Constructor<?> constructor = named.asSubclass(SocketFactory.class).getConstructor(String.class);
        return (SocketFactory) constructor.newInstance(argument);
    }

    @Test
    void eachWayToMakeAServerBindsItToTheAddress() throws Exception {
        for (SocketAddress address : addresses()) {
            ServerSocketFactory factory = new UnixServerSocketFactory(address);
            List<Callable<ServerSocket>> ways = List.of(
                    () -> factory.createServerSocket(1099),
                    () -> factory.createServerSocket(0, 5),
                    () -> factory.createServerSocket(0, -1, HOST),
                    () -> bound(factory, new InetSocketAddress(HOST, 0)),
                    () -> bound(factory, null),
                    () -> bound(factory, address));
            for (Callable<ServerSocket> way : ways) {
                try (ServerSocket server = way.call()) {
                    assertEquals(address, server.getLocalSocketAddress());
                    assertEquals(0, server.getLocalPort());
                    assertThrowsExactly(BindException.class, () -> factory.createServerSocket(1));
                }
                if (address instanceof UnixDomainSocketAddress path) {
                    Files.delete(path.getPath());
                }
            }
        }
    }

    private static ServerSocket bound(ServerSocketFactory factory, SocketAddress to) throws Exception {
        ServerSocket server = factory.createServerSocket();
        server.bind(to);
        return server;
    }

    @Test
    void factoriesForTheSameAddressAreEqual() {
        SocketFactory factory = new UnixSocketFactory("/run/app");
        assertEquals(factory, new UnixSocketFactory(UnixDomainSocketAddress.of("/run/app")));
        assertEquals(factory.hashCode(), new UnixSocketFactory("/run/app").hashCode());
        assertNotEquals(factory, new UnixSocketFactory("@/run/app"));
        assertNotEquals(factory, new UnixServerSocketFactory("/run/app"));
        ServerSocketFactory servers = new UnixServerSocketFactory("@app");
        assertEquals(servers, new UnixServerSocketFactory(AbstractSocketAddress.of("app")));
        assertEquals(servers.hashCode(), new UnixServerSocketFactory("@app").hashCode());
        assertNotEquals(servers, new UnixServerSocketFactory("app"));
        assertNotEquals(servers, factory);
    }

    @Test
    void whatNamesNoSocketIsRefused() {
        for (String text : List.of("", "@", "@" + "n".repeat(108))) {
            assertThrowsExactly(IllegalArgumentException.class, () -> new UnixSocketFactory(text));
            assertThrowsExactly(IllegalArgumentException.class, () -> new UnixServerSocketFactory(text));
        }
        assertThrowsExactly(InvalidPathException.class, () -> new UnixSocketFactory("a\0b"));
        List<SocketAddress> none = List.of(
                UnixDomainSocketAddress.of(""), AbstractSocketAddress.AUTOBIND, new InetSocketAddress(HOST, 1));
        for (SocketAddress address : none) {
            assertThrowsExactly(IllegalArgumentException.class, () -> new UnixSocketFactory(address));
            assertThrowsExactly(IllegalArgumentException.class, () -> new UnixServerSocketFactory(address));
        }
        assertThrows(NullPointerException.class, () -> new UnixSocketFactory((String) null));
        assertThrows(NullPointerException.class, () -> new UnixSocketFactory((SocketAddress) null));
        assertThrows(NullPointerException.class, () -> new UnixServerSocketFactory((String) null));
        assertThrows(NullPointerException.class, () -> new UnixServerSocketFactory((SocketAddress) null));
    }

    @Test
    void aPortThatIsNoneOfTcpIsRefused() {
        SocketFactory factory = new UnixSocketFactory("/nothing/listens");
        for (int port : new int[] {-1, 65_536}) {
            assertThrowsExactly(IllegalArgumentException.class, () -> factory.createSocket("host", port));
            assertThrowsExactly(IllegalArgumentException.class, () -> factory.createSocket(HOST, port));
            assertThrowsExactly(IllegalArgumentException.class, () -> factory.createSocket("host", 1, HOST, port));
            assertThrowsExactly(IllegalArgumentException.class, () -> factory.createSocket(HOST, 1, HOST, port));
            assertThrowsExactly(
                    IllegalArgumentException.class, () -> new UnixServerSocketFactory("/nothing/listens").createServerSocket(port));
        }
        assertThrowsExactly(ConnectException.class, () -> factory.createSocket("host", 65_535));
        assertTrue(factory.toString().contains("/nothing/listens"));
    }
}
