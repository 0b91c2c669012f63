// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.channel.NativeDatagramChannel;
import io.github.unixchannels.channel.NativeServerSocketChannel;
import io.github.unixchannels.channel.NativeSocketChannel;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.message.NativeMessageBatch;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.InheritedSocket;
import io.github.unixchannels.pipe.NativePipe;
import io.github.unixchannels.selector.EpollSelector;
import io.github.unixchannels.socket.SocketType;
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
 * The provider of AF_UNIX channels, and of a selector that selects them together with the Java platform's channels.
 *
 * <p>TCP and UDP channels, which are opened without a protocol family or with {@link StandardProtocolFamily#INET} or
 * {@link StandardProtocolFamily#INET6}, are opened by the Java platform's own provider.
 *
 * <p><b>The system's default.</b> With {@code -Djava.nio.channels.spi.SelectorProvider=io.github.unixchannels.UnixSelectorProvider} and
 * {@code --add-exports java.base/sun.nio.ch=ALL-UNNAMED} (as a named module: {@code =io.github.unixchannels}), or with
 * {@code -javaagent:unix-channels.jar} alone, {@link java.nio.channels.Selector#open()} opens a selector of this provider,
 * {@link Pipe#open()} a pipe of it, {@link SocketChannel#open(ProtocolFamily)} with {@code UNIX} a channel of it. Everything else stays
 * the platform's. Without the export, operations that need the platform's provider throw an {@link UnsupportedOperationException} that names
 * the flag, and all others work.
 *
 * <p><b>System calls.</b> On x86-64 the calls that are made for every message do not pass through the C library, where that is possible. With
 * {@code -Dio.github.unixchannels.throughLibc=true} all calls pass through it: for tools that observe or replace them there (LD_PRELOAD).
 *
 * <p>Linux on x86-64 and aarch64. Elsewhere the provider can be created, and opening anything of AF_UNIX is an
 * {@link UnsupportedOperationException}. Thread safe.
 */
public final class UnixSelectorProvider extends SelectorProvider {

    // What opens a channel returns it as a type of the API: a type below it the JVM would load to verify this class, with all it needs.

    private final Supplier<Syscalls> syscalls;

    /** Creates a provider. There is no need to: {@link #provider} returns one. For the system, to make it its default. */
    public UnixSelectorProvider() {
        this(new Host());
    }

    UnixSelectorProvider(Supplier<Syscalls> syscalls) {
        this.syscalls = syscalls;
    }

    /** No method reference: the first of them in a process takes longer than the system calls of a connection. */
    private static final class Host implements Supplier<Syscalls> {
        @Override
        public Syscalls get() {
            return HostSyscalls.get();
        }
    }

    /** Initialized by the first who asks for the shared provider, and not by the system while it makes its default. */
    private static final class Shared {

        static final UnixSelectorProvider INSTANCE = systemDefaultOrNew();

        private static UnixSelectorProvider systemDefaultOrNew() {
            String asked = System.getProperty(PlatformProvider.PROPERTY);
            // Another default is not asked for: it may be in the making by a thread that waits for this one.
            return UnixSelectorProvider.class.getName().equals(asked) && SelectorProvider.provider() instanceof UnixSelectorProvider ours
                    ? ours
                    : new UnixSelectorProvider();
        }
    }

    /**
     * The provider that {@link UnixSocketChannel#open} and its like use. It hides {@link SelectorProvider#provider()}, which returns
     * the system's default: the same one, if the system property {@code java.nio.channels.spi.SelectorProvider} names this class.
     *
     * @return always the same provider
     */
    public static UnixSelectorProvider provider() {
        return Shared.INSTANCE;
    }

    /**
     * Opens a selector. System calls: epoll_create1(2), eventfd(2).
     *
     * <p>The selector takes the channels of this library, including those that an {@link OwnedFd} was turned into, and those of the Java
     * platform: TCP, UDP, AF_UNIX and the ends of pipes. For a channel of another library {@code register} throws
     * {@link java.nio.channels.IllegalSelectorException}. The channels of this library register with no other selector.
     *
     * <p>If epoll_ctl(2) refuses a channel for good, the next selection throws an {@link IOException} that names the channel, and cancels
     * the channel's key; the other channels stay selected. An example is an epoll instance that another one was nested into after it was
     * registered (ELOOP).
     *
     * <p>For the first channel of the platform the selector opens a selector of the platform, which takes two further descriptors, and needs
     * {@code /proc}. If {@code /proc} cannot be read, or no descriptor is left, {@code register} throws
     * {@link java.io.UncheckedIOException} and the channel is not registered. A channel of the platform differs in two ways: after
     * {@code cancel()}, its {@code keyFor} returns null until the next selection; and once it is connected, OP_CONNECT is never ready.
     *
     * @return the selector
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public AbstractSelector openSelector() throws IOException {
        return EpollSelector.open(this, syscalls.get(), new PlatformProvider.Later());
    }

    /**
     * Opens a socket channel. System call: socket(2).
     *
     * @param family {@link UnixProtocolFamily#STREAM}, {@link UnixProtocolFamily#SEQPACKET}, or
     *     {@link StandardProtocolFamily#UNIX}, which is STREAM, for a {@link UnixSocketChannel}; {@link StandardProtocolFamily#INET} or
     *     {@link StandardProtocolFamily#INET6} for the Java platform's TCP channel
     * @return the channel, unconnected and in blocking mode
     * @throws UnsupportedOperationException if it is any other family; if this platform is not supported; if it is INET or INET6, this
     *     provider is the system's default, and the platform's provider cannot be reached
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return isInternet(family) ? PlatformProvider.get().openSocketChannel(family) : openUnixSocketChannel(family);
    }

    /**
     * Opens a socket channel, as {@link #openSocketChannel(ProtocolFamily)} does.
     *
     * @param family {@link UnixProtocolFamily#STREAM} or {@link UnixProtocolFamily#SEQPACKET}
     * @return the channel, unconnected and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public UnixSocketChannel openSocketChannel(UnixProtocolFamily family) throws IOException {
        return openUnixSocketChannel(family);
    }

    UnixSocketChannel openUnixSocketChannel(ProtocolFamily family) throws IOException {
        SocketType type = SocketType.of(family);
        return NativeSocketChannel.open(this, syscalls.get(), fds(), type);
    }

    /**
     * Opens two socket channels that are connected to each other. System call: socketpair(2).
     *
     * @param family {@link UnixProtocolFamily#STREAM}, {@link UnixProtocolFamily#SEQPACKET}, or
     *     {@link StandardProtocolFamily#UNIX}, which is STREAM
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
     * @throws UnsupportedOperationException as there
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return isInternet(family) ? PlatformProvider.get().openServerSocketChannel(family) : openUnixServerSocketChannel(family);
    }

    /**
     * Opens a server socket channel, as {@link #openServerSocketChannel(ProtocolFamily)} does.
     *
     * @param family {@link UnixProtocolFamily#STREAM} or {@link UnixProtocolFamily#SEQPACKET}
     * @return the channel, unbound and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public UnixServerSocketChannel openServerSocketChannel(UnixProtocolFamily family) throws IOException {
        return openUnixServerSocketChannel(family);
    }

    UnixServerSocketChannel openUnixServerSocketChannel(ProtocolFamily family) throws IOException {
        Objects.requireNonNull(family);
        return NativeServerSocketChannel.open(this, syscalls.get(), fds(), family);
    }

    /**
     * Opens a datagram channel. System call: socket(2).
     *
     * @param family {@link UnixProtocolFamily#DGRAM} or {@link StandardProtocolFamily#UNIX} for a {@link UnixDatagramChannel};
     *     {@link StandardProtocolFamily#INET} or {@link StandardProtocolFamily#INET6} for the Java platform's UDP channel
     * @return the channel, neither bound nor connected and in blocking mode
     * @throws UnsupportedOperationException as of {@link #openSocketChannel(ProtocolFamily)}
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return isInternet(family) ? PlatformProvider.get().openDatagramChannel(family) : openUnixDatagramChannel(family);
    }

    /**
     * Opens a datagram channel, as {@link #openDatagramChannel(ProtocolFamily)} does.
     *
     * @param family {@link UnixProtocolFamily#DGRAM}
     * @return the channel, neither bound nor connected and in blocking mode
     * @throws UnsupportedOperationException if it is any other family, or this platform is not supported
     * @throws IOException if the kernel has no descriptor or no memory left
     */
    public UnixDatagramChannel openDatagramChannel(UnixProtocolFamily family) throws IOException {
        return openUnixDatagramChannel(family);
    }

    UnixDatagramChannel openUnixDatagramChannel(ProtocolFamily family) throws IOException {
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
     * @throws UnsupportedOperationException if this provider is the system's default and the platform's cannot be reached
     */
    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return PlatformProvider.get().openSocketChannel();
    }

    /**
     * Opens the Java platform's TCP server channel.
     *
     * @return the channel, whose provider is the platform's
     * @throws UnsupportedOperationException if this provider is the system's default and the platform's cannot be reached
     */
    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return PlatformProvider.get().openServerSocketChannel();
    }

    /**
     * Opens the Java platform's UDP channel.
     *
     * @return the channel, whose provider is the platform's
     * @throws UnsupportedOperationException if this provider is the system's default and the platform's cannot be reached
     */
    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return PlatformProvider.get().openDatagramChannel();
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
     * The channel of the socket that descriptor 0 was when this process was started, by inetd(8) or systemd.
     *
     * <p>A socket of AF_UNIX, of type SOCK_STREAM, SOCK_SEQPACKET or SOCK_DGRAM, is a channel of this library, as
     * {@link OwnedFd#toSocketChannel} and its like make one: a {@link UnixSocketChannel} if it is connected, otherwise a
     * {@link UnixServerSocketChannel}, or a {@link UnixDatagramChannel}. It has a number of its own. Of the descriptors 0, 1 and 2 those
     * that are the same socket refer to {@code /dev/null} afterwards, so that the channel's close is what the peer sees as the end, and
     * nothing that is printed gets between. TCP and UDP are the Java platform's channels, as its provider finds them.
     *
     * <p>Another provider that was asked before (by {@link System#inheritedChannel}, if this one is not the system's default) may have a
     * channel of the same socket.
     *
     * @return the channel, in blocking mode, the same each time; null if descriptor 0 was no such socket, or was adopted by an
     *     {@link OwnedFd}
     * @throws UnsupportedOperationException if this provider is the system's default and the platform's cannot be reached
     * @throws IOException if the kernel has no descriptor left
     */
    @Override
    public Channel inheritedChannel() throws IOException {
        Channel ours = inheritedUnixChannel();
        return ours != null || InheritedSocket.isAdopted() ? ours : PlatformProvider.get().inheritedChannel();
    }

    private Channel inheritedUnixChannel() throws IOException {
        FdFactory fds;
        try {
            fds = fds();
        } catch (UnsupportedOperationException e) {
            return null; // a platform that is not supported
        }
        return InheritedSocket.channel(fds);
    }

    OwnedFd openFile(Path path, Set<OpenOption> options) throws IOException {
        return fds().open(path, options);
    }

    OwnedFd openFolderOfLongPath(Path file) throws IOException {
        return fds().openFolderOfLongPath(file);
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

    OwnedFd takeFrom(Channel channel) throws IOException {
        return fds().takeFrom(channel);
    }

    AncillaryData createAncillaryData() {
        return NativeAncillaryData.create(syscalls.get(), fds());
    }

    MessageBatch createMessageBatch(int capacity, int messageBytes) {
        return NativeMessageBatch.create(syscalls.get(), capacity, messageBytes);
    }

    PeerCredentials ownCredentials() {
        Syscalls sys = syscalls.get();
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        return new PeerCredentials(pid, Integer.toUnsignedLong(sys.geteuid()), Integer.toUnsignedLong(sys.getegid()));
    }

    private static boolean isInternet(ProtocolFamily family) {
        return family == StandardProtocolFamily.INET || family == StandardProtocolFamily.INET6;
    }

    private FdFactory fds() {
        return new FdFactory(this, syscalls.get());
    }
}
