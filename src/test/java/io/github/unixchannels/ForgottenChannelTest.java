// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static io.github.unixchannels.support.BackgroundCall.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.support.ReportHandler;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What becomes of channels that are dropped without a close, in a program with the property and in one without. */
class ForgottenChannelTest {

    private static final String REPORTED = "-D" + OwnedFd.REPORT_PROPERTY + "=true";

    /** Drops a channel of each kind. */
    static final class Forgetful {

        /** The last words of each report, or the number of a descriptor that nobody reports. */
        private static final String[] KINDS = {
            "a socket channel, STREAM connected local=unnamed remote=unnamed",
            "a socket channel, SEQPACKET connected local=@forgotten remote=unnamed",
            "a socket channel, SEQPACKET connected local=unnamed remote=@forgotten",
            "a socket channel, STREAM unconnected",
            "a server channel, local=@forgotten",
            "a server channel, local=unnamed",
            "a datagram channel, unbound",
            "a socket channel, TCP ",
            "a server channel, TCP",
            "a datagram channel, UDP ",
            "the end of a pipe for reading",
            "the end of a pipe for writing",
            "a channel of what can be polled",
        };

        public static void main(String[] arguments) throws IOException {
            Logger logger = Logger.getLogger("io.github.unixchannels");
            ReportHandler reports = new ReportHandler();
            logger.addHandler(reports);
            logger.setUseParentHandlers(false);
            forgetAll();
            soon().until(() -> {
                System.gc();
                return List.of(KINDS).stream().allMatch(kind -> reports.messages().stream().anyMatch(text -> text.contains(kind)));
            });
            reports.messages().forEach(System.out::println);
        }

        private static void forgetAll() throws IOException {
            UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
            AbstractSocketAddress name = AbstractSocketAddress.of("forgotten");
            ServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET).bind(name);
            UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET, name);
            server.accept();
            UnixSocketChannel.open(UnixProtocolFamily.STREAM);
            UnixServerSocketChannel.open();
            UnixDatagramChannel.open();
            UnixSelectorProvider.provider().openPipe();
            forgetReceived();
            UnixDatagramChannel.open().bind(AbstractSocketAddress.of("closed")).close();
            UnixServerSocketChannel.open().bind(AbstractSocketAddress.of("closed")).close();
        }

        private static void forgetReceived() throws IOException {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (ServerSocketChannel server = ServerSocketChannel.open().bind(any);
                    SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    DatagramChannel datagrams = DatagramChannel.open().bind(any)) {
                OwnedFd.duplicateOf(server).toServerSocketChannel();
                OwnedFd.duplicateOf(client).toSocketChannel();
                OwnedFd.duplicateOf(datagrams).toDatagramChannel();
            }
            RawDescriptor.eventfd().toSelectableChannel();
        }
    }

    @Test
    void thePropertyHasChannelsOfEachKindReportedOnce() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), Forgetful.class, REPORTED);
        assertEquals(0, child.exitCode(), child.errors());
        List<String> reports = child.output().lines().toList();
        assertEquals(Forgetful.KINDS.length + 1, reports.size(), child.output()); // a pair has two ends
        for (String report : reports) {
            assertTrue(
                    report.matches("fd=[0-9]+, .+, was forgotten and is closed now; the channel is to be closed"), child.output());
        }
    }

    /** Drops a datagram channel and a socket channel. */
    static final class Unreported {

        public static void main(String[] arguments) throws IOException {
            int socket = RawDescriptor.of(UnixSocketChannel.open());
            int datagrams = RawDescriptor.of(UnixDatagramChannel.open());
            soon().until(() -> {
                System.gc();
                return !isOpen(datagrams);
            });
            System.out.println(isOpen(socket));
        }

        private static boolean isOpen(int number) {
            return HostSyscalls.get().fcntl(number, Linux.F_GETFD, 0) >= 0;
        }
    }

    @Test
    void withoutThePropertyOnlyDatagramChannelsAreClosed() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), Unreported.class);
        assertEquals(0, child.exitCode(), child.errors());
        assertEquals("true", child.output());
        assertTrue(child.errors().lines().noneMatch(line -> line.contains("forgotten")), child.errors());
    }
}
