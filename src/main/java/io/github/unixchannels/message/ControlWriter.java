// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.CmsghdrLayout;
import io.github.unixchannels.sys.layout.UcredLayout;
import java.nio.ByteBuffer;

/** Writes control messages that are to be sent, each with its header, from the front of a buffer in the order of this machine. */
final class ControlWriter {

    private ControlWriter() {}

    /** SCM_RIGHTS with the numbers of the first {@code count} descriptors, at least one. Returns where the next control message goes. */
    static int descriptors(ByteBuffer control, int offset, Descriptor[] descriptors, int count) {
        int at = header(control, offset, Linux.SCM_RIGHTS, count * Integer.BYTES);
        for (int i = 0; i < count; i++) {
            control.putInt(at + i * Integer.BYTES, descriptors[i].fd());
        }
        return offset + CmsghdrLayout.space(count * Integer.BYTES);
    }

    /** SCM_CREDENTIALS. Returns where the next control message goes. */
    static int credentials(ByteBuffer control, int offset, PeerCredentials credentials) {
        int at = header(control, offset, Linux.SCM_CREDENTIALS, UcredLayout.BYTES);
        control.putInt(at + UcredLayout.PID, credentials.pid());
        control.putInt(at + UcredLayout.UID, (int) credentials.uid());
        control.putInt(at + UcredLayout.GID, (int) credentials.gid());
        return offset + CmsghdrLayout.space(UcredLayout.BYTES);
    }

    private static int header(ByteBuffer control, int offset, int type, int dataBytes) {
        control.putLong(offset + CmsghdrLayout.LENGTH, CmsghdrLayout.length(dataBytes));
        control.putInt(offset + CmsghdrLayout.LEVEL, Linux.SOL_SOCKET);
        control.putInt(offset + CmsghdrLayout.TYPE, type);
        return offset + CmsghdrLayout.DATA;
    }
}
