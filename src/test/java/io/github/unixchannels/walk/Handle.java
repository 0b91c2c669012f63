// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.nio.channels.SelectableChannel;

/** One channel on an {@link End}. */
final class Handle {

    final End end;
    final SelectableChannel channel;

    /** Whether somebody closes it, or may by an interrupt. Set before. */
    volatile boolean closing;

    /** Whether its connection is not known to be established. */
    volatile boolean connecting;

    Handle(End end, SelectableChannel channel) {
        this.end = end;
        this.channel = channel;
        end.handles.add(this);
    }

    /** What is about to happen may close the channel. */
    void mayClose() {
        closing = true;
        end.mayEnd();
    }

    @Override
    public String toString() {
        return channel.getClass().getSimpleName() + (closing ? ", closing, " : ", ") + end;
    }
}
