// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A service in a JVM of its own. It takes what was passed, and prints a line for each. */
final class Activated {

    private Activated() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "list" -> list();
            case "answer" -> answer();
            case "inetd" -> inetd();
            case "notify" -> notifyManager();
            case "bad" -> bad();
            default -> throw new AssertionError(arguments[0]);
        }
    }

    private static void list() throws IOException {
        try (ListenFds passed = ListenFds.take(); ListenFds again = ListenFds.take()) {
            for (int i = 0; i < passed.size(); i++) {
                OwnedFd fd = passed.fd(ListenFds.FIRST_NUMBER + i);
                System.out.println(passed.names().get(i) + " " + fd.number() + " " + fd.kind());
            }
            System.out.println(passed.size() + ", then " + again);
        }
    }

    /** Takes one message from each, and answers with the name where somebody can be answered. */
    private static void answer() throws IOException {
        try (ListenFds passed = ListenFds.take()) {
            for (String name : passed.names()) {
                OwnedFd fd = passed.fd(name);
                OwnedFd.Kind kind = fd.kind();
                System.out.println(name + " " + kind + " " + answer(name, fd, kind));
            }
        }
    }

    /** Answers on what standard input was when the process was started. */
    private static void inetd() throws IOException {
        try (Channel inherited = UnixSelectorProvider.provider().inheritedChannel(); ListenFds none = ListenFds.take()) {
            String answer = inherited.getClass().getSuperclass().getSimpleName() + " " + none.size();
            if (inherited instanceof DatagramChannel datagrams) {
                SocketAddress sender = datagrams.receive(ByteBuffer.allocate(100));
                datagrams.send(StandardCharsets.UTF_8.encode(answer), sender);
            } else if (inherited instanceof ServerSocketChannel server) {
                try (SocketChannel accepted = server.accept()) {
                    answer(answer, accepted);
                }
            } else {
                answer(answer, (SocketChannel) inherited);
            }
        }
    }

    private static String answer(String name, OwnedFd fd, OwnedFd.Kind kind) throws IOException {
        switch (kind) {
            case LISTENING_SOCKET:
                try (ServerSocketChannel server = fd.toServerSocketChannel(); SocketChannel accepted = server.accept()) {
                    return answer(name, accepted);
                }
            case STREAM_SOCKET, SEQPACKET_SOCKET:
                try (SocketChannel channel = fd.toSocketChannel()) {
                    return answer(name, channel);
                }
            case DATAGRAM_SOCKET:
                try (DatagramChannel channel = fd.toDatagramChannel()) {
                    ByteBuffer message = ByteBuffer.allocate(100);
                    SocketAddress sender = channel.receive(message);
                    channel.send(StandardCharsets.UTF_8.encode(name), sender);
                    return text(message);
                }
            case PIPE:
                try (Pipe.SourceChannel source = fd.toPipeSource()) {
                    return read(source);
                }
            case REGULAR_FILE:
                try (FileChannel file = fd.toFileChannel()) {
                    return read(file);
                }
            default:
                try (SelectableChannel channel = fd.toSelectableChannel()) {
                    ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
                    ((ByteChannel) channel).read(count);
                    return Long.toString(count.getLong(0));
                }
        }
    }

    private static String answer(String name, SocketChannel channel) throws IOException {
        String heard = read(channel);
        channel.write(StandardCharsets.UTF_8.encode(name));
        return heard;
    }

    private static String read(ReadableByteChannel channel) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(100);
        channel.read(message);
        return text(message);
    }

    private static String text(ByteBuffer message) {
        return StandardCharsets.UTF_8.decode(message.flip()).toString();
    }

    private static void notifyManager() throws IOException {
        NotifySocket manager = NotifySocket.ofEnvironment();
        System.out.println(manager.send("READY=1", "STATUS=" + manager.watchdogTimeout().orElseThrow()));
    }

    /** Takes with variables that are wrong, and then, to show that nothing was changed, with those that are right. */
    private static void bad() throws IOException {
        tryTake(Map.of("LISTEN_PIDFDID", Long.toUnsignedString(ThisProcess.SELF.pidfdInode() + 1)));
        tryTake(Map.of("LISTEN_FDS", "1000", "LISTEN_FDNAMES", ""));
        try (OwnedFd owned = OwnedFd.adopt(4)) {
            tryTake(Map.of());
            inheritable(4);
            tryTake(Map.of());
            owned.detach();
        }
        Map<String, String> right = new HashMap<>(System.getenv());
        right.put("LISTEN_PIDFDID", Long.toUnsignedString(ThisProcess.SELF.pidfdInode()));
        try (ListenFds passed = ListenFds.take(right, ThisProcess.SELF)) {
            System.out.println(passed.names() + " " + List.of(passed.fd(3).kind(), passed.fd(4).kind()));
            tryListen(passed.fd(3));
            passed.fd(3).detach();
        }
        inheritable(3);
        tryTake(Map.of());
        OwnedFd.adopt(3).close();
    }

    private static void tryListen(OwnedFd file) throws IOException {
        try (ServerSocketChannel server = file.toServerSocketChannel()) {
            System.out.println(server);
        } catch (UnsupportedOperationException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void inheritable(int number) {
        HostSyscalls.get().fcntl(number, Linux.F_SETFD, 0);
    }

    private static void tryTake(Map<String, String> wrong) {
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.putAll(wrong);
        variables.values().removeIf(String::isEmpty);
        try (ListenFds passed = ListenFds.take(variables, ThisProcess.SELF)) {
            System.out.println(passed);
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }
}
