// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.socket;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.descriptor.SocketDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process that sent a message, by what came with the message. The caller is inside the descriptor. */
public final class SendingPeer extends CheckedPeer {

    private static final long UNKNOWN = -1;

    /** Initialized by the first message without a process. */
    private static final class Overflow {

        /** The user that a message has which was sent before SO_PASSCRED was set: proc_sys_kernel(5). */
        static final long UID = read();

        /** By one read(2): there is nothing behind the first (proc_dointvec). */
        private static long read() {
            byte[] text = new byte[32];
            try (InputStream in = Files.newInputStream(Path.of("/proc/sys/kernel/overflowuid"))) {
                return Long.parseLong(new String(text, 0, Math.max(0, in.read(text)), StandardCharsets.US_ASCII).trim());
            } catch (IOException | NumberFormatException e) {
                return 65534;
            }
        }
    }

    private final SocketDescriptor descriptor;
    private final AncillaryData received;
    private final MessageInfo info;

    public SendingPeer(Endpoint endpoint, AncillaryData received, MessageInfo info) {
        super(endpoint.fds());
        this.descriptor = endpoint.descriptor();
        this.received = received;
        this.info = info;
    }

    @Override
    PeerCredentials credentials() {
        PeerCredentials credentials = received.senderCredentials();
        if (credentials == null) {
            throw new IllegalStateException("SO_PASSCRED is not set");
        }
        return credentials;
    }

    /** A message that was sent before SO_PASSCRED was set has no process, and the user and group of nobody. */
    private boolean isUnknown() {
        PeerCredentials credentials = credentials();
        return credentials.pid() == 0 && credentials.uid() == Overflow.UID;
    }

    @Override
    public long uid() {
        return isUnknown() ? UNKNOWN : credentials().uid();
    }

    @Override
    public long gid() {
        return isUnknown() ? UNKNOWN : credentials().gid();
    }

    @Override
    public boolean isInGroup(long gid) {
        return gid() == gid;
    }

    /** Without one, it had ended when the message was received (Linux before 6.16), or was sent before SO_PASSPIDFD was set. */
    @Override
    OwnedFd openProcess() throws IOException {
        OwnedFd process = received.takeSenderPidfd();
        if (process == null && !(Boolean) SocketOptions.get(descriptor, UnixSocketOptions.SO_PASSPIDFD)) {
            throw new IllegalStateException("SO_PASSPIDFD is not set");
        }
        if (process == null && info.isControlTruncated()) {
            throw new IOException("no descriptor is left for the sender's process (RLIMIT_NOFILE)");
        }
        return process;
    }

    @Override
    public String label() {
        String label = received.senderLabel();
        if (label == null) {
            throw new UnsupportedOperationException("SO_PASSSEC is not set, or no security module gives labels to sockets");
        }
        return label;
    }
}
