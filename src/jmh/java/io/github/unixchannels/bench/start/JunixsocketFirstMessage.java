// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.newsclub.net.unix.AFSocketPair;
import org.newsclub.net.unix.AFSocketType;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** One message through a pair of junixsocket, of which SEQPACKET is a DatagramChannel. Argument: STREAM or SEQPACKET. */
final class JunixsocketFirstMessage {

    private JunixsocketFirstMessage() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        FirstMessage.report(began, arguments[0].equals("STREAM") ? stream() : seqpacket());
    }

    private static int stream() throws IOException {
        AFSocketPair<AFUNIXSocketChannel> pair = AFUNIXSelectorProvider.provider().openSocketChannelPair();
        pair.getSocket1().write(ByteBuffer.allocate(FirstMessage.BYTES));
        return pair.getSocket2().read(ByteBuffer.allocate(FirstMessage.BYTES));
    }

    private static int seqpacket() throws IOException {
        AFSocketPair<AFUNIXDatagramChannel> pair =
                AFUNIXSelectorProvider.provider().openDatagramChannelPair(AFSocketType.SOCK_SEQPACKET);
        pair.getSocket1().write(ByteBuffer.allocate(FirstMessage.BYTES));
        return pair.getSocket2().read(ByteBuffer.allocate(FirstMessage.BYTES));
    }
}
