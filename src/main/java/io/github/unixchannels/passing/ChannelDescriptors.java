// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;

/** The descriptors behind channels. */
final class ChannelDescriptors {

    private ChannelDescriptors() {}

    /** A duplicate, close-on-exec, of what a channel has open, as {@link io.github.unixchannels.OwnedFd#duplicateOf} says; the caller owns it. */
    static int duplicate(Channel channel, Syscalls sys) throws IOException {
        throw new UnsupportedOperationException();
    }
}
