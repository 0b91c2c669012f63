// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.SocketFile;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** Servers of any type that own their file, and the files. */
public final class SocketFiles {

    private SocketFiles() {}

    /** A server of connections, or a datagram channel, that is bound to the file. */
    public static NetworkChannel open(UnixSelectorProvider provider, UnixProtocolFamily family, SocketFile file) throws IOException {
        NetworkChannel channel = open(provider, family);
        try {
            return channel instanceof UnixDatagramChannel datagrams
                    ? datagrams.bindFile(file)
                    : ((UnixServerSocketChannel) channel).bindFile(file);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** One that is not bound. */
    public static NetworkChannel open(UnixSelectorProvider provider, UnixProtocolFamily family) throws IOException {
        return family == UnixProtocolFamily.DGRAM
                ? provider.openDatagramChannel(family)
                : provider.openServerSocketChannel(family);
    }

    public static NetworkChannel open(UnixProtocolFamily family, SocketFile file) throws IOException {
        return open(UnixSelectorProvider.provider(), family, file);
    }

    /** Leaves the file of a server that has ended. */
    public static void leave(UnixProtocolFamily family, SocketAddress address) throws IOException {
        try (NetworkChannel server = open(UnixSelectorProvider.provider(), family)) {
            server.bind(address);
        }
    }

    /** As in {@code rw-r--r--}. */
    public static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    public static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    public static int gid(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }

    public static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** The names in a folder, sorted. */
    public static String names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return String.join(" ", entries.map(entry -> entry.getFileName().toString()).sorted().toList());
        }
    }
}
