// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.channel.NativeDatagramChannel;
import io.github.unixchannels.channel.NativePipe;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.channel.SocketType;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.selector.EpollSelector;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The provider of AF_UNIX channels and of the selector that selects them.
 *
 * <p>What takes no protocol family, and so is about TCP and UDP, is the Java platform's own provider's to open. The selector takes
 * the channels of this provider and of the Java platform; another's is an {@link java.nio.channels.IllegalSelectorException}.
 *
 * <p>Linux on x86-64 and aarch64. Elsewhere the provider can be created, and opening anything of AF_UNIX is an
 * {@link UnsupportedOperationException}. Thread safe.
 */
public final class UnixSelectorProvider extends SelectorProvider {

    private static final UnixSelectorProvider INSTANCE = new UnixSelectorProvider();

    private final Supplier<Syscalls> syscalls;

    /** Creates a provider. There is no need to: {@link #provider} returns one. */
    public UnixSelectorProvider() {
        this(HostSyscalls::get);
    }

    UnixSelectorProvider(Supplier<Syscalls> syscalls) {
        this.syscalls = syscalls;
    }

    /**
     * The provider that {@link UnixSocketChannel#open} and its like use. It hides {@link SelectorProvider#provider()}, which returns
     * the system's default.
     *
     * @return always the same provider
     */
    public static UnixSelectorProvider provider() {
        return INSTANCE;
    }

    /**
     * Opens a selector. System calls: epoll_create1(2), eventfd(2).
     *
     * @return the selector
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public AbstractSelector openSelector() throws IOException {
        return EpollSelector.open(this, syscalls.get(), UnixSelectorProvider::platform);
    }

    /**
     * Opens a socket channel. System call: socket(2).
     *
     * @param family {@link UnixProtocolFamily#STREAM}, {@link UnixProtocolFamily#SEQPACKET}, or
     *     {@link StandardProtocolFamily#UNIX}, which is STREAM
     * @return the channel, unconnected and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public UnixSocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        SocketType type = SocketType.of(family);
        return NativeSocketChannel.open(this, syscalls.get(), fds(), type);
    }

    /**
     * Opens two socket channels that are connected to each other. System call: socketpair(2).
     *
     * @param family as in {@link #openSocketChannel(ProtocolFamily)}
     * @return the channels, in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public UnixSocketChannel.Pair openSocketPair(ProtocolFamily family) throws IOException {
        SocketType type = SocketType.of(family);
        return NativeSocketChannel.pair(this, syscalls.get(), fds(), type);
    }

    /**
     * Opens a server socket channel. System call: socket(2).
     *
     * @param family as in {@link #openSocketChannel(ProtocolFamily)}
     * @return the channel, unbound and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public UnixServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        SocketType type = SocketType.of(family);
        return NativeServerSocketChannel.open(this, syscalls.get(), fds(), type);
    }

    /**
     * Opens a datagram channel. System call: socket(2).
     *
     * @param family {@link UnixProtocolFamily#DGRAM}, or {@link StandardProtocolFamily#UNIX}
     * @return the channel, neither bound nor connected and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public UnixDatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        Objects.requireNonNull(family);
        if (family != UnixProtocolFamily.DGRAM && family != StandardProtocolFamily.UNIX) {
            throw new UnsupportedOperationException("Protocol family not supported: " + family.name());
        }
        return NativeDatagramChannel.open(this, syscalls.get(), fds());
    }

    /**
     * Opens two datagram channels that are connected to each other. System call: socketpair(2).
     *
     * @return the channels, in blocking mode
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public UnixDatagramChannel.Pair openDatagramPair() throws IOException {
        return NativeDatagramChannel.pair(this, syscalls.get(), fds());
    }

    /**
     * Opens the Java platform's TCP channel.
     *
     * @return the channel, whose provider is the platform's
     */
    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return platform().openSocketChannel();
    }

    /**
     * Opens the Java platform's TCP server channel.
     *
     * @return the channel, whose provider is the platform's
     */
    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return platform().openServerSocketChannel();
    }

    /**
     * Opens the Java platform's UDP channel.
     *
     * @return the channel, whose provider is the platform's
     */
    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return platform().openDatagramChannel();
    }

    /**
     * Opens a pipe, whose ends are channels of this provider. System call: pipe2(2) with O_CLOEXEC and O_NONBLOCK.
     *
     * @return the pipe, with both ends in blocking mode
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IOException if the kernel has no descriptor left
     */
    @Override
    public Pipe openPipe() throws IOException {
        return NativePipe.open(this, syscalls.get());
    }

    /**
     * The channel that this process inherited, as the Java platform's provider finds it.
     *
     * @return the channel, or null
     */
    @Override
    public Channel inheritedChannel() throws IOException {
        return platform().inheritedChannel();
    }

    OwnedFd openFile(Path path, Set<OpenOption> options) throws IOException {
        return fds().open(path, options);
    }

    OwnedFd openMemory(String name, long sizeBytes) throws IOException {
        return fds().memory(name, sizeBytes);
    }

    OwnedFd adopt(int fd) throws IOException {
        return fds().adopt(fd);
    }

    OwnedFd duplicateOf(Channel channel) throws IOException {
        return fds().duplicateOf(channel);
    }

    AncillaryData createAncillaryData() {
        return new NativeAncillaryData(syscalls.get(), fds());
    }

    MessageBatch createMessageBatch(int capacity, int messageBytes) {
        return new NativeMessageBatch(syscalls.get(), capacity, messageBytes);
    }

    PeerCredentials ownCredentials() {
        Syscalls sys = syscalls.get();
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        return new PeerCredentials(pid, Integer.toUnsignedLong(sys.geteuid()), Integer.toUnsignedLong(sys.getegid()));
    }

    private FdFactory fds() {
        return new FdFactory(this, syscalls.get());
    }

    private static SelectorProvider platform() {
        SelectorProvider platform = SelectorProvider.provider();
        if (platform instanceof UnixSelectorProvider) {
            throw new UnsupportedOperationException("TCP, UDP and pipes are opened by the Java platform's provider, which cannot be reached"
                    + " while -Djava.nio.channels.spi.SelectorProvider names " + platform.getClass().getName());
        }
        return platform;
    }
}
