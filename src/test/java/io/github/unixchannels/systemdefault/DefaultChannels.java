// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;

/** Opens a channel of every kind as any program would, selects them all in one selector, and prints whose they are. */
final class DefaultChannels {

    private final Deque<Closeable> opened = new ArrayDeque<>();
    private final TreeSet<String> selected = new TreeSet<>();
    private final Selector selector;
    private final SelectorProvider ours = UnixSelectorProvider.provider();

    private DefaultChannels() throws IOException {
        selector = closing(Selector.open());
    }

    public static void main(String[] arguments) throws IOException {
        new DefaultChannels().run();
    }

    private void run() throws IOException {
        System.out.println("module " + UnixSelectorProvider.class.getModule().getName());
        System.out.println("one provider: " + (SelectorProvider.provider() == ours && selector.provider() == ours));
        SocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        connection("tcp", ServerSocketChannel.open(), SocketChannel.open(), loopback);
        SocketAddress inet = new InetSocketAddress("127.0.0.1", 0);
        ProtocolFamily family = StandardProtocolFamily.INET;
        connection("tcp inet", ServerSocketChannel.open(family), SocketChannel.open(family), inet);
        datagrams("udp", DatagramChannel.open(), DatagramChannel.open(), loopback);
        datagrams("udp inet", DatagramChannel.open(family), DatagramChannel.open(family), inet);
        family = StandardProtocolFamily.UNIX;
        connection("unix stream", ServerSocketChannel.open(family), SocketChannel.open(family), null);
        datagrams("unix dgram", DatagramChannel.open(family), DatagramChannel.open(family), null);
        UnixSocketChannel.Pair pair = closing(UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET));
        pair.first().write(oneByte());
        readable("unix seqpacket", pair.second());
        Pipe pipe = Pipe.open();
        closing(pipe.sink()).write(oneByte());
        readable("pipe", closing(pipe.source()));
        for (int registered = selector.keys().size(); selected.size() < registered; ) {
            selector.select(this::selected);
        }
        selected.forEach(System.out::println);
        System.out.println("inherited: " + System.inheritedChannel());
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private void connection(String name, ServerSocketChannel server, SocketChannel client, SocketAddress address) throws IOException {
        closing(server).bind(address);
        closing(client).connect(server.getLocalAddress());
        client.write(oneByte());
        readable(name, closing(server.accept()));
    }

    private void datagrams(String name, DatagramChannel receiver, DatagramChannel sender, SocketAddress address) throws IOException {
        closing(receiver).bind(address);
        closing(sender).send(oneByte(), receiver.getLocalAddress());
        readable(name, receiver);
    }

    private void readable(String name, SelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, name);
    }

    private void selected(SelectionKey key) {
        selected.add(key.attachment() + ": " + (key.channel().provider() == ours ? "ours" : "the platform's"));
        key.cancel();
    }

    private static ByteBuffer oneByte() {
        return ByteBuffer.allocate(1);
    }

    private <T extends Closeable> T closing(T closeable) {
        opened.push(closeable);
        return closeable;
    }
}
