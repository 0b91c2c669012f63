// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.NothingLeaks;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Netty in a single event loop on our selector: servers and clients of TCP, Unix STREAM and Unix SEQPACKET. */
@ExtendWith(NothingLeaks.class)
class NettyTest {

    // Netty warns when it replaces a selector, as one test makes it do.
    private static final Logger QUIET = Logger.getLogger(NioIoHandler.class.getName());

    static {
        QUIET.setLevel(Level.OFF);
        // It replaces a selector that returns this often in a row with nothing selected and no reason that it knows.
        System.setProperty("io.netty.selectorAutoRebuildThreshold", "5");
    }

    @ChannelHandler.Sharable
    private final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            accepted.add(context.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object read) {
            context.writeAndFlush(read);
        }
    }

    private interface Opening<T> {
        T open() throws IOException;
    }

    @TempDir
    Path folder;

    private final CountingProvider provider = new CountingProvider();
    private final List<Channel> clients = new ArrayList<>();
    private final List<Channel> servers = new ArrayList<>();
    private final Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
    private EventLoopGroup loop;

    @BeforeEach
    void connectOneOfEach() {
        loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory(provider));
        connect(
                () -> new NioServerSocketChannel(provider), () -> new NioSocketChannel(provider),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false);
        connect(
                () -> new NioServerDomainSocketChannel(provider), () -> new NioDomainSocketChannel(provider),
                UnixDomainSocketAddress.of(folder.resolve("stream")), false);
        connect(
                opening(() -> new NioServerDomainSocketChannel(UnixServerSocketChannel.open(UnixProtocolFamily.SEQPACKET))),
                opening(() -> new NioDomainSocketChannel(UnixSocketChannel.open(UnixProtocolFamily.SEQPACKET))),
                UnixDomainSocketAddress.of(folder.resolve("seqpacket")), true);
    }

    private static <T extends Channel> ChannelFactory<T> opening(Opening<T> opening) {
        return () -> {
            try {
                return opening.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private void connect(
            ChannelFactory<? extends ServerChannel> listening, ChannelFactory<? extends Channel> sockets, SocketAddress address,
            boolean messages) {
        Channel server = new ServerBootstrap().group(loop).channelFactory(listening).childHandler(new Echo())
                .bind(address).syncUninterruptibly().channel();
        servers.add(server);
        clients.add(new Bootstrap().group(loop).channelFactory(sockets).handler(new EchoCaller(messages))
                .connect(server.localAddress()).syncUninterruptibly().channel());
    }

    /** A loop that is shut down without a quiet period while it runs its tasks leaves its channels open, whosever they are. */
    @AfterEach
    void end() {
        for (Collection<Channel> channels : List.of(servers, clients, accepted)) {
            channels.forEach(channel -> channel.close().syncUninterruptibly());
        }
        assertTrue(loop.shutdownGracefully(0, 20, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS));
        provider.selectors().forEach(selector -> assertFalse(selector.isOpen()));
    }

    private void exchange(int rounds) {
        List<CompletableFuture<Void>> exchanges = new ArrayList<>();
        for (Channel client : clients) {
            ChannelHandlerContext context = client.pipeline().context(EchoCaller.class);
            exchanges.add(((EchoCaller) context.handler()).exchange(context, rounds));
        }
        exchanges.forEach(CompletableFuture::join);
    }

    @Test
    void itFindsNoReasonToDistrustTheSelectorUnderLoadOrIdle() throws Exception {
        for (int i = 0; i < 3; i++) {
            exchange(200);
            loop.schedule(() -> {}, 100, TimeUnit.MILLISECONDS).get(); // idle until then
        }
        assertEquals(1, provider.selectors().size());
    }

    /** And what the other test relies on: that it distrusts one that returns for nothing. */
    @Test
    void itsChannelsGoOnWhenItReplacesTheSelector() throws Exception {
        exchange(10);
        Selector first = provider.selectors().get(0);
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
            first.wakeup();
            return !first.isOpen();
        });
        assertEquals(2, provider.selectors().size());
        exchange(200);
        loop.schedule(() -> {}, 100, TimeUnit.MILLISECONDS).get();
        assertEquals(2, provider.selectors().size());
    }
}
