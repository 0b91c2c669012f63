// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Both sides map the same memory: what one writes after it was passed, the other sees. */
final class MemoryPassing implements Passing {

    @Override
    public String run(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        try (UnixSocketChannel.Pair ends = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET)) {
            MappedByteBuffer written = pass(bytes.remaining(), ends.first());
            MappedByteBuffer seen = receive(ends.second());
            written.put(bytes.duplicate());
            if (!seen.equals(bytes)) {
                throw new IOException("the receiver sees something else");
            }
            return String.format("memory of %d bytes, written by one and seen by the other", seen.remaining());
        }
    }

    /** Makes the memory, sealed so that nobody can shorten it, which would crash who reads; passes it and maps it. */
    private static MappedByteBuffer pass(int sizeBytes, UnixSocketChannel receiver) throws IOException {
        try (OwnedFd memory = OwnedFd.memory("example", sizeBytes); AncillaryData beside = AncillaryData.create()) {
            memory.seal(OwnedFd.Seal.SHRINK, OwnedFd.Seal.GROW);
            receiver.send(ByteBuffer.allocate(0), beside.descriptor(memory));
            return map(memory, FileChannel.MapMode.READ_WRITE);
        }
    }

    private static MappedByteBuffer receive(UnixSocketChannel sender) throws IOException {
        try (AncillaryData beside = AncillaryData.create()) {
            sender.receive(ByteBuffer.allocate(0), beside);
            try (OwnedFd memory = beside.takeDescriptor()) {
                if (!memory.seals().contains(OwnedFd.Seal.SHRINK)) {
                    throw new IOException(memory + " can become shorter while it is mapped");
                }
                return map(memory, FileChannel.MapMode.READ_ONLY);
            }
        }
    }

    private static MappedByteBuffer map(OwnedFd memory, FileChannel.MapMode mode) throws IOException {
        try (FileChannel file = memory.toFileChannel()) {
            return file.map(mode, 0, file.size());
        }
    }
}
