// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.UcredLayout;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * SO_PEERCRED, as numbers and as the JDK's own option of that name. The module jdk.net, which has the latter, may be absent; nothing of
 * it is touched before it is known to be there.
 */
final class PeerIdentity {

    private static final boolean JDK_NET = ModuleLayer.boot().findModule("jdk.net").isPresent();

    private PeerIdentity() {}

    /** The JDK's option, if this Java has it. */
    static Set<SocketOption<?>> jdkOptions() {
        return JDK_NET ? Set.of(JdkPeerPrincipal.OPTION) : Set.of();
    }

    static boolean isJdkOption(SocketOption<?> name) {
        return JDK_NET && name == JdkPeerPrincipal.OPTION;
    }

    /** The value of the JDK's option. */
    static Object jdkPrincipal(Connection connection) throws java.io.IOException {
        return JdkPeerPrincipal.of(connection.descriptor().sys(), credentials(connection));
    }

    /** The peer's numbers. The caller is inside the descriptor. */
    static PeerCredentials credentials(Connection connection) throws SocketException {
        if (!connection.isConnected()) {
            throw new SocketException("getsockopt(" + connection + ", SO_PEERCRED): not connected");
        }
        CallMemory memory = CallMemory.acquire(connection.descriptor().sys());
        try {
            int result = SocketOptions.get(connection.descriptor(), Linux.SO_PEERCRED, memory, UcredLayout.BYTES);
            if (result < 0) {
                throw ErrnoExceptions.socket("getsockopt", connection + ", SO_PEERCRED", result);
            }
            ByteBuffer structs = memory.structs().buffer();
            int ucred = memory.valueOffset();
            return new PeerCredentials(
                    structs.getInt(ucred + UcredLayout.PID),
                    Integer.toUnsignedLong(structs.getInt(ucred + UcredLayout.UID)),
                    Integer.toUnsignedLong(structs.getInt(ucred + UcredLayout.GID)));
        } finally {
            memory.release();
        }
    }
}
