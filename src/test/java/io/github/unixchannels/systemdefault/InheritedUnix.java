// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channel;
import java.nio.charset.StandardCharsets;

/** Answers on the Unix socket that is its standard input with what the channel is and with what came. */
final class InheritedUnix {

    private InheritedUnix() {}

    public static void main(String[] arguments) throws IOException {
        boolean systemDefault = arguments.length > 0;
        UnixSelectorProvider provider = UnixSelectorProvider.provider();
        try (Channel inherited = systemDefault ? System.inheritedChannel() : provider.inheritedChannel()) {
            System.out.println("what is printed does not get between");
            boolean same = inherited == provider.inheritedChannel();
            Channel channel = inherited instanceof UnixServerSocketChannel server ? server.accept() : inherited;
            ByteBuffer text = ByteBuffer.allocate(100);
            ((ByteChannel) channel).read(text);
            String answer = kind(inherited) + " " + same + " " + StandardCharsets.UTF_8.decode(text.flip());
            ((ByteChannel) channel).write(StandardCharsets.UTF_8.encode(answer));
        }
        System.err.println("end");
    }

    private static String kind(Channel channel) {
        return channel instanceof UnixServerSocketChannel ? "server"
                : channel instanceof UnixDatagramChannel ? "datagram"
                : channel instanceof UnixSocketChannel ? "socket" : channel.getClass().getName();
    }
}
