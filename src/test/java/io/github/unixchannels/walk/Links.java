// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Opens links of all kinds, and listeners. */
final class Links {

    private static final int MOST_HANDLES = 16;
    private static final End.Kind[] KINDS = {
        End.Kind.STREAM, End.Kind.SEQPACKET, End.Kind.DGRAM, End.Kind.STREAM, End.Kind.SEQPACKET, End.Kind.DGRAM, End.Kind.PIPE,
        End.Kind.PLATFORM_UNIX, End.Kind.PLATFORM_TCP, End.Kind.PLATFORM_UDP
    };

    private Links() {}

    /** Opens what a walk begins with. */
    static void openFirst(World world, SplittableRandom random) throws IOException {
        UnixSelectorProvider provider = world.provider.provider();
        world.selectors.add(new World.Selecting(provider.openSelector()));
        world.selectors.add(new World.Selecting(provider.openSelector()));
        for (int i = 0; i < 3; i++) {
            open(world, random);
        }
        listen(world, random);
    }

    /** Opens one more link, unless there are many. */
    static void open(Walker walker) {
        if (walker.world.handles.size() >= MOST_HANDLES) {
            walker.world.forgetClosed();
            return;
        }
        walker.doing = "opening a link";
        try {
            if (walker.random.nextInt(8) == 0) {
                listen(walker.world, walker.random);
            } else {
                open(walker.world, walker.random);
            }
        } catch (IOException | OutOfMemoryError | StackOverflowError e) {
            if (!(e instanceof ClosedByInterruptException && walker.wasInterrupted())) {
                Outcome.judgeOpening(walker, e);
            }
        }
    }

    private static void open(World world, SplittableRandom random) throws IOException {
        End.Kind kind = KINDS[random.nextInt(KINDS.length)];
        UnixSelectorProvider provider = world.provider.provider();
        boolean firstBlocks = random.nextBoolean();
        boolean secondBlocks = random.nextBoolean();
        switch (kind) {
            case STREAM, SEQPACKET -> {
                UnixSocketChannel.Pair pair = provider.openSocketPair(UnixProtocolFamily.valueOf(kind.name()));
                link(world, kind, pair.first(), firstBlocks, pair.second(), secondBlocks);
            }
            case DGRAM -> {
                UnixDatagramChannel.Pair pair = provider.openDatagramPair();
                link(world, kind, pair.first(), firstBlocks, pair.second(), secondBlocks);
            }
            case PIPE -> {
                Pipe pipe = provider.openPipe();
                pipe.source().configureBlocking(firstBlocks);
                pipe.sink().configureBlocking(secondBlocks);
                Flow flow = world.byteFlow();
                connect(new End(kind, flow, null), new End(kind, null, flow), world, pipe.source(), pipe.sink());
            }
            default -> {
                List<SelectableChannel> opened = new ArrayList<>();
                boolean linked = false;
                try {
                    if (kind == End.Kind.PLATFORM_UDP) {
                        openPlatformUdp(opened);
                    } else {
                        openPlatformStream(kind, opened);
                    }
                    Handle[] ends = link(world, kind, opened.get(0), firstBlocks, opened.get(1), secondBlocks);
                    linked = true;
                    if (kind == End.Kind.PLATFORM_UDP) {
                        ends[0].end.in.mayLose(); // UDP does
                        ends[1].end.in.mayLose();
                    }
                } finally {
                    for (SelectableChannel each : linked ? List.<SelectableChannel>of() : opened) {
                        each.close(); // an interrupt came between
                    }
                }
            }
        }
    }

    private static void openPlatformUdp(List<SelectableChannel> opened) throws IOException {
        DatagramChannel first = DatagramChannel.open();
        opened.add(first.bind(loopback()));
        DatagramChannel second = DatagramChannel.open();
        opened.add(second.bind(loopback()));
        first.connect(second.getLocalAddress());
        second.connect(first.getLocalAddress());
    }

    private static void openPlatformStream(End.Kind kind, List<SelectableChannel> opened) throws IOException {
        try (ServerSocketChannel server = kind == End.Kind.PLATFORM_TCP
                ? ServerSocketChannel.open().bind(loopback())
                : ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(null)) {
            server.configureBlocking(false); // a blocking accept of the platform's that is interrupted loses a descriptor
            opened.add(SocketChannel.open(server.getLocalAddress()));
            SocketChannel accepted = server.accept();
            if (accepted == null) {
                throw new AssertionError("a client of the loopback that is connected was not to be accepted");
            }
            opened.add(accepted);
            if (server.getLocalAddress() instanceof UnixDomainSocketAddress path) {
                Files.delete(path.getPath());
            }
        }
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Handle[] link(
            World world, End.Kind kind, SelectableChannel first, boolean firstBlocks, SelectableChannel second, boolean secondBlocks)
            throws IOException {
        first.configureBlocking(firstBlocks);
        second.configureBlocking(secondBlocks);
        Flow there = world.flowOf(kind);
        Flow back = world.flowOf(kind);
        return connect(new End(kind, back, there), new End(kind, there, back), world, first, second);
    }

    private static Handle[] connect(End one, End other, World world, SelectableChannel first, SelectableChannel second) {
        one.faulty = world.course.faults() > 0;
        other.faulty = one.faulty;
        one.peer = other;
        other.peer = one;
        return new Handle[] {world.add(new Handle(one, first)), world.add(new Handle(other, second))};
    }

    private static void listen(World world, SplittableRandom random) throws IOException {
        boolean platform = random.nextInt(4) == 0;
        ServerSocketChannel server;
        if (platform) {
            server = ServerSocketChannel.open().bind(loopback());
        } else {
            UnixProtocolFamily family = random.nextBoolean() ? UnixProtocolFamily.STREAM : UnixProtocolFamily.SEQPACKET;
            UnixServerSocketChannel ours = world.provider.provider().openServerSocketChannel(family);
            try {
                ours.bind(AbstractSocketAddress.AUTOBIND, random.nextInt(1, 4));
            } catch (Throwable e) {
                ours.close();
                throw e;
            }
            server = ours;
        }
        server.configureBlocking(!platform && random.nextBoolean()); // likewise
        world.add(new Handle(new End(platform ? End.Kind.PLATFORM_LISTENER : End.Kind.LISTENER, null, null), server));
    }
}
