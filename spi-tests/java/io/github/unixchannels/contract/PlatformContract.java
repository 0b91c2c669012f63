// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URL;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The provider itself, and its place among files, descriptors, jars and modules. */
class PlatformContract extends ContractTest {

    /** A system property: the module that the provider's class must be in, unless it is of the Java platform. */
    private static final String MODULE = "contract.module";

    private static final String SERVICE = "META-INF/services/" + SelectorProvider.class.getName();

    @Test
    void p01_theProviderOpensByProtocolFamilyAndRefusesNullAndFamiliesItDoesNotKnow() throws Exception {
        SelectorProvider opener = provider.provider();
        ProtocolFamily known = provider.isUnix() ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET;
        assertTrue(closing(opener.openSocketChannel(known)).isOpen());
        assertTrue(closing(opener.openServerSocketChannel(known)).isOpen());

        assertThrows(NullPointerException.class, () -> opener.openSocketChannel(null));
        assertThrows(NullPointerException.class, () -> opener.openServerSocketChannel(null));

        ProtocolFamily namesake = known::name;
        for (ProtocolFamily unknown : List.<ProtocolFamily>of(() -> "NONE SUCH", namesake)) {
            assertThrows(UnsupportedOperationException.class, () -> opener.openSocketChannel(unknown));
            assertThrows(UnsupportedOperationException.class, () -> opener.openServerSocketChannel(unknown));
        }
    }

    @Test
    void p02_channelsAndSelectorsOfTheProviderNameItAsTheirs() throws Exception {
        SelectorProvider expected = provider.provider();
        assertSame(expected, socket().provider());
        assertSame(expected, unboundServer().provider());
        assertSame(expected, selector().provider());
        Pair pair = pair();
        assertSame(expected, pair.client().provider());
        assertSame(expected, pair.accepted().provider());
    }

    @Test
    void p03_openingAndClosingGivesBackEveryDescriptor() throws Exception {
        openAndClose(); // what is opened once and kept is open now
        List<String> before = OpenDescriptors.list();
        for (int i = 0; i < 20; i++) {
            openAndClose();
        }
        assertEquals(before, OpenDescriptors.list());
    }

    private void openAndClose() throws IOException {
        SocketChannel socket = socket();
        ServerSocketChannel unbound = unboundServer();
        ServerSocketChannel server = server();
        Pair pair = pair();
        Selector empty = selector();
        Selector selector = selector();
        register(selector, pair.client(), OP_READ);
        selector.selectNow();

        socket.close();
        unbound.close();
        server.close();
        empty.close();
        selector.close();
        pair.client().close();
        pair.accepted().close();
    }

    @Test
    void p04_openPipeGivesAPipeThroughWhichBytesPass() throws Exception {
        Pipe pipe = provider.provider().openPipe();
        Pipe.SinkChannel sink = closing(pipe.sink());
        Pipe.SourceChannel source = closing(pipe.source());
        assertEquals(5, sink.write(ByteBuffer.wrap("bytes".getBytes(US_ASCII))));
        ByteBuffer dst = ByteBuffer.allocate(5);
        while (dst.hasRemaining()) {
            assertTrue(source.read(dst) > 0);
        }
        assertEquals("bytes", new String(dst.array(), US_ASCII));
        sink.close();
        assertEquals(-1, source.read(ByteBuffer.allocate(1)));
    }

    @Test
    void p11_inheritedChannelIsTheSameEveryTimeOrNull() throws Exception {
        assertSame(provider.provider().inheritedChannel(), provider.provider().inheritedChannel());
    }

    @Test
    void p12_openDatagramChannelRefusesNullAndFamiliesItDoesNotKnow() {
        SelectorProvider opener = provider.provider();
        assertThrows(NullPointerException.class, () -> opener.openDatagramChannel(null));
        for (ProtocolFamily unknown : List.<ProtocolFamily>of(() -> "NONE SUCH", StandardProtocolFamily.INET::name)) {
            assertThrows(UnsupportedOperationException.class, () -> opener.openDatagramChannel(unknown));
        }
    }

    @Test
    void p13_aPipesEndsAreTheSameEveryTimeAndCanBeSelectedAndAnInterruptedThreadCanOpenOne() throws Exception {
        BackgroundCall<Pipe> opening = BackgroundCall.start(() -> {
            Thread.currentThread().interrupt();
            return provider.provider().openPipe();
        });
        Pipe pipe = opening.result();
        assertTrue(opening.wasInterrupted());
        Pipe.SourceChannel source = closing(pipe.source());
        Pipe.SinkChannel sink = closing(pipe.sink());
        assertSame(source, pipe.source());
        assertSame(sink, pipe.sink());

        Selector selector = closing(source.provider().openSelector());
        SelectionKey readable = register(selector, source, SelectionKey.OP_READ);
        SelectionKey writable = register(selector, sink, SelectionKey.OP_WRITE);
        assertEquals(1, selector.select());
        assertTrue(writable.isWritable());
        sink.write(ByteBuffer.allocate(1));
        writable.cancel();
        assertEquals(1, selector.select());
        assertTrue(readable.isReadable());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    void p14_aPathBeyondAsciiReadsBackAsItWas() throws Exception {
        UnixDomainSocketAddress address;
        try {
            address = UnixDomainSocketAddress.of(folder.resolve("\u00fc\u20ac"));
        } catch (InvalidPathException e) {
            address = Assumptions.abort("the encoding of file names here has no such letters: " + e.getMessage());
        }
        ServerSocketChannel server = unboundServer().bind(address);
        assertTrue(Files.exists(address.getPath()));
        assertEquals(address, server.getLocalAddress());
        SocketChannel client = socket();
        client.connect(address);
        assertEquals(address, client.getRemoteAddress());
        assertEquals(address, closing(server.accept()).getLocalAddress());
    }

    @Test
    @Requires(Capability.UNIX_ADDRESSES)
    @Deviates(provider = "JDK-UNIX-STREAM", why = "it refuses a path of more than 106 bytes")
    void p05_aPathMayHave108BytesAndOneOf109IsASocketException() throws Exception {
        UnixDomainSocketAddress longest = pathOf(108);
        ServerSocketChannel server = unboundServer().bind(longest);
        assertEquals(longest, server.getLocalAddress());
        assertTrue(Files.exists(longest.getPath()));
        SocketChannel client = socket();
        assertTrue(client.connect(longest));
        assertEquals(longest, client.getRemoteAddress());

        UnixDomainSocketAddress tooLong = pathOf(109);
        ServerSocketChannel unbound = unboundServer();
        assertThrows(SocketException.class, () -> unbound.bind(tooLong));
        SocketChannel unconnected = socket();
        assertThrows(SocketException.class, () -> unconnected.bind(tooLong));
        assertThrows(SocketException.class, () -> unconnected.connect(tooLong));
        assertFalse(Files.exists(tooLong.getPath()));
    }

    private UnixDomainSocketAddress pathOf(int bytes) {
        int left = bytes - folder.toString().getBytes(UTF_8).length - 1;
        assumeTrue(left > 0, "the temporary folder has too long a path");
        return UnixDomainSocketAddress.of(folder.resolve("p".repeat(left)));
    }

    @Test
    @Requires(Capability.ABSTRACT_NAMES)
    void p06_anAbstractNameCanBeBoundToAndConnectedToAndLeavesNoFile() throws Exception {
        ServerSocketChannel server = unboundServer().bind(null);
        SocketAddress name = server.getLocalAddress();
        assertFalse(name instanceof UnixDomainSocketAddress, () -> name + " is a path");
        SocketChannel client = socket();
        assertTrue(client.connect(name));
        assertEquals(name, client.getRemoteAddress());
        assertEquals(name, closing(server.accept()).getLocalAddress());
        ServerSocketChannel second = unboundServer();
        assertThrows(BindException.class, () -> second.bind(name));

        // A file would stay behind, and keep the address taken.
        server.close();
        client.close();
        SocketChannel late = socket();
        assertThrows(ConnectException.class, () -> late.connect(name));
        assertEquals(name, unboundServer().bind(name).getLocalAddress());
    }

    @Test
    void p07_thePlatformsProviderIsTheSameAsWithoutTheLibrary() throws Exception {
        assumeTrue(System.getProperty(SelectorProvider.class.getName()) == null, "a default provider was asked for");
        Class<?> type = provider.provider().getClass();
        SelectorProvider platform = SelectorProvider.provider();
        assertSame(Object.class.getModule(), platform.getClass().getModule());
        if (type.getModule() != Object.class.getModule()) {
            assertNotSame(platform, provider.provider());
        }

        ClassLoader loader = ClassLoader.getSystemClassLoader();
        assertTrue(ServiceLoader.load(SelectorProvider.class, loader).stream().noneMatch(found -> found.type() == type));
        for (URL url : Collections.list(loader.getResources(SERVICE))) {
            try (InputStream stream = url.openStream()) {
                assertFalse(new String(stream.readAllBytes(), UTF_8).contains(type.getName()), url::toString);
            }
        }
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source != null && source.getLocation().getProtocol().equals("file")) {
            assertFalse(hasServiceFile(Path.of(source.getLocation().toURI())), source::toString);
        }
    }

    private static boolean hasServiceFile(Path folderOrJar) throws IOException {
        if (Files.isDirectory(folderOrJar)) {
            return Files.exists(folderOrJar.resolve(SERVICE));
        }
        try (JarFile jar = new JarFile(folderOrJar.toFile())) {
            return jar.getEntry(SERVICE) != null;
        }
    }

    @Test
    void p08_whereALibraryIsAskedForAsANamedModuleItIsOne() {
        String asked = System.getProperty(MODULE, "");
        Module module = provider.provider().getClass().getModule();
        assumeFalse(asked.isEmpty(), MODULE + " is not set");
        assumeFalse(module == Object.class.getModule(), "the Java platform's own");
        assertTrue(module.isNamed(), () -> asked + " was found on the class path");
        assertEquals(asked, module.getName());
    }
}
