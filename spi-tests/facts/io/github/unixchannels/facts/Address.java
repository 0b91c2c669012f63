// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket address, byte for byte as the kernel takes it.
 *
 * @param family AF_UNIX, or something else where that is the question
 * @param name the bytes of {@code sun_path} that the address's length covers
 */
record Address(int family, byte[] name) {

    /** The family alone: bind(2) makes up a name. */
    static final Address AUTOBIND = new Address(Linux.AF_UNIX, new byte[0]);

    /** No family: connect(2) dissolves a connection. */
    static final Address UNSPECIFIED = new Address(Uapi.AF_UNSPEC, new byte[0]);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** An abstract name that nobody else has. */
    static Address fresh() {
        String name = "unix-channels-facts-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
        return ofAbstract(name.getBytes(StandardCharsets.US_ASCII));
    }

    static Address ofAbstract(byte[] name) {
        return of(ByteBuffer.allocate(1 + name.length).put((byte) 0).put(name).array());
    }

    /** A path with its NUL. */
    static Address of(Path path) {
        return of((path + "\0").getBytes(StandardCharsets.UTF_8));
    }

    static Address of(byte[] name) {
        return new Address(Linux.AF_UNIX, name);
    }

    int lengthBytes() {
        return SockaddrUnLayout.PATH + name.length;
    }

    NativeMemory toMemory(Syscalls sys) {
        NativeMemory memory = NativeMemory.allocate(sys, Math.max(lengthBytes(), SockaddrUnLayout.RECEIVE_BYTES));
        memory.buffer().putShort(SockaddrUnLayout.FAMILY, (short) family);
        memory.buffer().put(SockaddrUnLayout.PATH, name);
        return memory;
    }

    /** Whether these are the bytes that the kernel gave as a name. */
    boolean isNamed(byte[] other) {
        return Arrays.equals(name, other);
    }
}
