// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A control message, cmsg(3).
 *
 * <pre>
 *   0 size_t cmsg_len 8 int cmsg_level 12 int cmsg_type 16 data, padded to a multiple of 8
 * </pre>
 *
 * @param type the number of {@code cmsg_type}; the level is always SOL_SOCKET
 */
record Control(int type, byte[] data) {

    static final int HEADER_BYTES = 16;

    private static final int LEVEL = 8;
    private static final int TYPE = 12;

    /** How much of a buffer a control message with so much data takes up, to the next one's beginning (CMSG_SPACE). */
    static int space(int dataBytes) {
        return HEADER_BYTES + (dataBytes + 7 & ~7);
    }

    /** A buffer with one SCM_RIGHTS message for each array. */
    static NativeMemory rights(Syscalls sys, int[]... headers) {
        int bytes = 0;
        for (int[] fds : headers) {
            bytes += space(fds.length * Integer.BYTES);
        }
        NativeMemory memory = NativeMemory.allocate(sys, bytes);
        int at = 0;
        for (int[] fds : headers) {
            memory.buffer().putLong(at, HEADER_BYTES + (long) fds.length * Integer.BYTES);
            memory.buffer().putInt(at + LEVEL, Linux.SOL_SOCKET);
            memory.buffer().putInt(at + TYPE, Uapi.SCM_RIGHTS);
            for (int i = 0; i < fds.length; i++) {
                memory.buffer().putInt(at + HEADER_BYTES + i * Integer.BYTES, fds[i]);
            }
            at += space(fds.length * Integer.BYTES);
        }
        return memory;
    }

    /** The control messages in the first {@code lengthBytes} of a buffer. */
    static List<Control> parse(ByteBuffer from, long lengthBytes) {
        List<Control> controls = new ArrayList<>();
        for (int at = 0; at + HEADER_BYTES <= lengthBytes; ) {
            int length = (int) from.getLong(at);
            byte[] data = new byte[Math.min(length, (int) lengthBytes - at) - HEADER_BYTES];
            from.get(at + HEADER_BYTES, data);
            controls.add(new Control(from.getInt(at + TYPE), data));
            at += space(length - HEADER_BYTES);
        }
        return controls;
    }

    String name() {
        return switch (type) {
            case Uapi.SCM_RIGHTS -> "RIGHTS";
            case Uapi.SCM_CREDENTIALS -> "CREDENTIALS";
            case Uapi.SCM_SECURITY -> "SECURITY";
            case Uapi.SCM_PIDFD -> "PIDFD";
            case Uapi.SO_TIMESTAMP -> "TIMESTAMP";
            case Uapi.SO_INQ -> "INQ";
            default -> "type " + type;
        };
    }

    /** Its data, if that is one int. */
    int toInt() {
        return ByteBuffer.wrap(data).order(ByteOrder.nativeOrder()).getInt();
    }

    /** The descriptors that came with it. */
    List<Integer> descriptors() {
        List<Integer> fds = new ArrayList<>();
        if (type == Uapi.SCM_RIGHTS || type == Uapi.SCM_PIDFD) {
            ByteBuffer ints = ByteBuffer.wrap(data).order(ByteOrder.nativeOrder());
            while (ints.remaining() >= Integer.BYTES) {
                fds.add(ints.getInt());
            }
        }
        return fds;
    }
}
