// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.IovecLayout;
import io.github.unixchannels.sys.layout.MmsghdrLayout;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import java.nio.ByteBuffer;

/** An array of {@code mmsghdr}, each with one {@code iovec} and, once that is asked for, room for a name; and without control data. */
final class MessageHeaders {

    private static final int CACHE_LINE_BYTES = 64;

    /** Room for a name, whole words of it. */
    private static final int NAME_BYTES = 128;

    private final Syscalls sys;
    private final int capacity;
    private final NativeMemory headers;
    private final ByteBuffer structs;

    /** Where the first header is: each then is one cache line. */
    private final int first;

    private final int iovecs;

    /** Made when first used: SEQPACKET has no names. */
    private NativeMemory names;

    private boolean named;

    MessageHeaders(Syscalls sys, int capacity) {
        this.sys = sys;
        this.capacity = capacity;
        headers = NativeMemory.allocate(sys, CACHE_LINE_BYTES + capacity * (MmsghdrLayout.BYTES + IovecLayout.BYTES));
        structs = headers.buffer();
        first = (int) (-headers.address() & CACHE_LINE_BYTES - 1);
        iovecs = first + capacity * MmsghdrLayout.BYTES;
        for (int i = 0; i < capacity; i++) {
            structs.putLong(message(i) + MsghdrLayout.IOV, headers.address() + iovec(i));
            structs.putLong(message(i) + MsghdrLayout.IOV_COUNT, 1);
        }
    }

    private int message(int index) {
        return first + index * MmsghdrLayout.BYTES + MmsghdrLayout.MESSAGE;
    }

    private int iovec(int index) {
        return iovecs + index * IovecLayout.BYTES;
    }

    /** The address of a header, and so of those behind it. */
    long address(int index) {
        return headers.address() + first + (long) index * MmsghdrLayout.BYTES;
    }

    void segment(int index, long address, long lengthBytes) {
        structs.putLong(iovec(index) + IovecLayout.BASE, address);
        structs.putLong(iovec(index) + IovecLayout.LENGTH, lengthBytes);
    }

    /** From now on the messages have names, {@link #nameLength(int, int)} long, or none has. */
    void setNamed(boolean withNames) {
        if (named == withNames) {
            return;
        }
        if (withNames && names == null) {
            names = NativeMemory.allocate(sys, capacity * NAME_BYTES);
        }
        for (int i = 0; i < capacity; i++) {
            structs.putLong(message(i) + MsghdrLayout.NAME, withNames ? names.address() + nameOffset(i) : 0);
            structs.putLong(message(i) + MsghdrLayout.NAME_LENGTH, 0);
        }
        named = withNames;
    }

    /** How long a name is, or how much room it has. */
    void nameLength(int index, int lengthBytes) {
        structs.putLong(message(index) + MsghdrLayout.NAME_LENGTH, lengthBytes);
    }

    int nameLength(int index) {
        return structs.getInt(message(index) + MsghdrLayout.NAME_LENGTH);
    }

    /** Where the names are, if there are any. */
    ByteBuffer names() {
        return names.buffer();
    }

    int nameOffset(int index) {
        return index * NAME_BYTES;
    }

    /** What the kernel, or {@link #result}, wrote: how long a message was. */
    int length(int index) {
        return structs.getInt(message(index) + MmsghdrLayout.LENGTH);
    }

    /** What the kernel, or {@link #result}, wrote: a message's flags. */
    int flags(int index) {
        return structs.getInt(message(index) + MsghdrLayout.FLAGS);
    }

    /** As if the kernel had received it. */
    void result(int index, int lengthBytes, int flags) {
        structs.putInt(message(index) + MmsghdrLayout.LENGTH, lengthBytes);
        structs.putInt(message(index) + MsghdrLayout.FLAGS, flags);
    }
}
