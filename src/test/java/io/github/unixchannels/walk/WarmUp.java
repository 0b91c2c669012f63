// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Opens what a process keeps open once it was needed. */
final class WarmUp {

    private WarmUp() {}

    /** The platform's pollers are started by the first read of one of its channels that waits. */
    private static void readInAVirtualThread() throws IOException, InterruptedException {
        Pipe pipe = Pipe.open();
        Thread reader = VirtualThreadStarter.unstarted(() -> {
            try {
                pipe.source().read(ByteBuffer.allocate(1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        reader.start();
        while (reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        pipe.sink().write(ByteBuffer.allocate(1));
        reader.join();
        pipe.source().close();
        pipe.sink().close();
    }

    /** The JDK's descriptor for closing sockets, the library's selector for searches, the pollers of virtual threads. */
    static void run() throws IOException, InterruptedException {
        SocketChannel.open(StandardProtocolFamily.UNIX).close();
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
        try (DatagramChannel channel = DatagramChannel.open().bind(Links.loopback())) {
            OwnedFd.duplicateOf(channel.configureBlocking(false)).close();
            OwnedFd.duplicateOf(channel.configureBlocking(true)).close();
        }
        OwnedFd.memory("warm", 1).toFileChannel().close();
        if (VirtualThreadStarter.isAvailable()) {
            readInAVirtualThread();
        }
    }
}
