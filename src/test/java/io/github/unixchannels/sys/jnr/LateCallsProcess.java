// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.StatxLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Does what takes the system calls that not every system has, and prints a line for each. */
final class LateCallsProcess {

    private LateCallsProcess() {}

    public static void main(String[] arguments) throws Exception {
        try (OwnedFd open = OwnedFd.open(Path.of(System.getProperty("file")))) {
            print("pair", LateCallsProcess::exchange);
            print("selector", () -> {
                UnixSelectorProvider.provider().openSelector().close();
                return "opened";
            });
            print("pipe", () -> {
                Pipe pipe = UnixSelectorProvider.provider().openPipe();
                return pipe.sink().write(ByteBuffer.allocate(1));
            });
            print("batch", LateCallsProcess::batch);
            print("credentials", () -> PeerCredentials.ofThisProcess().uid() >= 0);
            print("kind", open::kind);
            print("memory", () -> OwnedFd.memory("m", 1).kind());
            print("duplicate", () -> OwnedFd.duplicateOf(UnixDatagramChannel.open()).kind());
            print("stat", () -> stat(open.number()));
        }
    }

    private static int exchange() throws Exception {
        UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET);
        pair.first().write(ByteBuffer.allocate(3));
        return pair.second().read(ByteBuffer.allocate(10));
    }

    private static int batch() throws Exception {
        UnixDatagramChannel.Pair pair = UnixDatagramChannel.pair();
        MessageBatch batch = MessageBatch.create(2, 10);
        batch.add(ByteBuffer.allocate(1));
        batch.flip();
        return pair.first().send(batch);
    }

    private static String stat(int fd) {
        Syscalls sys = HostSyscalls.get();
        NativeMemory memory = NativeMemory.allocate(sys, StatxLayout.BYTES);
        int result = sys.statx(fd, memory.address());
        ByteBuffer bytes = memory.buffer();
        return result + " " + bytes.getLong(StatxLayout.INODE) + " " + (bytes.getShort(StatxLayout.MODE) & 0xffff) + " "
                + bytes.getLong(StatxLayout.SIZE) + " " + bytes.getInt(StatxLayout.DEVICE_MAJOR) + " "
                + bytes.getInt(StatxLayout.DEVICE_MINOR);
    }

    private static void print(String name, Callable<?> operation) {
        String result;
        try {
            result = String.valueOf(operation.call());
        } catch (Throwable e) {
            result = e.getClass().getName() + ": " + e.getMessage();
        }
        System.out.println(name + ": " + result);
    }
}
