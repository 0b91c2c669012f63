// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.pipe;

import io.github.unixchannels.channel.SingleReadiness;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Linux;
import java.nio.channels.SelectionKey;

/** Of a channel that reads and writes, and is ready for either when its descriptor is. */
final class PollableReadiness extends SingleReadiness {

    PollableReadiness(Descriptor descriptor) {
        super(descriptor, SelectionKey.OP_READ, Linux.POLLIN);
    }

    @Override
    public int pollEvents(int interestOps) {
        return super.pollEvents(interestOps) | ((interestOps & SelectionKey.OP_WRITE) != 0 ? Linux.POLLOUT : 0);
    }

    @Override
    public int readyOps(int events, int interestOps) {
        boolean writable = (events & (Linux.POLLOUT | Linux.POLLERR | Linux.POLLHUP)) != 0;
        return super.readyOps(events, interestOps & SelectionKey.OP_READ) | (writable ? interestOps & SelectionKey.OP_WRITE : 0);
    }
}
