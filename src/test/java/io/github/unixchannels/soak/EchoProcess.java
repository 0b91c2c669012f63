// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.soak;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Sends all that it receives back, descriptors included, on one connection of each type, until each has come to its end. */
final class EchoProcess {

    static final int MOST_BYTES = 8 << 10;

    /** What the datagram channels are told by that nothing more comes. */
    static final byte END = 0;

    private EchoProcess() {}

    public static void main(String[] arguments) throws Exception {
        String name = System.getProperty("name");
        List<Thread> threads = new ArrayList<>();
        for (UnixProtocolFamily family : List.of(UnixProtocolFamily.STREAM, UnixProtocolFamily.SEQPACKET)) {
            UnixSocketChannel channel = UnixSocketChannel.open(family, AbstractSocketAddress.of(name + family));
            threads.add(start(() -> echo(channel)));
        }
        UnixDatagramChannel datagrams = UnixDatagramChannel.open().bind(AbstractSocketAddress.of(name + "back"));
        datagrams.connect(AbstractSocketAddress.of(name + UnixProtocolFamily.DGRAM));
        threads.add(start(() -> echo(datagrams)));
        System.out.println("connected");
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static Thread start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                e.printStackTrace();
                System.exit(1);
            }
        });
        thread.start();
        return thread;
    }

    private static void echo(UnixSocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_BYTES);
        try (channel; AncillaryData received = AncillaryData.create(); AncillaryData sent = AncillaryData.create()) {
            while (!channel.receive(bytes.clear(), received).isEnd()) {
                List<OwnedFd> descriptors = moveDescriptors(received, sent);
                channel.send(bytes.flip(), sent);
                descriptors.forEach(OwnedFd::close);
            }
        }
    }

    private static void echo(UnixDatagramChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_BYTES);
        try (channel; AncillaryData received = AncillaryData.create(); AncillaryData sent = AncillaryData.create()) {
            while (channel.receive(bytes.clear(), received).length() > 1 || bytes.get(0) != END) {
                List<OwnedFd> descriptors = moveDescriptors(received, sent);
                channel.send(bytes.flip(), sent);
                descriptors.forEach(OwnedFd::close);
            }
        }
    }

    private static List<OwnedFd> moveDescriptors(AncillaryData from, AncillaryData to) {
        List<OwnedFd> descriptors = new ArrayList<>();
        while (from.descriptorCount() > 0) {
            OwnedFd fd = from.takeDescriptor();
            descriptors.add(fd);
            to.descriptor(fd);
        }
        return descriptors;
    }
}
