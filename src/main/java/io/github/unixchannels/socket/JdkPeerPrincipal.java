// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.SocketOption;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipalLookupService;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** Credentials under the names that the system's user database has for them; a number without a name is its own name. */
final class JdkPeerPrincipal {

    static final SocketOption<UnixDomainPrincipal> OPTION = ExtendedSocketOptions.SO_PEERCRED;

    /** {@code struct passwd} and {@code struct group} both begin with {@code char *name}; neither is longer than this. */
    private static final int RECORD_BYTES = 64;

    private static final int RESULT = RECORD_BYTES;
    private static final int STRINGS = RESULT + Long.BYTES;
    private static final int STRINGS_BYTES = 16 << 10;

    private JdkPeerPrincipal() {}

    static UnixDomainPrincipal of(Syscalls sys, PeerCredentials peer) throws IOException {
        UserPrincipalLookupService principals = FileSystems.getDefault().getUserPrincipalLookupService();
        NativeMemory memory = NativeMemory.allocate(sys, STRINGS + STRINGS_BYTES);
        long at = memory.address();
        sys.getpwuidR((int) peer.uid(), at, at + STRINGS, STRINGS_BYTES, at + RESULT);
        String user = name(memory, peer.uid());
        sys.getgrgidR((int) peer.gid(), at, at + STRINGS, STRINGS_BYTES, at + RESULT);
        String group = name(memory, peer.gid());
        Reference.reachabilityFence(memory);
        return new UnixDomainPrincipal(principals.lookupPrincipalByName(user), principals.lookupPrincipalByGroupName(group));
    }

    /** The name in the record just looked up, which lies among the strings; the number if there was no record. */
    private static String name(NativeMemory memory, long number) {
        long result = memory.buffer().getLong(RESULT);
        memory.buffer().putLong(RESULT, 0);
        if (result == 0) {
            return Long.toString((int) number);
        }
        int start = (int) (memory.buffer().getLong(0) - memory.address());
        int end = start;
        while (memory.buffer().get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - start];
        memory.buffer().get(start, name);
        return new String(name, StandardCharsets.UTF_8);
    }
}
