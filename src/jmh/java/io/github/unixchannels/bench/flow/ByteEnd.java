// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.flow;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** One end of a connection, for bytes in arrays. An array is always the same: to wrap it is no part of what is measured. */
interface ByteEnd extends Closeable {

    /** Reads at least one byte. */
    int read(byte[] bytes) throws IOException;

    /** Writes all bytes. */
    void write(byte[] bytes) throws IOException;

    /** Streams. */
    static ByteEnd of(InputStream in, OutputStream out, Closeable connection) {
        return new ByteEnd() {
            @Override
            public int read(byte[] bytes) throws IOException {
                return in.read(bytes);
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                out.write(bytes);
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    /** A channel. */
    static ByteEnd of(ByteChannel channel) {
        return new ByteEnd() {
            private ByteBuffer read = ByteBuffer.allocate(0);
            private ByteBuffer written = ByteBuffer.allocate(0);

            @Override
            public int read(byte[] bytes) throws IOException {
                if (read.array() != bytes) {
                    read = ByteBuffer.wrap(bytes);
                }
                return channel.read(read.clear());
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                if (written.array() != bytes) {
                    written = ByteBuffer.wrap(bytes);
                }
                written.clear();
                while (written.hasRemaining()) {
                    channel.write(written);
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
