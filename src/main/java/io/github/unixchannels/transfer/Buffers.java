// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Checks of arguments that come before the channel's state is looked at. */
public final class Buffers {

    private Buffers() {}

    /**
     * Checks that a buffer can be received into.
     *
     * @throws NullPointerException if it is null
     * @throws IllegalArgumentException if it is read-only
     */
    public static void requireWritable(ByteBuffer dst) {
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }

    /** Checks that there is a buffer or, if it is null, an array of several, none of which is null. */
    public static void requireSource(ByteBuffer buffer, ByteBuffer[] buffers) {
        if (buffer == null) {
            for (ByteBuffer each : buffers) {
                Objects.requireNonNull(each);
            }
        }
    }

    /** As {@link #requireWritable(ByteBuffer)}, of each. */
    public static void requireWritable(ByteBuffer[] dsts) {
        for (ByteBuffer dst : dsts) {
            requireWritable(dst);
        }
    }
}
