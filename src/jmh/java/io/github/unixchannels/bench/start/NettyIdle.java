// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.concurrent.Semaphore;

/** Idle connections in an event loop of Netty on its own epoll. Arguments: STREAM, path, how many first, how many in all. */
@ChannelHandler.Sharable
final class NettyIdle extends ChannelInboundHandlerAdapter {

    private final Semaphore registered = new Semaphore(0);

    private NettyIdle() {}

    public static void main(String[] arguments) throws Exception {
        NettyIdle connections = new NettyIdle();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        new ServerBootstrap()
                .group(loop)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(connections)
                .bind(new DomainSocketAddress(arguments[1]))
                .sync();
        new IdleConnections(connections.registered::acquire)
                .measure(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        System.exit(0);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        registered.release();
    }
}
