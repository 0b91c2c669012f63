// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import io.github.unixchannels.UnixSelectorProvider;
import java.io.Closeable;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** Uses what is ours, then asks for each kind of channel that is the platform's, and prints what is said. */
final class WithoutTheExport {

    private WithoutTheExport() {}

    public static void main(String[] arguments) throws Exception {
        try (Selector selector = Selector.open(); SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                DatagramChannel datagrams = DatagramChannel.open(StandardProtocolFamily.UNIX)) {
            datagrams.configureBlocking(false);
            datagrams.register(selector, SelectionKey.OP_WRITE);
            System.out.println(selector.selectNow() + " " + (channel.provider() == UnixSelectorProvider.provider()));
        }
        Map<String, Callable<Closeable>> opens = new LinkedHashMap<>();
        opens.put("socket", SocketChannel::open);
        opens.put("server", ServerSocketChannel::open);
        opens.put("datagrams", DatagramChannel::open);
        opens.put("inet", () -> DatagramChannel.open(StandardProtocolFamily.INET));
        opens.put("inherited", System::inheritedChannel);
        for (Map.Entry<String, Callable<Closeable>> open : opens.entrySet()) {
            try {
                open.getValue().call();
                System.out.println(open.getKey() + " was opened");
            } catch (UnsupportedOperationException e) {
                System.out.println(open.getKey() + ": " + e.getMessage());
            }
        }
    }
}
