// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * Channels of descriptors that came from elsewhere, and that others may hold too. Each method takes the number over if it returns; if it
 * throws, the number is the caller's still.
 */
public final class ReceivedChannels {

    private ReceivedChannels() {}

    /** Of a socket that does not listen, AF_UNIX or TCP. */
    public static SocketChannel socketChannel(SelectorProvider provider, Syscalls sys, int fd) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Of a socket that listens or could, AF_UNIX or TCP. */
    public static ServerSocketChannel serverSocketChannel(SelectorProvider provider, Syscalls sys, int fd) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Of a datagram socket, AF_UNIX or UDP. */
    public static DatagramChannel datagramChannel(SelectorProvider provider, Syscalls sys, int fd) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Of the end of a pipe that is read from. */
    public static Pipe.SourceChannel pipeSource(SelectorProvider provider, Syscalls sys, int fd) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Of the end of a pipe that is written to. */
    public static Pipe.SinkChannel pipeSink(SelectorProvider provider, Syscalls sys, int fd) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Of what poll(2) can wait for, without any other operation. */
    public static SelectableChannel pollable(SelectorProvider provider, Syscalls sys, int fd) throws IOException {
        throw new UnsupportedOperationException();
    }
}
