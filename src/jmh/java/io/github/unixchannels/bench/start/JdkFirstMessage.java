// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.File;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** One message through a connection of the JDK, which has no pairs. Arguments: STREAM, a path, which is removed. */
final class JdkFirstMessage {

    private JdkFirstMessage() {}

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(arguments[1]);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        SocketChannel client = SocketChannel.open(address);
        SocketChannel accepted = server.accept();
        client.write(ByteBuffer.allocate(FirstMessage.BYTES));
        FirstMessage.report(began, accepted.read(ByteBuffer.allocate(FirstMessage.BYTES)));
        new File(arguments[1]).delete();
    }
}
