// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import io.github.unixchannels.contract.Passing;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.file.Path;

/** Hands on, to the channels behind facades, what travels beside messages. */
class FacadePassing implements Passing {

    private final Passing behind;

    FacadePassing(Passing behind) {
        this.behind = behind;
    }

    /** Hands every call on. */
    static class FacadeBeside implements Beside {

        private final Beside behind;

        FacadeBeside(Beside behind) {
            this.behind = behind;
        }

        final Beside behind() {
            return behind;
        }

        @Override
        public Beside add(Handle descriptor) {
            behind.add(descriptor);
            return this;
        }

        @Override
        public Beside add(Credentials credentials) {
            behind.add(credentials);
            return this;
        }

        @Override
        public int count() {
            return behind.count();
        }

        @Override
        public Handle take() {
            return behind.take();
        }

        @Override
        public Credentials senderCredentials() {
            return behind.senderCredentials();
        }

        @Override
        public void clear() {
            behind.clear();
        }

        @Override
        public void close() {
            behind.close();
        }
    }

    final Passing behind() {
        return behind;
    }

    static Beside behind(Beside beside) {
        return beside == null ? null : ((FacadeBeside) beside).behind();
    }

    private static Channel behind(Channel channel) {
        return channel instanceof FacadeChannel facade ? facade.behind() : channel;
    }

    /** An interrupt has closed the channel behind: the facade is closed then, too. */
    private static void follow(Channel channel) throws IOException {
        if (!behind(channel).isOpen()) {
            channel.close();
        }
    }

    @Override
    public Beside beside() {
        return new FacadeBeside(behind.beside());
    }

    @Override
    public Handle open(Path file) throws IOException {
        return behind.open(file);
    }

    @Override
    public long send(Channel channel, Beside beside, ByteBuffer... srcs) throws IOException {
        try {
            return behind.send(behind(channel), behind(beside), srcs);
        } finally {
            follow(channel);
        }
    }

    @Override
    public long sendTo(SocketAddress target, Channel channel, Beside beside, ByteBuffer src) throws IOException {
        return behind.sendTo(target, behind(channel), behind(beside), src);
    }

    @Override
    public Reception receive(Channel channel, Beside beside, ByteBuffer... dsts) throws IOException {
        try {
            return behind.receive(behind(channel), behind(beside), dsts);
        } finally {
            follow(channel);
        }
    }

    @Override
    public SocketOption<Boolean> credentialsOption() {
        return behind.credentialsOption();
    }
}
