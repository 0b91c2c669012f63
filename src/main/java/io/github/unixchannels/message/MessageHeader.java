// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.IovecLayout;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import java.nio.ByteBuffer;

/** A {@code msghdr} and its {@code iovec}s in a thread's {@link CallMemory}, filled one segment after the other. */
public final class MessageHeader {

    private MessageHeader() {}

    /** Writes segment {@code index}, which is below {@link Linux#IOV_MAX}. */
    public static void set(CallMemory memory, int index, long address, long lengthBytes) {
        ByteBuffer iovecs = memory.iovecs().buffer();
        int at = index * IovecLayout.BYTES;
        iovecs.putLong(at + IovecLayout.BASE, address);
        iovecs.putLong(at + IovecLayout.LENGTH, lengthBytes);
    }

    /**
     * Gives the message the name that is at {@link CallMemory#addressOffset}: the target of a send, or room for the sender of a receive.
     */
    public static void name(CallMemory memory, int lengthBytes) {
        ByteBuffer structs = memory.structs().buffer();
        structs.putLong(memory.messageOffset() + MsghdrLayout.NAME, memory.structs().address() + memory.addressOffset());
        structs.putLong(memory.messageOffset() + MsghdrLayout.NAME_LENGTH, lengthBytes);
    }

    /** How long the name is that recvmsg(2) wrote. */
    public static int nameLength(CallMemory memory) {
        return memory.structs().buffer().getInt(memory.messageOffset() + MsghdrLayout.NAME_LENGTH);
    }

    /** Writes a {@code msghdr} of the first {@code count} segments, without name or control data, and returns its address. */
    public static long message(CallMemory memory, int count) {
        ByteBuffer structs = memory.structs().buffer();
        int message = memory.messageOffset();
        structs.putLong(message + MsghdrLayout.NAME, 0);
        structs.putLong(message + MsghdrLayout.NAME_LENGTH, 0);
        structs.putLong(message + MsghdrLayout.IOV, memory.iovecs().address());
        structs.putLong(message + MsghdrLayout.IOV_COUNT, count);
        structs.putLong(message + MsghdrLayout.CONTROL, 0);
        structs.putLong(message + MsghdrLayout.CONTROL_LENGTH, 0);
        structs.putLong(message + MsghdrLayout.FLAGS, 0);
        return memory.structs().address() + message;
    }
}
