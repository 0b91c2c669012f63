// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OwnedNumbers;
import io.github.unixchannels.descriptor.Unreachable;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Printable;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The owner of one descriptor.
 *
 * <p>Code that uses the descriptor keeps this object reachable until it is done: the number would not be closed under it, but it would be
 * reported as forgotten.
 */
final class NativeFd extends OwnedFd {

    private static final Set<Kind> CONNECTIONS = EnumSet.of(Kind.STREAM_SOCKET, Kind.SEQPACKET_SOCKET);
    private static final Set<Kind> LISTENERS = EnumSet.of(Kind.LISTENING_SOCKET, Kind.STREAM_SOCKET, Kind.SEQPACKET_SOCKET);
    private static final Set<Kind> POLLABLE =
            EnumSet.complementOf(EnumSet.of(Kind.REGULAR_FILE, Kind.DIRECTORY, Kind.BLOCK_DEVICE, Kind.OTHER));

    private static final String DUPLICATE_OF = "duplicate of ";

    private final FdFactory factory;
    private final Descriptor descriptor;
    private final Object origin;
    private final Cleaner.Cleanable forgotten;

    /** Takes over a number that nobody else owns; if this throws, the number is the caller's still. */
    static OwnedFd adopted(FdFactory factory, int fd, Object origin) {
        return new NativeFd(factory, fd, origin);
    }

    private NativeFd(FdFactory factory, int fd, Object origin) {
        this.factory = factory;
        this.descriptor = new Descriptor(factory.sys(), fd);
        // Not the object itself: it may lead back here, and this would never be unreachable.
        this.origin = origin instanceof SocketAddress ? origin : Printable.of(String.valueOf(origin));
        this.forgotten = Unreachable.watch(this, new ForgottenFd(descriptor, this.origin));
    }

    /** Takes over a number that nobody else owns; if this throws, the number is closed. */
    static OwnedFd own(FdFactory factory, int fd, Object origin) {
        try {
            return new NativeFd(factory, fd, origin);
        } catch (Throwable e) {
            OwnedNumbers.release(fd);
            factory.sys().close(fd);
            throw e;
        }
    }

    /** What makes a channel of a number: it takes it over if it returns. */
    @FunctionalInterface
    interface Conversion<C> {
        C convert(SelectorProvider provider, Syscalls sys, FdOwnership fds, int fd) throws IOException;
    }

    Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public boolean isOpen() {
        return !descriptor.isClosed();
    }

    @Override
    public int number() throws IOException {
        if (descriptor.isClosed()) {
            throw new ClosedChannelException();
        }
        return descriptor.fd();
    }

    @Override
    public Kind kind() throws IOException {
        enter();
        try {
            return FdKinds.of(descriptor.sys(), descriptor.fd());
        } finally {
            leave(Descriptor.USING);
        }
    }

    @Override
    public OwnedFd duplicate() throws IOException {
        enter();
        try {
            String text = ForgottenFd.inWords(origin);
            String source = text.startsWith(DUPLICATE_OF) ? text : DUPLICATE_OF + text;
            int further = fcntl("F_DUPFD_CLOEXEC", Linux.F_DUPFD_CLOEXEC, 0);
            return own(factory, further, source);
        } finally {
            leave(Descriptor.USING);
        }
    }

    @Override
    public int detach() throws IOException {
        enterAlone();
        OwnedNumbers.release(descriptor.fd());
        giveAway();
        return descriptor.fd();
    }

    @Override
    public void seal(Seal... seals) throws IOException {
        int bits = 0;
        for (Seal seal : seals) {
            bits |= bit(seal);
        }
        enter();
        try {
            fcntl("F_ADD_SEALS, " + Arrays.toString(seals), Linux.F_ADD_SEALS, bits);
        } finally {
            leave(Descriptor.USING);
        }
    }

    @Override
    public Set<Seal> seals() throws IOException {
        enter();
        try {
            int bits = fcntl("F_GET_SEALS", Linux.F_GET_SEALS, 0);
            Set<Seal> seals = EnumSet.allOf(Seal.class);
            seals.removeIf(seal -> (bits & bit(seal)) == 0);
            return seals;
        } finally {
            leave(Descriptor.USING);
        }
    }

    @Override
    public FileChannel toFileChannel() throws IOException {
        FileChannel channel = convert(
                EnumSet.of(Kind.REGULAR_FILE), "a regular file or memfd", (provider, sys, fds, fd) -> FileChannels.duplicate(sys, fd));
        OwnedNumbers.release(descriptor.fd());
        descriptor.sys().close(descriptor.fd()); // given away, but the channel has a number of its own
        return channel;
    }

    @Override
    public SocketChannel toSocketChannel() throws IOException {
        return convert(CONNECTIONS, "a socket that is or can be connected", ReceivedChannels::socketChannel);
    }

    @Override
    public ServerSocketChannel toServerSocketChannel() throws IOException {
        return convert(LISTENERS, "a socket that listens or could", ReceivedChannels::serverSocketChannel);
    }

    @Override
    public DatagramChannel toDatagramChannel() throws IOException {
        return convert(EnumSet.of(Kind.DATAGRAM_SOCKET), "a datagram socket", ReceivedChannels::datagramChannel);
    }

    @Override
    public Pipe.SourceChannel toPipeSource() throws IOException {
        return convert(EnumSet.of(Kind.PIPE), "the end of a pipe", ReceivedChannels::pipeSource);
    }

    @Override
    public Pipe.SinkChannel toPipeSink() throws IOException {
        return convert(EnumSet.of(Kind.PIPE), "the end of a pipe", ReceivedChannels::pipeSink);
    }

    @Override
    public SelectableChannel toSelectableChannel() throws IOException {
        return convert(POLLABLE, "something that can be waited for", ReceivedChannels::pollable);
    }

    /**
     * Turns the descriptor into a channel, alone with it: what else wants to use it waits, and finds it closed or as it was.
     *
     * @param wanted what {@code kinds} are, in words
     */
    <C> C convert(Set<Kind> kinds, String wanted, Conversion<C> conversion) throws IOException {
        enterAlone();
        boolean converted = false;
        try {
            Kind kind = FdKinds.of(descriptor.sys(), descriptor.fd());
            if (!kinds.contains(kind)) {
                throw new UnsupportedOperationException("fd=" + descriptor.fd() + " is " + FdKinds.inWords(kind) + ", not " + wanted);
            }
            C channel = conversion.convert(factory.provider(), descriptor.sys(), factory, descriptor.fd());
            converted = true;
            return channel;
        } finally {
            if (converted) {
                giveAway();
            } else {
                leave(Descriptor.ALONE);
            }
        }
    }

    @Override
    public void close() {
        descriptor.close();
        forgotten.clean();
        Reference.reachabilityFence(this);
    }

    @Override
    public String toString() {
        return OwnedFd.class.getName() + "[" + (isOpen() ? "fd=" + descriptor.fd() : "closed") + " from=" + ForgottenFd.inWords(origin) + "]";
    }

    private void enter() throws ClosedChannelException {
        if (!descriptor.enter(Descriptor.USING)) {
            throw new ClosedChannelException();
        }
    }

    private void leave(int side) {
        descriptor.leave(side);
        Reference.reachabilityFence(this);
    }

    private void enterAlone() throws ClosedChannelException {
        if (!descriptor.tryEnterAlone()) {
            if (descriptor.isClosed()) {
                throw new ClosedChannelException();
            }
            throw new IllegalStateException("fd=" + descriptor.fd() + " is in use");
        }
    }

    private void giveAway() {
        descriptor.giveAway();
        forgotten.clean();
        Reference.reachabilityFence(this);
    }

    /** fcntl(2), inside. */
    private int fcntl(String name, int command, int argument) throws IOException {
        int result = descriptor.sys().fcntl(descriptor.fd(), command, argument);
        if (result < 0) {
            throw ErrnoExceptions.io("fcntl", "fd=" + descriptor.fd() + ", " + name, result);
        }
        return result;
    }

    /** F_SEAL_SEAL and its like: one bit each, in the order of the constants. */
    private static int bit(Seal seal) {
        return 1 << seal.ordinal();
    }
}
