// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.lang.ref.Reference;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** The value of an option that has no fixed length. */
final class OptionBytes {

    /** Enough for most; for more, the kernel says how much it takes. */
    private static final int FIRST_ROOM_BYTES = 256;

    private static final int LENGTH = 0;
    private static final int VALUE = 8;

    private OptionBytes() {}

    /**
     * getsockopt(2) at SOL_SOCKET, again with more room if it was too little (ERANGE). The caller is inside the descriptor.
     *
     * @param failure the exception for an error number, negated
     */
    static ByteBuffer get(Descriptor descriptor, int option, IntFunction<SocketException> failure) throws SocketException {
        int room = FIRST_ROOM_BYTES;
        for (;;) {
            NativeMemory memory = NativeMemory.allocate(descriptor.sys(), VALUE + room);
            ByteBuffer buffer = memory.buffer();
            buffer.putInt(LENGTH, room);
            long at = memory.address();
            int result = descriptor.sys().getsockopt(descriptor.fd(), Linux.SOL_SOCKET, option, at + VALUE, at + LENGTH);
            Reference.reachabilityFence(memory);
            int length = buffer.getInt(LENGTH);
            if (result == -Errno.ERANGE && length > room) {
                room = length;
            } else if (result < 0) {
                throw failure.apply(result);
            } else {
                return buffer.position(VALUE).limit(VALUE + Math.min(length, room));
            }
        }
    }
}
