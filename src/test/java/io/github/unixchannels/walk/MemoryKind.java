// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The kinds of memory that a buffer can be in. */
enum MemoryKind {
    HEAP {
        @Override
        ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocate(bytes);
        }
    },

    DIRECT {
        @Override
        ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocateDirect(bytes);
        }
    },

    /** A file's, of which nothing is left but the mapping. */
    MAPPED {
        @Override
        ByteBuffer allocate(int bytes) {
            try {
                Path path = Files.createTempFile("walk", ".map");
                try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
                } finally {
                    Files.delete(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },

    /** Between two pages without access. */
    GUARDED {
        @Override
        ByteBuffer allocate(int bytes) {
            return NativeCalls.guarded(bytes / PAGE_BYTES);
        }
    },

    /** Of a shared arena of java.lang.foreign, which is never closed; plain direct memory before JDK 22. */
    ARENA {
        @Override
        ByteBuffer allocate(int bytes) {
            return Arenas.areAvailable() ? Arenas.allocate(Arenas.openShared(), bytes) : ByteBuffer.allocateDirect(bytes);
        }
    };

    static final int PAGE_BYTES = 4096;

    /** So many bytes, a multiple of {@link #PAGE_BYTES}. */
    abstract ByteBuffer allocate(int bytes);
}
