// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.File;
import java.util.concurrent.CountDownLatch;

/** One message through a connection in an event loop of Netty on its own epoll. Arguments: STREAM, a path, which is removed. */
@ChannelHandler.Sharable
final class NettyFirstMessage extends ChannelInboundHandlerAdapter {

    private final CountDownLatch received = new CountDownLatch(FirstMessage.BYTES);

    private NettyFirstMessage() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        NettyFirstMessage receiver = new NettyFirstMessage();
        DomainSocketAddress address = new DomainSocketAddress(arguments[1]);
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("loop", true), EpollIoHandler.newFactory());
        new ServerBootstrap().group(loop).channel(EpollServerDomainSocketChannel.class).childHandler(receiver).bind(address).sync();
        Channel client = new Bootstrap()
                .group(loop)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .sync()
                .channel();
        client.writeAndFlush(Unpooled.wrappedBuffer(new byte[FirstMessage.BYTES]));
        receiver.received.await();
        FirstMessage.report(began, FirstMessage.BYTES);
        new File(arguments[1]).delete();
        System.exit(0); // or else a thread of Netty's keeps the process for a while
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        for (int count = bytes.readableBytes(); count > 0; count--) {
            received.countDown();
        }
        bytes.release();
    }
}
