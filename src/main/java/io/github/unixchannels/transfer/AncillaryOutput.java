// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.message.MessageHeader;
import io.github.unixchannels.message.NativeAncillaryData;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.sys.CallMemory;
import java.io.IOException;

/** sendmsg(2) with ancillary data, which is taken out of its object once it was sent. */
final class AncillaryOutput {

    private AncillaryOutput() {}

    /** Whether a call has ancillary data to send. */
    static boolean isPresent(NativeAncillaryData control) {
        return control != null && control.isToBeSent();
    }

    /**
     * Sends the first segments in {@code memory}.
     *
     * @param nameBytes how long the target's name in {@code memory} is; 0: to the peer
     * @param control null: nothing
     */
    static long send(Endpoint endpoint, CallMemory memory, int segments, int nameBytes, NativeAncillaryData control, int flags)
            throws IOException {
        SocketDescriptor descriptor = endpoint.descriptor();
        long message = MessageHeader.message(memory, segments);
        if (nameBytes > 0) {
            MessageHeader.name(memory, nameBytes);
        }
        if (!isPresent(control)) {
            return descriptor.sendmsg(message, flags);
        }
        long n;
        control.enter(memory, endpoint);
        try {
            n = descriptor.sendmsg(message, flags);
        } finally {
            control.leave();
        }
        if (n >= 0) {
            control.sent();
        }
        return n;
    }
}
