// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectableChannel;

/** Two connected channels, of whatever type: junixsocket's SEQPACKET is a DatagramChannel. */
final class Ends implements Closeable {

    final ByteChannel writer;
    final ByteChannel reader;
    private final SelectableChannel writing;
    private final SelectableChannel reading;

    <C extends SelectableChannel & ByteChannel> Ends(C writer, C reader) {
        this.writer = writer;
        this.reader = reader;
        this.writing = writer;
        this.reading = reader;
    }

    Ends configureBlocking(boolean blocking) throws IOException {
        writing.configureBlocking(blocking);
        reading.configureBlocking(blocking);
        return this;
    }

    /** The reader, to be registered. */
    SelectableChannel reading() {
        return reading;
    }

    @Override
    public void close() throws IOException {
        writing.close();
        reading.close();
    }
}
