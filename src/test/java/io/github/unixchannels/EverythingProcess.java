// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NativeChild;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** A process that opens every kind of object, and prints what a native child inherits then and did not before. All is open until it ends. */
final class EverythingProcess {

    /** Which argument of a call that makes descriptors has flags, and which of them is to be there. */
    private record Flags(int argument, int closeOnExec) {}

    private static final Map<String, Flags> FLAGS = Map.of(
            "socket", new Flags(1, Linux.SOCK_CLOEXEC),
            "socketpair", new Flags(1, Linux.SOCK_CLOEXEC),
            "accept4", new Flags(3, Linux.SOCK_CLOEXEC),
            "epollCreate1", new Flags(0, Linux.EPOLL_CLOEXEC),
            "eventfd", new Flags(1, Linux.EFD_CLOEXEC),
            "pipe2", new Flags(1, Linux.O_CLOEXEC),
            "open", new Flags(1, Linux.O_CLOEXEC),
            "dup3", new Flags(2, Linux.O_CLOEXEC),
            "memfdCreate", new Flags(1, Linux.MFD_CLOEXEC),
            "recvmsg", new Flags(2, Linux.MSG_CMSG_CLOEXEC));

    /** Opened before all else, for it is inherited. */
    private static final SocketChannel JDKS = openJdks();

    private final List<Object> open = new ArrayList<>();
    private final RawDescriptors raw = new RawDescriptors();
    private final UnixSelectorProvider provider = new UnixSelectorProvider(EverythingProcess::watched);

    public static void main(String[] arguments) throws Exception {
        Set<String> before = NativeChild.descriptors();
        new EverythingProcess().openAll();
        Set<String> inherited = NativeChild.descriptors();
        inherited.removeAll(before);
        inherited.forEach(System.out::println);

        String shown = HostSyscalls.get().eventfd(0, 0) + " anon_inode:[eventfd]";
        if (!NativeChild.descriptors().contains(shown)) {
            System.out.println("a child does not inherit what is not close-on-exec: " + shown);
        }
        System.exit(0);
    }

    private static SocketChannel openJdks() {
        try {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The system calls; tells of those that make a descriptor that is inherited, be it for a moment only. */
    private static Syscalls watched() {
        Syscalls real = HostSyscalls.get();
        return (Syscalls) Proxy.newProxyInstance(Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, values) -> {
            Flags flags = FLAGS.get(method.getName());
            if (flags != null && ((int) values[flags.argument] & flags.closeOnExec) == 0) {
                System.out.println(method.getName() + " without close-on-exec");
            }
            try {
                return method.invoke(real, values);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private void openAll() throws Exception {
        openSockets();
        openSelector();
        openPipe();
        openOwned();
        receive();
        convert();
        waitOnBothSides();
    }

    private <T> T add(T opened) {
        open.add(opened);
        return opened;
    }

    private void openSockets() throws IOException {
        for (UnixProtocolFamily family : List.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)) {
            UnixServerSocketChannel server = add(provider.openServerSocketChannel(family));
            server.bind(AbstractNames.unique());
            add(provider.openSocketChannel(family)).connect(server.getLocalAddress());
            add(server.accept());
            add(provider.openSocketPair(family));
        }
        add(provider.openDatagramChannel(UnixProtocolFamily.DGRAM));
        add(provider.openDatagramPair());
    }

    private void openSelector() throws IOException {
        Selector selector = add(provider.openSelector());
        SocketChannel channel = add(provider.openSocketChannel(UnixProtocolFamily.STREAM));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        selector.selectNow();
    }

    private void openPipe() throws IOException {
        Pipe pipe = provider.openPipe();
        add(pipe.source());
        add(pipe.sink());
    }

    private void openOwned() throws IOException {
        OwnedFd file = add(provider.openFile(Path.of("/dev/null"), Set.of()));
        add(file.duplicate());
        add(provider.openMemory("memory", 1));
        add(provider.openMemory("channel", 1).toFileChannel());
        add(provider.duplicateOf(add(provider.openSocketChannel(UnixProtocolFamily.STREAM))));
        add(provider.duplicateOf(JDKS));
        Path path = Files.createTempFile("everything", ".txt");
        add(provider.duplicateOf(add(FileChannel.open(path, StandardOpenOption.WRITE))));
        Files.delete(path);
        add(provider.adopt(HostSyscalls.get().eventfd(0, 0)));
    }

    private void receive() throws IOException {
        UnixSocketChannel.Pair pair = add(provider.openSocketPair(UnixProtocolFamily.SEQPACKET));
        RawDescriptor.set(pair.second(), Linux.SO_PASSPIDFD, 1);
        AncillaryData sent = add(AncillaryData.create());
        AncillaryData received = add(AncillaryData.create());
        pair.first().send(ByteBuffer.allocate(1), sent.descriptor(add(provider.openFile(Path.of("/dev/null"), Set.of()))));
        pair.second().receive(ByteBuffer.allocate(1), received);
        add(received.takeDescriptor());
    }

    /** What others may have too. */
    private void convert() throws IOException {
        add(provider.adopt(raw.give(raw.socketPair(Linux.SOCK_STREAM)[0])).toSocketChannel());
        add(provider.adopt(raw.give(raw.socketPair(Linux.SOCK_DGRAM)[0])).toDatagramChannel());
        int[] pipe = raw.pipe();
        add(provider.adopt(raw.give(pipe[0])).toPipeSource());
        add(provider.adopt(raw.give(pipe[1])).toPipeSink());
        add(provider.adopt(raw.give(raw.eventfd())).toSelectableChannel());
    }

    /** On a socket that others may have too: a platform thread has an eventfd for that, the virtual ones have epoll instances. */
    private void waitOnBothSides() throws Exception {
        wait(false);
        if (VirtualThreadStarter.isAvailable()) {
            wait(true);
        }
    }

    private void wait(boolean virtual) throws IOException {
        SocketChannel channel = add(provider.adopt(raw.give(raw.socketPair(Linux.SOCK_STREAM)[0])).toSocketChannel());
        start(() -> channel.read(ByteBuffer.allocate(1)), virtual);
        start(() -> channel.write(ByteBuffer.allocate(16 << 20)), virtual);
    }

    private void start(Callable<Integer> call, boolean virtual) {
        add(virtual ? BackgroundCall.startVirtual(call).awaitParked() : BackgroundCall.start(call).awaitBlocked());
    }
}
