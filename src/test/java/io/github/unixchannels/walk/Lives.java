// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** What ends channels or changes them, while others use them. */
final class Lives {

    private Lives() {}

    static void close(Walker walker) {
        Handle handle = walker.world.pick(walker.random, each -> true);
        if (handle == null || walker.random.nextInt(3) != 0) {
            return;
        }
        walker.use(handle, "close");
        handle.mayClose();
        try {
            handle.channel.close();
            walker.world.figures.count(Figure.CLOSES);
            if (handle.channel.isOpen()) {
                walker.world.verdict.broken(walker + ": open after its close");
            }
        } catch (IOException | RuntimeException e) {
            walker.world.verdict.broken(walker + ": a close failed", e);
        } catch (OutOfMemoryError | StackOverflowError e) {
            Outcome.judge(walker, handle, e);
        }
    }

    static void shutdown(Walker walker) {
        Handle handle = walker.world.pick(walker.random, each -> each.channel instanceof SocketChannel);
        if (handle == null || walker.random.nextInt(3) != 0) {
            return;
        }
        walker.use(handle, "shutdown");
        SocketChannel channel = (SocketChannel) handle.channel;
        handle.end.mayEnd();
        try {
            if (walker.random.nextBoolean()) {
                handle.end.inputShut = true;
                channel.shutdownInput();
            } else {
                handle.end.outputShut = true;
                channel.shutdownOutput();
            }
        } catch (NotYetConnectedException e) {
            // its connection is pending
        } catch (ClosedChannelException e) {
            Outcome.judge(walker, handle, e);
        } catch (SocketException e) {
            if (!handle.end.kind.isPlatform()) {
                Outcome.judge(walker, handle, e);
            }
        } catch (Throwable e) {
            Outcome.judge(walker, handle, e);
        }
    }

    /**
     * Changes the mode of a channel of this library. A channel of the platform keeps the mode from when it was opened: its close looks at the
     * mode without a lock, so if another thread has just made the channel blocking, the close does not wait for a write that began in
     * non-blocking mode. The number is given back, and the write goes to another file.
     */
    static void configureBlocking(Walker walker) {
        Handle handle = walker.world.pick(walker.random, Lives::isOfThisLibrary);
        if (handle == null) {
            return;
        }
        walker.use(handle, "configureBlocking");
        boolean blocking = walker.random.nextBoolean();
        try {
            handle.channel.configureBlocking(blocking);
        } catch (IllegalBlockingModeException e) {
            if (!blocking) {
                walker.world.verdict.broken(walker + ": refused to be non-blocking", e);
            }
        } catch (Throwable e) {
            Outcome.judge(walker, handle, e);
        }
    }

    private static boolean isOfThisLibrary(Handle handle) {
        return handle.channel.provider() instanceof UnixSelectorProvider;
    }

    /** Interrupts a walker, perhaps itself. */
    static void interrupt(Walker walker) {
        if (walker.random.nextInt(3) == 0) {
            walker.doing = "interrupt";
            List<Walker> all = walker.world.walkers;
            all.get(walker.random.nextInt(all.size())).interrupt();
        }
    }
}
