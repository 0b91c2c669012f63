// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.adapters;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.contract.Passing;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** What travels beside the messages of this library's channels. */
final class UnixPassing implements Passing {

    private record Fd(OwnedFd fd) implements Handle {

        @Override
        public int number() throws IOException {
            return fd.number();
        }

        @Override
        public FileChannel toFileChannel() throws IOException {
            return fd.toFileChannel();
        }

        @Override
        public void close() throws IOException {
            fd.close();
        }
    }

    private record Ancillary(AncillaryData data) implements Beside {

        @Override
        public Beside add(Handle descriptor) {
            data.descriptor(((Fd) descriptor).fd());
            return this;
        }

        @Override
        public Beside add(Credentials credentials) {
            data.credentials(new PeerCredentials((int) credentials.pid(), credentials.uid(), credentials.gid()));
            return this;
        }

        @Override
        public int count() {
            return data.descriptorCount();
        }

        @Override
        public Handle take() {
            return new Fd(data.takeDescriptor());
        }

        @Override
        public Credentials senderCredentials() {
            PeerCredentials sender = data.senderCredentials();
            return sender == null ? null : new Credentials(sender.pid(), sender.uid(), sender.gid());
        }

        @Override
        public void clear() {
            data.clear();
        }

        @Override
        public void close() {
            data.close();
        }
    }

    private static AncillaryData data(Beside beside) {
        return beside == null ? null : ((Ancillary) beside).data();
    }

    @Override
    public Beside beside() {
        return new Ancillary(AncillaryData.create());
    }

    @Override
    public Handle open(Path file) throws IOException {
        return new Fd(OwnedFd.open(file, CREATE, READ, WRITE));
    }

    @Override
    public long send(Channel channel, Beside beside, ByteBuffer... srcs) throws IOException {
        if (channel instanceof UnixDatagramChannel datagrams) {
            return srcs.length == 1 ? datagrams.send(srcs[0], data(beside)) : datagrams.send(srcs, data(beside));
        }
        UnixSocketChannel socket = (UnixSocketChannel) channel;
        return srcs.length == 1 ? socket.send(srcs[0], data(beside)) : socket.send(srcs, data(beside));
    }

    @Override
    public long sendTo(SocketAddress target, Channel channel, Beside beside, ByteBuffer src) throws IOException {
        return ((UnixDatagramChannel) channel).send(src, target, data(beside));
    }

    @Override
    public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
        MessageInfo info;
        if (channel instanceof UnixDatagramChannel datagrams) {
            info = dsts.length == 1 ? datagrams.receive(dsts[0], data(beside)) : datagrams.receive(dsts, data(beside));
        } else {
            UnixSocketChannel socket = (UnixSocketChannel) channel;
            info = dsts.length == 1 ? socket.receive(dsts[0], data(beside)) : socket.receive(dsts, data(beside));
        }
        return info == null ? null : new Reception(
                info.length(), info.fullLength(), info.isTruncated(), info.isControlTruncated(), info.isEnd(), info.sender());
    }

    @Override
    public SocketOption<Boolean> credentialsOption() {
        return UnixSocketOptions.SO_PASSCRED;
    }
}
