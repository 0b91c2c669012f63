// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.UnixProtocolFamily;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/**
 * A process of another user, which connects to an abstract name or sends a datagram there, tells its number, and then does what it is told:
 * {@code read}, {@code write}, {@code send}, {@code fds}.
 */
public final class OtherUser {

    public static final int UID = 12345;
    public static final int GID = 54321;

    private static final String PROGRAM = """
            import errno, os, socket, sys
            kind, name, uid, gid, groups, hello = sys.argv[1:7]
            name = '\\0' + name
            if uid:
                os.setgroups([int(g) for g in groups.split(',') if g])
                os.setresgid(int(gid), int(gid), int(gid))
                os.setresuid(int(uid), int(uid), int(uid))
            s = socket.socket(socket.AF_UNIX, getattr(socket, 'SOCK_' + kind))
            if kind != 'DGRAM':
                s.connect(name)
                if hello: s.send(hello.encode())
            print(os.getpid(), flush=True)
            for line in sys.stdin:
                line = line.strip()
                try:
                    if line == 'read': said = s.recv(100).decode() or 'end'
                    elif line == 'write': said = str(s.send(b'x'))
                    elif line == 'fds': said = str(s.sendmsg([b'fds'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, b'\\0\\0\\0\\0')], 0, name))
                    else: said = str(s.sendto(line.encode(), name))
                except OSError as e:
                    said = errno.errorcode[e.errno]
                print(said, flush=True)
            """;

    private OtherUser() {}

    /**
     * Starts it as {@link #UID} and {@link #GID}, or skips the test.
     *
     * @param hello what it sends as soon as it is connected, or nothing
     * @param groups its supplementary groups
     */
    public static OtherProgram start(UnixProtocolFamily family, String name, String hello, String groups)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(PeerCredentials.ofThisProcess().uid() == 0, "only a privileged process becomes another user");
        OtherProgram.assume("python3", "-c", "import socket");
        return OtherProgram.start("python3", "-c", PROGRAM, family.name(), name, Integer.toString(UID), Integer.toString(GID), groups, hello);
    }

    /** Starts it as this user. */
    public static OtherProgram startAsThisUser(UnixProtocolFamily family, String name, String hello)
            throws IOException, InterruptedException {
        OtherProgram.assume("python3", "-c", "import socket");
        return OtherProgram.start("python3", "-c", PROGRAM, family.name(), name, "", "", "", hello);
    }
}
