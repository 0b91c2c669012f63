// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.UnixSocketOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One side opens a file; the other, which never has its path, reads it and knows who opened it. */
final class FilePassing implements Passing {

    @Override
    public String run(Path file) throws IOException {
        try (UnixSocketChannel.Pair ends = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            ends.second().setOption(UnixSocketOptions.SO_PASSCRED, true);
            pass(file, ends.first());
            return receive(ends.second());
        }
    }

    private static void pass(Path file, UnixSocketChannel receiver) throws IOException {
        try (OwnedFd opened = OwnedFd.open(file); AncillaryData beside = AncillaryData.create()) {
            receiver.send(StandardCharsets.UTF_8.encode("a file"), beside.descriptor(opened));
        }
    }

    private static String receive(UnixSocketChannel sender) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(100);
        try (AncillaryData beside = AncillaryData.create()) {
            sender.receive(message, beside);
            PeerCredentials who = beside.senderCredentials();
            try (OwnedFd taken = beside.takeDescriptor(); FileChannel file = taken.toFileChannel()) {
                return String.format(
                        "%s of %d lines, passed by pid=%d uid=%d gid=%d",
                        StandardCharsets.UTF_8.decode(message.flip()), lines(file), who.pid(), who.uid(), who.gid());
            }
        }
    }

    static long lines(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (text.hasRemaining() && file.read(text) >= 0) {
            // what there is more, the next read brings
        }
        return StandardCharsets.UTF_8.decode(text.flip()).toString().lines().count();
    }
}
