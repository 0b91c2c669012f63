// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.IovecLayout;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/** sendmsg(2) and recvmsg(2), with names and control data. Neither waits. */
final class RawMessages {

    private static final Syscalls SYS = RawSocket.SYS;

    private RawMessages() {}

    /** Sends to an address, as sendto(2) does. */
    static long sendTo(RawSocket socket, String text, Address to) {
        return send(socket, text, to);
    }

    /** Sends descriptors, each array of them under a header of its own. */
    static long sendRights(RawSocket socket, String text, int[]... headers) {
        return send(socket, text, null, headers);
    }

    private static long send(RawSocket socket, String text, Address to, int[]... headers) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        NativeMemory payload = NativeMemory.allocate(SYS, bytes.length);
        payload.buffer().put(0, bytes);
        NativeMemory iovec = iovec(payload, bytes.length);
        NativeMemory control = Control.rights(SYS, headers);
        NativeMemory message = message(iovec, 1, control, control.capacity());
        NativeMemory name = to == null ? null : to.toMemory(SYS);
        if (to != null) {
            name(message, name, to.lengthBytes());
        }
        long result = SYS.sendmsg(socket.fd(), message.address(), Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL);
        Reference.reachabilityFence(payload);
        Reference.reachabilityFence(iovec);
        Reference.reachabilityFence(control);
        Reference.reachabilityFence(name);
        return result;
    }

    /** Sends one byte in {@code segments} iovecs, all but the last of them empty. */
    static long sendSegments(RawSocket socket, int segments) {
        NativeMemory payload = NativeMemory.allocate(SYS, 1);
        NativeMemory iovecs = NativeMemory.allocate(SYS, segments * IovecLayout.BYTES);
        for (int i = 0; i < segments; i++) {
            iovecs.buffer().putLong(i * IovecLayout.BYTES + IovecLayout.BASE, payload.address());
            iovecs.buffer().putLong(i * IovecLayout.BYTES + IovecLayout.LENGTH, i == segments - 1 ? 1 : 0);
        }
        NativeMemory message = message(iovecs, segments, payload, 0);
        long result = SYS.sendmsg(socket.fd(), message.address(), Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL);
        Reference.reachabilityFence(payload);
        Reference.reachabilityFence(iovecs);
        return result;
    }

    /**
     * Receives a message with what came beside it.
     *
     * @param roomBytes for the payload
     * @param controlBytes for control data; 0 gives recvmsg(2) no buffer for it
     */
    static Reception receive(RawSocket socket, int roomBytes, int controlBytes, int flags) {
        NativeMemory payload = NativeMemory.allocate(SYS, roomBytes);
        NativeMemory iovec = iovec(payload, roomBytes);
        NativeMemory control = NativeMemory.allocate(SYS, controlBytes);
        NativeMemory name = NativeMemory.allocate(SYS, SockaddrUnLayout.RECEIVE_BYTES);
        NativeMemory message = message(iovec, 1, control, controlBytes);
        name(message, name, SockaddrUnLayout.RECEIVE_BYTES);
        long result = SYS.recvmsg(socket.fd(), message.address(), flags | Linux.MSG_DONTWAIT);
        Reference.reachabilityFence(iovec);
        return Reception.of(result, payload, message.buffer(), control.buffer(), name.buffer());
    }

    private static NativeMemory iovec(NativeMemory payload, int lengthBytes) {
        NativeMemory iovec = NativeMemory.allocate(SYS, IovecLayout.BYTES);
        iovec.buffer().putLong(IovecLayout.BASE, payload.address());
        iovec.buffer().putLong(IovecLayout.LENGTH, lengthBytes);
        return iovec;
    }

    private static NativeMemory message(NativeMemory iovecs, int count, NativeMemory control, int controlBytes) {
        NativeMemory message = NativeMemory.allocate(SYS, MsghdrLayout.BYTES);
        message.buffer().putLong(MsghdrLayout.IOV, iovecs.address());
        message.buffer().putLong(MsghdrLayout.IOV_COUNT, count);
        message.buffer().putLong(MsghdrLayout.CONTROL, controlBytes == 0 ? 0 : control.address());
        message.buffer().putLong(MsghdrLayout.CONTROL_LENGTH, controlBytes);
        return message;
    }

    private static void name(NativeMemory message, NativeMemory name, int lengthBytes) {
        message.buffer().putLong(MsghdrLayout.NAME, name.address());
        message.buffer().putInt(MsghdrLayout.NAME_LENGTH, lengthBytes);
    }
}
