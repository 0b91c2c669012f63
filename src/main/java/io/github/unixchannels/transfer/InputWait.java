// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.transfer;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.Waiting;
import io.github.unixchannels.socket.Endpoint;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.net.SocketTimeoutException;

/** How a blocking read or receive waits between two attempts. */
final class InputWait extends SideWait {

    /** In place of flags: there is nothing to wait for any more. */
    static final int ENDED = -1;

    InputWait(Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    int flags(long timeout) {
        return endpoint().waitFlags(Descriptor.READING, timeout);
    }

    /**
     * After an attempt that found nothing: waits in poll(2) or parked, unless the next attempt can wait in the kernel.
     *
     * @param operation what waits, for messages
     * @return the flags of the next attempt, or {@link #ENDED} if the channel is closed
     * @throws SocketTimeoutException if the time of the operation is over
     */
    int await(OperationScope scope, String operation) throws IOException {
        if (descriptor().isClosed()) {
            return ENDED;
        }
        if (startClock()) {
            int flags = nextFlags();
            if (flags == 0) {
                return flags;
            }
        }
        requireTime(operation);
        boolean waited = Waiting.awaitWhileOpen(descriptor(), Linux.POLLIN, deadline(), endpoint());
        scope.tellInterrupt();
        return waited ? nextFlags() : ENDED;
    }

    /** After an attempt that found something to pass over: the flags of the next attempt. */
    int next(String operation) throws SocketTimeoutException {
        startClock();
        requireTime(operation);
        return nextFlags();
    }

    private void requireTime(String operation) throws SocketTimeoutException {
        if (isOver()) {
            throw exceeded(operation, endpoint(), "nothing to receive");
        }
    }
}
