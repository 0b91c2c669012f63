// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.service.ListenFds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * A child process that serves its parent: it counts the lines of each file that the parent passes, until the parent sends no more. The
 * child finds its end of the connection by the name, and opens no file itself.
 */
public final class ServingChild {

    /** The name of the end that the child inherits. */
    static final String PARENT = "parent";

    private ServingChild() {}

    /**
     * Serves.
     *
     * @param arguments none
     */
    public static void main(String... arguments) throws IOException {
        try (ListenFds passed = ListenFds.take();
                UnixSocketChannel parent = (UnixSocketChannel) passed.fd(PARENT).toSocketChannel();
                AncillaryData beside = AncillaryData.create()) {
            ByteBuffer request = ByteBuffer.allocate(100);
            while (!parent.receive(request.clear(), beside).isEnd()) {
                try (OwnedFd taken = beside.takeDescriptor(); FileChannel file = taken.toFileChannel()) {
                    parent.write(StandardCharsets.UTF_8.encode(Long.toString(FilePassing.lines(file))));
                }
            }
        }
    }
}
