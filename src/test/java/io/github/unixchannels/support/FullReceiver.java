// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A SOCK_DGRAM channel, bound and in non-blocking mode, whose queue has no room. Several others have filled it, so that the send buffer of
 * whoever sends to it next is empty: the queue may be longer (net.unix.max_dgram_qlen) than one send buffer can fill.
 */
public final class FullReceiver implements Closeable {

    private static final int MOST_SENDERS = 1000;

    private final UnixDatagramChannel channel;
    private final List<UnixDatagramChannel> senders = new ArrayList<>();
    private int queued;

    private FullReceiver(UnixDatagramChannel channel) {
        this.channel = channel;
    }

    public static FullReceiver open() throws IOException {
        return open(UnixSelectorProvider.provider());
    }

    public static FullReceiver open(UnixSelectorProvider provider) throws IOException {
        FullReceiver receiver = new FullReceiver(provider.openDatagramChannel(UnixProtocolFamily.DGRAM));
        receiver.channel.bind(AbstractNames.unique());
        receiver.channel.configureBlocking(false);
        receiver.fill();
        return receiver;
    }

    /** Fills it again, with datagrams of one byte, 0. */
    public void fill() throws IOException {
        for (int sent = 1; sent > 0; ) {
            if (senders.size() == MOST_SENDERS) {
                throw new AssertionError(queued + " datagrams do not fill it");
            }
            UnixDatagramChannel sender = UnixDatagramChannel.open();
            senders.add(sender);
            sender.configureBlocking(false);
            sent = 0;
            while (sender.send(ByteBuffer.allocate(1), address()) > 0) {
                sent++;
            }
            queued += sent;
        }
    }

    public UnixDatagramChannel channel() {
        return channel;
    }

    public SocketAddress address() throws IOException {
        return channel.getLocalAddress();
    }

    /** How many datagrams there are in the queue, after it was opened or filled. */
    public int queued() {
        return queued;
    }

    /** Takes one datagram out. */
    public void takeOne() throws IOException {
        if (channel.receive(ByteBuffer.allocate(16)) == null) {
            throw new AssertionError("it was empty");
        }
        queued--;
    }

    /** Takes out all that it was filled with. */
    public void drain() throws IOException {
        while (queued > 0) {
            takeOne();
        }
    }

    @Override
    public void close() throws IOException {
        for (UnixDatagramChannel sender : senders) {
            sender.close();
        }
        channel.close();
    }
}
