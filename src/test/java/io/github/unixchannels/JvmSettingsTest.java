// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.ChildJvm;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What depends on how the JVM was started, each in a JVM of its own. */
class JvmSettingsTest {

    static final class WithoutJdkNet {
        public static void main(String[] arguments) throws IOException {
            try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
                TreeSet<String> names = new TreeSet<>();
                for (SocketOption<?> option : pair.first().supportedOptions()) {
                    names.add(option.name() + " " + option.type().getSimpleName());
                }
                System.out.println(names);
                System.out.println(pair.first().getOption(UnixSocketOptions.SO_PEERCRED).pid() == ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void withoutTheModuleJdkNetItsOptionIsMissingAndNothingElse() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), WithoutJdkNet.class, "--limit-modules", "java.base,java.logging"); // jffi logs
        assertEquals(
                "[SO_LINGER Integer, SO_PASSCRED Boolean, SO_PASSPIDFD Boolean, SO_PASSRIGHTS Boolean, SO_PASSSEC Boolean, "
                        + "SO_PEERCRED PeerCredentials, SO_PEERGROUPS PeerGroups, SO_PEERPIDFD OwnedFd, SO_PEERSEC String, "
                        + "SO_RCVBUF Integer, SO_RCVTIMEO Duration, SO_SNDBUF Integer, SO_SNDTIMEO Duration, SO_TIMESTAMP Boolean]\ntrue",
                child.output(),
                child.errors());
    }

    static final class OnAnotherPlatform {
        public static void main(String[] arguments) throws IOException {
            SelectorProvider provider = UnixSelectorProvider.provider();
            try {
                provider.openSelector().close();
            } catch (UnsupportedOperationException e) {
                System.out.println(e.getMessage());
            }
            try {
                UnixServerSocketChannel.open().close();
            } catch (UnsupportedOperationException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void onAnotherPlatformOpeningSaysWhichAndWhichOnesThereAre() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), OnAnotherPlatform.class, "-Dos.arch=riscv64");
        String text = "unix-channels runs on Linux on x86-64 and aarch64; this is Linux on riscv64";
        assertEquals(text + "\n" + text, child.output(), child.errors());
    }

    static final class NamesInAscii {
        public static void main(String[] arguments) throws IOException {
            Path folder = Files.createTempDirectory("ascii");
            for (String name : new String[] {"%C3%A9", "%FF"}) {
                Path path = Path.of(URI.create("file://" + folder + "/" + name));
                SocketAddress own = UnixDomainSocketAddress.of(path);
                try (UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET);
                        UnixSocketChannel client = UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET)) {
                    server.bind(null, 1);
                    client.bind(own);
                    client.connect(server.getLocalAddress());
                    try (UnixSocketChannel accepted = server.accept()) {
                        System.out.println(Files.exists(path) + " " + accepted.getRemoteAddress().equals(own));
                    }
                } finally {
                    Files.deleteIfExists(path);
                }
            }
            Files.delete(folder);
        }
    }

    @Test
    void aPathBeyondAsciiKeepsItsBytesWhereTheLocaleKnowsAsciiOnly() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of("LC_ALL", "C"), NamesInAscii.class);
        assertEquals("true true\ntrue true", child.output(), child.errors());
    }
}
