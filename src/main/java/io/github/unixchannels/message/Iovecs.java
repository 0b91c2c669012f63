// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.IovecLayout;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.MsghdrLayout;
import java.nio.ByteBuffer;

/** A {@code msghdr} and its {@code iovec}s in a thread's {@link CallMemory}, filled one segment after the other. */
public final class Iovecs {

    private Iovecs() {}

    /** Writes segment {@code index}, which is below {@link Linux#IOV_MAX}. */
    public static void set(CallMemory memory, int index, long address, long lengthBytes) {
        ByteBuffer iovecs = memory.iovecs().buffer();
        int at = index * IovecLayout.BYTES;
        iovecs.putLong(at + IovecLayout.BASE, address);
        iovecs.putLong(at + IovecLayout.LENGTH, lengthBytes);
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
