// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SocketChannel;

/**
 * Accepting from a socket that is O_NONBLOCK: who waits does so in poll(2). Whoever else holds it may take that flag back; so each accept
 * of one that is shared asks poll(2) first, and waits in accept4(2) only if another took both the flag and the connection in between.
 *
 * @param <C> what is accepted
 */
abstract class Acceptor<C extends SocketChannel> {

    private final OperationScope frame;
    private final SocketDescriptor descriptor;

    Acceptor(OperationScope frame, SocketDescriptor descriptor) {
        this.frame = frame;
        this.descriptor = descriptor;
    }

    /** The name of the listening socket; null unless it listens. */
    abstract SocketAddress listening();

    private String describe() {
        return UnixAddresses.describe(listening());
    }

    /** Reads the name of a peer, as the kernel wrote it. */
    abstract SocketAddress decode(ByteBuffer from, int offset, int lengthBytes);

    /** The channel of a connection to that peer. If it throws, the descriptor is closed. */
    abstract C accepted(SocketDescriptor connected, SocketAddress remote) throws IOException;

    /** As {@link java.nio.channels.ServerSocketChannel#accept}. */
    final C accept() throws IOException {
        frame.enter(Descriptor.READING);
        try {
            if (listening() == null) {
                throw new NotYetBoundException();
            }
            boolean blocking = frame.isBlocking();
            C accepted = null;
            try {
                frame.beginIf(blocking);
                accepted = blocking ? acceptWaiting() : acceptNow();
            } finally {
                endIf(blocking, accepted);
            }
            return accepted;
        } finally {
            frame.leave(Descriptor.READING);
        }
    }

    private void endIf(boolean blocking, C accepted) throws IOException {
        try {
            frame.endIf(blocking, accepted != null);
        } catch (Throwable e) {
            if (accepted != null) {
                accepted.close(); // the caller will never see it
            }
            throw e;
        }
    }

    private C acceptWaiting() throws IOException {
        while (!descriptor.isClosed()) {
            C accepted = acceptNow();
            if (accepted != null) {
                return accepted;
            }
            int result = Waiting.await(descriptor, Linux.POLLIN, -1);
            if (result < 0 && result != -Errno.EINTR) {
                throw ErrnoExceptions.io("poll", describe(), result);
            }
        }
        throw new AsynchronousCloseException();
    }

    /** accept4(2), or null. */
    private C acceptNow() throws IOException {
        if (descriptor.isShared() && isNobodyThere()) {
            return null;
        }
        SocketDescriptor connected = null;
        int result;
        SocketAddress remote = null;
        try {
            CallMemory memory = CallMemory.acquire(descriptor.sys());
            try {
                result = descriptor.accept(memory);
                if (result >= 0) {
                    connected = SocketDescriptor.own(descriptor.sys(), result);
                    ByteBuffer structs = memory.structs().buffer();
                    remote = decode(structs, memory.addressOffset(), structs.getInt(memory.lengthOffset()));
                }
            } finally {
                memory.release();
            }
            if (connected != null) {
                return accepted(connected, remote);
            }
        } catch (Throwable e) {
            if (connected != null) {
                connected.close();
            }
            throw e;
        }
        if (result == -Errno.EAGAIN || result == -Errno.EINTR || isOfNoDescriptor(result) && isNobodyThere()) {
            return null;
        }
        throw ErrnoExceptions.socket("accept", describe(), result);
    }

    /** accept4(2) takes a number first and looks for a connection then. So without a number left it fails although there is none. */
    private static boolean isOfNoDescriptor(int result) {
        return result == -Errno.EMFILE || result == -Errno.ENFILE;
    }

    private boolean isNobodyThere() {
        return Waiting.poll(descriptor, Linux.POLLIN, 0) == 0;
    }
}
