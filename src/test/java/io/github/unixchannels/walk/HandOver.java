// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives channels further channels on the same open file, by a duplicate or by way of a message. */
final class HandOver {

    private static final int MOST_HANDLES = 24;

    private HandOver() {}

    /** Duplicates a channel's descriptor or takes it out, and makes a channel of it, at once or where a message with it is received. */
    static void begin(Walker walker) {
        World world = walker.world;
        if (world.handles.size() >= MOST_HANDLES) {
            world.forgetClosed();
            return;
        }
        Handle handle = world.pick(walker.random, each -> !(each.channel instanceof ServerSocketChannel) && !each.connecting);
        if (handle == null) {
            return;
        }
        walker.use(handle, "duplicateOf or takeFrom");
        OwnedFd fd = null;
        try {
            fd = take(walker, handle);
            world.files.put(nameOf(fd), handle.end);
            Handle carrier = walker.random.nextBoolean() ? world.pick(walker.random, MessageTransfers::isOurs) : null;
            if (carrier != null && carrier.end.kind.hasMessages()) {
                send(walker, carrier, fd);
            } else {
                walker.doing = "making a channel of a descriptor";
                world.add(new Handle(handle.end, channelOf(fd, handle.end)));
            }
        } catch (UnsupportedOperationException e) {
            if (!handle.end.kind.isPlatform() || handle.channel.getClass().getName().startsWith("io.github.unixchannels")) {
                world.verdict.broken(walker + ": cannot be duplicated", e);
            }
        } catch (IllegalStateException e) {
            // Somebody reads or writes, or the rest of a message is left: it is not taken out.
        } catch (Throwable e) {
            Outcome.judge(walker, handle, e);
        } finally {
            if (fd != null && fd.isOpen()) {
                fd.close();
            }
        }
    }

    private static OwnedFd take(Walker walker, Handle handle) throws IOException {
        if (walker.random.nextInt(4) != 0) {
            handle.end.mayEnd = true; // the further one may be the last, and closed with what it is sent by
            return walker.world.provider.duplicateOf(handle.channel);
        }
        handle.mayClose();
        return walker.world.provider.takeFrom(handle.channel);
    }

    private static String nameOf(OwnedFd fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number())).toString();
    }

    /** Whether a descriptor of a pipe is of the other end. */
    private static boolean isOther(OwnedFd fd, End end) {
        boolean written;
        try {
            written = (HostSyscalls.get().fcntl(fd.number(), Linux.F_GETFL, 0) & Linux.O_ACCMODE) != Linux.O_RDONLY;
        } catch (IOException e) {
            return false;
        }
        return written == (end.in != null);
    }

    private static SelectableChannel channelOf(OwnedFd fd, End end) throws IOException {
        return switch (end.kind) {
            case DGRAM, PLATFORM_UDP -> fd.toDatagramChannel();
            case PIPE -> end.in != null ? fd.toPipeSource() : fd.toPipeSink();
            case LISTENER, PLATFORM_LISTENER -> fd.toServerSocketChannel();
            default -> fd.toSocketChannel();
        };
    }

    private static void send(Walker walker, Handle carrier, OwnedFd fd) {
        walker.use(carrier, "send of a channel");
        MessageFlow flow = (MessageFlow) carrier.end.out;
        Content message = flow.begin(walker.number, 1, MessageTransfers.length(walker));
        boolean sent = false;
        try {
            walker.sent.descriptor(fd);
            ByteBuffer src = walker.buffers.oneOf(message.bytes());
            int n = carrier.channel instanceof UnixSocketChannel ours
                    ? ours.send(src, walker.sent)
                    : ((UnixDatagramChannel) carrier.channel).send(src, walker.sent);
            sent = n > 0;
        } catch (Throwable e) {
            MessageTransfers.failed(carrier, e);
            Outcome.judge(walker, carrier, e);
            if (e instanceof ClosedChannelException) {
                return; // it may have gone
            }
        } finally {
            walker.sent.clear();
        }
        if (sent) {
            flow.sent(message);
            walker.world.figures.count(Figure.MESSAGES_SENT);
            walker.world.figures.count(Figure.DESCRIPTORS_SENT);
        } else {
            flow.refused(message);
        }
    }

    /**
     * Makes a channel of a descriptor that came with a message, if it is one of those that were sent here.
     *
     * @return false if it is something else, and the caller's still
     */
    static boolean receive(World world, OwnedFd fd) {
        End end;
        try {
            end = world.files.get(nameOf(fd));
        } catch (IOException e) {
            world.verdict.broken("a descriptor that was received is not open: " + fd, e);
            return true;
        }
        if (end == null) {
            return false;
        }
        if (end.kind == End.Kind.PIPE && isOther(fd, end)) {
            end = end.peer; // both have the same name
        }
        try {
            world.add(new Handle(end, channelOf(fd, end)));
        } catch (IOException | UnsupportedOperationException | OutOfMemoryError | StackOverflowError e) {
            end.mayEnd();
            fd.close();
            if (!Outcome.isInjectedFailure(world, e)) {
                world.verdict.broken("no channel of " + fd + " of " + end, e);
            }
        }
        return true;
    }
}
