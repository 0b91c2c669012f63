// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What recvmsg(2) brought. Owns the descriptors that came.
 *
 * @param result as recvmsg(2) returned it
 * @param payload the bytes that fitted, as text
 * @param flags {@code msg_flags}
 * @param controlBytes {@code msg_controllen}
 * @param nameBytes {@code msg_namelen}
 * @param name {@code sun_path} of the sender
 */
record Reception(long result, String payload, int flags, List<Control> controls, long controlBytes, int nameBytes, byte[] name)
        implements AutoCloseable {

    static Reception of(long result, NativeMemory payload, ByteBuffer message, ByteBuffer control, ByteBuffer name) {
        if (result < 0) {
            return new Reception(result, Names.result(result), 0, List.of(), 0, 0, new byte[0]);
        }
        byte[] bytes = new byte[(int) Math.min(result, payload.capacity())];
        payload.buffer().get(0, bytes);
        long controlBytes = message.getLong(MsghdrLayout.CONTROL_LENGTH);
        int nameBytes = message.getInt(MsghdrLayout.NAME_LENGTH);
        byte[] sender = new byte[Math.max(0, nameBytes - SockaddrUnLayout.PATH)];
        name.get(SockaddrUnLayout.PATH, sender);
        return new Reception(result, new String(bytes, StandardCharsets.ISO_8859_1), message.getInt(MsghdrLayout.FLAGS),
                Control.parse(control, controlBytes), controlBytes, nameBytes, sender);
    }

    /** The descriptors of SCM_RIGHTS. */
    List<Integer> rights() {
        List<Integer> fds = new ArrayList<>();
        for (Control control : controls) {
            if (control.type() == Uapi.SCM_RIGHTS) {
                fds.addAll(control.descriptors());
            }
        }
        return fds;
    }

    /** The names of the control messages in their order; {@code none}. */
    String controlNames() {
        StringJoiner names = new StringJoiner("+").setEmptyValue("none");
        controls.forEach(control -> names.add(control.name()));
        return names.toString();
    }

    String flagNames() {
        return Names.messageFlags(flags);
    }

    @Override
    public void close() {
        controls.forEach(control -> control.descriptors().forEach(RawSocket.SYS::close));
    }
}
