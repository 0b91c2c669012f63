// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files that sockets are bound to. */
final class FileFacts {

    private static final int OWNER_READS_AND_WRITES = 0600;
    private static final int NOT_BOUND = 0700;

    private FileFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-98", "ADR 25",
                        "fchmod(2) of a socket that is not bound sets the mode of the file that bind(2) makes, less the umask; fchmod(2) of a "
                                + "bound one changes nothing of the file.",
                        FileFacts::bornWithItsMode),
                Fact.reliedOn("kernel-99", "ADR 25",
                        "connect(2) of a datagram socket to a path is EPROTOTYPE if a socket of connections is bound to the path, also if that "
                                + "does not listen yet, when a socket of the same type gets ECONNREFUSED.",
                        FileFacts::probe));
    }

    private static void bornWithItsMode(Seen seen) throws Exception {
        for (Kind kind : Kind.values()) {
            try (TempFolder folder = new TempFolder(); RawSocket socket = RawSocket.open(kind)) {
                Path path = folder.file("socket");
                RawSocket.require("fchmod", HostSyscalls.get().fchmod(socket.fd(), OWNER_READS_AND_WRITES));
                RawSocket.require("bind", socket.bind(Address.of(path)));
                seen.check(kind + " file", mode(path), "600");
                RawSocket.require("fchmod", HostSyscalls.get().fchmod(socket.fd(), NOT_BOUND));
                seen.check("after fchmod 700", mode(path), "600");
            }
        }
    }

    private static String mode(Path path) throws Exception {
        return Integer.toOctalString((Integer) Files.getAttribute(path, "unix:mode") & 0777);
    }

    private static void probe(Seen seen) throws Exception {
        for (Kind kind : Kind.CONNECTING) {
            try (TempFolder folder = new TempFolder();
                    RawSocket server = RawSocket.open(kind);
                    RawSocket same = RawSocket.open(kind);
                    RawSocket datagrams = RawSocket.open(Kind.DGRAM)) {
                Address address = Address.of(folder.file("socket"));
                RawSocket.require("bind", server.bind(address));
                seen.check(kind + " bound: of the same type", same.connect(address), "ECONNREFUSED");
                seen.check("DGRAM", datagrams.connect(address), "EPROTOTYPE");
                RawSocket.require("listen", server.listen(1));
                seen.check("listening: DGRAM", datagrams.connect(address), "EPROTOTYPE");
                server.release();
                seen.check("closed: DGRAM", datagrams.connect(address), "ECONNREFUSED");
            }
        }
    }
}
