// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Connects to listeners and accepts from them. Each client has a name, by which the acceptor knows whom it has accepted. */
final class Connections {

    private Connections() {}

    private static boolean listens(Handle handle) {
        return handle.channel instanceof ServerSocketChannel;
    }

    static void connect(Walker walker) {
        World world = walker.world;
        Handle listener = world.pick(walker.random, Connections::listens);
        if (listener == null || world.handles.size() > 24) {
            return;
        }
        walker.doing = "connect";
        SocketChannel channel = null;
        Handle client = null;
        try {
            ServerSocketChannel server = (ServerSocketChannel) listener.channel;
            SocketAddress target = server.getLocalAddress();
            boolean ours = server instanceof UnixServerSocketChannel;
            channel = ours
                    ? world.provider.provider().openSocketChannel(((UnixServerSocketChannel) server).family())
                    : SocketChannel.open();
            channel.bind(ours ? AbstractNames.unique() : Links.loopback());
            channel.configureBlocking(walker.random.nextBoolean());
            End.Kind kind = !ours ? End.Kind.PLATFORM_TCP : End.Kind.valueOf(((UnixServerSocketChannel) server).family().name());
            End end = new End(kind, world.flowOf(kind), world.flowOf(kind));
            client = new Handle(end, channel);
            world.clients.put(channel.getLocalAddress(), end);
            client.connecting = true;
            world.add(client);
            walker.use(client, "connect");
            if (channel.connect(target)) {
                client.connecting = false;
                world.figures.count(Figure.CONNECTIONS);
                return;
            }
            world.connecting.add(client);
            if (walker.random.nextBoolean()) {
                channel.register(world.pickSelector(walker.random).selector, SelectionKey.OP_CONNECT);
            }
        } catch (Throwable e) {
            failed(walker, listener, client, channel, e);
        }
    }

    /** A connect that fails closes its channel. */
    private static void failed(Walker walker, Handle listener, Handle client, SocketChannel channel, Throwable e) {
        if (client != null) {
            client.mayClose();
        }
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ofClose) {
            e.addSuppressed(ofClose);
        }
        boolean refused = e instanceof ConnectException && (listener.closing || walker.world.faults.wasAnyInjected());
        boolean closed = e instanceof ClosedChannelException && listener.closing;
        if (refused || closed || Outcome.isOfSharedKeys(e)) {
            return;
        }
        if (client != null) {
            Outcome.judge(walker, client, e);
        } else {
            Outcome.judgeOpening(walker, e);
        }
    }

    /** Goes on with a connection that is pending. */
    static void finish(Walker walker) {
        Handle client = walker.world.connecting.poll();
        if (client == null) {
            return;
        }
        walker.use(client, "finishConnect");
        try {
            if (((SocketChannel) client.channel).finishConnect()) {
                client.connecting = false;
                walker.world.figures.count(Figure.CONNECTIONS);
            } else {
                walker.world.connecting.add(client);
            }
        } catch (Throwable e) {
            client.mayClose();
            boolean refused = e instanceof ConnectException; // its listener may have been closed since
            if (!refused && !Outcome.isOfSharedKeys(e)) {
                Outcome.judge(walker, client, e);
            }
        }
    }

    static void accept(Walker walker) {
        Handle listener = walker.world.pick(walker.random, Connections::listens);
        if (listener == null || listener.channel.isBlocking() && walker.random.nextInt(4) != 0) {
            return;
        }
        walker.use(listener, "accept");
        try {
            SocketChannel accepted = ((ServerSocketChannel) listener.channel).accept();
            if (accepted != null) {
                accepted(walker, accepted);
            }
        } catch (Throwable e) {
            Outcome.judge(walker, listener, e);
        }
    }

    private static void accepted(Walker walker, SocketChannel channel) throws IOException {
        SocketAddress from = channel.getRemoteAddress();
        End client = walker.world.clients.remove(from);
        if (client == null) {
            walker.world.verdict.broken(walker + ": accepted a connection that no client has made, from " + from);
            channel.close();
            return;
        }
        End end = new End(client.kind, client.out, client.in);
        end.peer = client;
        client.peer = end;
        channel.configureBlocking(walker.random.nextBoolean());
        walker.world.add(new Handle(end, channel));
        if (client.kind == End.Kind.PLATFORM_TCP && client.mayEnd) {
            end.mayEnd();
        }
    }
}
