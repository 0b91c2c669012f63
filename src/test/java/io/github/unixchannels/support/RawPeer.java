// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A bare descriptor that is connected to a channel, so that a test can do what no channel does: send empty messages, force the size of
 * the send buffer. Closing it closes both ends.
 */
public final class RawPeer implements Closeable {

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int MEMORY_BYTES = 8 << 20;

    private final Syscalls sys = HostSyscalls.get();
    private final NativeMemory memory = NativeMemory.reserve(sys, MEMORY_BYTES);
    private final int fd;
    private final UnixSocketChannel channel;
    private boolean hungUp;

    private RawPeer(UnixSelectorProvider provider, UnixProtocolFamily family) throws IOException {
        int type = family == UnixProtocolFamily.STREAM ? SOCK_STREAM : SOCK_SEQPACKET;
        fd = (int) checked("socket", sys.socket(Linux.AF_UNIX, type | Linux.SOCK_CLOEXEC, 0));
        try (UnixServerSocketChannel listener = provider.openServerSocketChannel(family)) {
            listener.bind(AbstractSocketAddress.AUTOBIND);
            int length = UnixAddresses.encode(listener.getLocalAddress(), memory.buffer(), 0);
            checked("connect", sys.connect(fd, memory.address(), length));
            channel = listener.accept();
        }
    }

    /** Connects a SEQPACKET descriptor to a channel. */
    public static RawPeer ofMessages() throws IOException {
        return of(UnixSelectorProvider.provider(), UnixProtocolFamily.SEQPACKET);
    }

    /** Connects a descriptor to a channel of that provider. */
    public static RawPeer of(UnixSelectorProvider provider, UnixProtocolFamily family) throws IOException {
        return new RawPeer(provider, family);
    }

    /** The channel at the other end, in blocking mode. */
    public UnixSocketChannel channel() {
        return channel;
    }

    /** Sends one message of these characters; of none, an empty message. */
    public RawPeer send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends one message; without bytes, an empty one. Waits for no room. */
    public RawPeer send(byte[] message) throws IOException {
        memory.buffer().put(0, message);
        long sent = checked("send", sys.send(fd, memory.address(), message.length, Linux.MSG_NOSIGNAL | Linux.MSG_DONTWAIT));
        if (sent != message.length) {
            throw new IOException("sent " + sent + " of " + message.length);
        }
        return this;
    }

    /** Lets messages be as long as {@code bytes}, beyond what the system allows everybody; false if that is not permitted. */
    public boolean forceSendBuffer(int bytes) {
        memory.buffer().putInt(0, bytes);
        return sys.setsockopt(fd, Linux.SOL_SOCKET, SO_SNDBUFFORCE, memory.address(), Integer.BYTES) == 0;
    }

    /** shutdown(2) of what it sends. */
    public void shutdownOutput() throws IOException {
        checked("shutdown", sys.shutdown(fd, Linux.SHUT_WR));
    }

    /** Closes the descriptor and leaves the channel open. */
    public void hangUp() throws IOException {
        if (!hungUp) {
            hungUp = true;
            checked("close", sys.close(fd));
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            hangUp();
        }
    }

    private static long checked(String call, long result) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed: errno " + -result);
        }
        return result;
    }
}
