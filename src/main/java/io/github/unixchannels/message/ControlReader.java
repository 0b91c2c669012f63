// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.CmsghdrLayout;
import io.github.unixchannels.sys.layout.TimevalLayout;
import io.github.unixchannels.sys.layout.UcredLayout;
import java.nio.ByteBuffer;

/**
 * Reads the control messages that came with a message, of any bytes. A control message that claims more bytes than came ends the
 * reading; one that is shorter than its type needs, or of an unknown type, is skipped.
 */
final class ControlReader {

    /** What is found, in the order of the bytes. */
    interface Sink {

        /** A descriptor that came with the message: it is this process's from now on. */
        void descriptor(int fd);

        /** A descriptor of the sender's process, likewise. */
        void pidfd(int fd);

        /** Of the sender; uid and gid are unsigned. */
        void credentials(int pid, int uid, int gid);

        /** When it was sent. */
        void timestamp(long seconds, long microseconds);

        /** The security label of the sender, from {@code offset} of the buffer that is being read, without the NUL at its end. */
        void label(ByteBuffer control, int offset, int lengthBytes);
    }

    private ControlReader() {}

    /** Reads the first {@code lengthBytes} bytes of a buffer, in the order of this machine. */
    static void read(ByteBuffer control, int lengthBytes, Sink sink) {
        int offset = 0;
        while (lengthBytes - offset >= CmsghdrLayout.DATA) {
            long length = control.getLong(offset + CmsghdrLayout.LENGTH);
            if (length < CmsghdrLayout.DATA || length > lengthBytes - offset) {
                return;
            }
            int dataBytes = (int) length - CmsghdrLayout.DATA;
            if (control.getInt(offset + CmsghdrLayout.LEVEL) == Linux.SOL_SOCKET) {
                data(control, control.getInt(offset + CmsghdrLayout.TYPE), offset + CmsghdrLayout.DATA, dataBytes, sink);
            }
            offset += CmsghdrLayout.space(dataBytes);
        }
    }

    private static void data(ByteBuffer control, int type, int at, int lengthBytes, Sink sink) {
        if (type == Linux.SCM_RIGHTS) {
            for (int i = 0; i + Integer.BYTES <= lengthBytes; i += Integer.BYTES) {
                sink.descriptor(control.getInt(at + i));
            }
        } else if (type == Linux.SCM_CREDENTIALS && lengthBytes >= UcredLayout.BYTES) {
            sink.credentials(
                    control.getInt(at + UcredLayout.PID), control.getInt(at + UcredLayout.UID), control.getInt(at + UcredLayout.GID));
        } else if (type == Linux.SCM_PIDFD && lengthBytes >= Integer.BYTES) {
            sink.pidfd(control.getInt(at));
        } else if (type == Linux.SCM_TIMESTAMP && lengthBytes >= TimevalLayout.BYTES) {
            sink.timestamp(control.getLong(at + TimevalLayout.SECONDS), control.getLong(at + TimevalLayout.MICROSECONDS));
        } else if (type == Linux.SCM_SECURITY) {
            boolean terminated = lengthBytes > 0 && control.get(at + lengthBytes - 1) == 0;
            sink.label(control, at, terminated ? lengthBytes - 1 : lengthBytes);
        }
    }
}
