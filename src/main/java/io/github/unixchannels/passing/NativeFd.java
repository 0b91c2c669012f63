// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.channel.ReceivedChannels;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** The owner of one descriptor. */
final class NativeFd extends OwnedFd {

    private final SelectorProvider provider;
    private final Descriptor descriptor;

    NativeFd(SelectorProvider provider, Syscalls sys, int fd, Object origin) {
        this.provider = provider;
        this.descriptor = new Descriptor(sys, fd);
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
        return descriptor.fd();
    }

    @Override
    public Kind kind() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public OwnedFd duplicate() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public int detach() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void seal(Seal... seals) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<Seal> seals() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel toFileChannel() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketChannel toSocketChannel() throws IOException {
        return ReceivedChannels.socketChannel(provider, descriptor.sys(), detach());
    }

    @Override
    public ServerSocketChannel toServerSocketChannel() throws IOException {
        return ReceivedChannels.serverSocketChannel(provider, descriptor.sys(), detach());
    }

    @Override
    public DatagramChannel toDatagramChannel() throws IOException {
        return ReceivedChannels.datagramChannel(provider, descriptor.sys(), detach());
    }

    @Override
    public Pipe.SourceChannel toPipeSource() throws IOException {
        return ReceivedChannels.pipeSource(provider, descriptor.sys(), detach());
    }

    @Override
    public Pipe.SinkChannel toPipeSink() throws IOException {
        return ReceivedChannels.pipeSink(provider, descriptor.sys(), detach());
    }

    @Override
    public SelectableChannel toSelectableChannel() throws IOException {
        return ReceivedChannels.pollable(provider, descriptor.sys(), detach());
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
