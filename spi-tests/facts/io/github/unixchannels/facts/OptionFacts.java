// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.LingerLayout;
import io.github.unixchannels.sys.layout.UcredLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Options of SOL_SOCKET, by their numbers. */
final class OptionFacts {

    private static final String NOBODY = "pid 0, uid -1, gid -1";

    private OptionFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-70", "PeerIdentity",
                        "SO_PEERCRED (17) has the process, user and group of the peer as of connect, listen or socketpair.",
                        OptionFacts::peerCredentials),
                Fact.known("kernel-71", "SO_PEERCRED has pid 0, uid and gid -1 before, and on a DGRAM that was connected.",
                        OptionFacts::nobodysCredentials),
                Fact.known("kernel-72",
                        "SO_PEERGROUPS (59) has the peer's groups; with too little room it is ERANGE and tells how much it takes.",
                        OptionFacts::peerGroups),
                Fact.known("kernel-73",
                        "SO_PEERSEC (31) has a label, or is ENOPROTOOPT where no security module gives any. SO_PASSSEC is 34.",
                        OptionFacts::peerLabel),
                Fact.known("kernel-74", "SO_TYPE (3), SO_ACCEPTCONN (30), SO_PROTOCOL (38) and SO_DOMAIN (39) tell what a socket is.",
                        OptionFacts::whatASocketIs),
                Fact.known("kernel-75", "SO_PEERPIDFD (77, Linux 6.5) is a new descriptor at each call; ENODATA on a DGRAM without peer.",
                        OptionFacts::peerPidfd),
                Fact.known("kernel-76", "SO_PASSPIDFD (76, Linux 6.5) adds an SCM_PIDFD (4) to every message.", OptionFacts::passPidfd),
                Fact.known("kernel-77", "SO_PASSRIGHTS (83, Linux 6.16) is 1 at first; with 0 a sender of descriptors gets EPERM.",
                        OptionFacts::passRights),
                Fact.known("kernel-78",
                        "SO_INQ (84, Linux 6.17) adds what is left to be read to every read of STREAM. It can be set and not read; "
                                + "SEQPACKET has it not.",
                        OptionFacts::inq),
                Fact.reliedOn("kernel-79", "SocketOptions", "SO_LINGER (13) can be set and read, and AF_UNIX ignores it.",
                        OptionFacts::linger));
    }

    private static String credentials(RawSocket socket) {
        byte[] value = new byte[UcredLayout.BYTES];
        RawSocket.require("getsockopt", socket.option(Linux.SO_PEERCRED, value));
        ByteBuffer ucred = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return "pid " + ucred.getInt(UcredLayout.PID) + ", uid " + ucred.getInt(UcredLayout.UID) + ", gid " + ucred.getInt(UcredLayout.GID);
    }

    private static String ownCredentials() throws IOException {
        Path self = Path.of("/proc/self").toRealPath();
        Map<String, Object> attributes = Files.readAttributes(self, "unix:uid,gid");
        return "pid " + self.getFileName() + ", uid " + attributes.get("uid") + ", gid " + attributes.get("gid");
    }

    private static void peerCredentials(Seen seen) throws IOException {
        String own = ownCredentials();
        for (Kind kind : Kind.CONNECTING) {
            Address address = Address.fresh();
            try (RawSocket.Pair pair = RawSocket.pair(kind);
                    RawSocket listener = RawSocket.listener(kind, address, 1);
                    RawSocket client = RawSocket.open(kind)) {
                RawSocket.require("connect", client.connect(address));
                try (RawSocket accepted = listener.accept()) {
                    seen.check(kind + " pair: own", credentials(pair.near()).equals(own), true);
                    seen.check("client: own", credentials(client).equals(own), true);
                    seen.check("accepted: own", credentials(accepted).equals(own), true);
                }
            }
        }
    }

    private static void nobodysCredentials(Seen seen) {
        Address address = Address.fresh();
        try (RawSocket stream = RawSocket.open(Kind.STREAM);
                RawSocket receiver = RawSocket.open(Kind.DGRAM);
                RawSocket sender = RawSocket.open(Kind.DGRAM)) {
            seen.check("STREAM, not connected", credentials(stream), NOBODY);
            RawSocket.require("bind", receiver.bind(address));
            RawSocket.require("connect", sender.connect(address));
            seen.check("DGRAM, connected", credentials(sender), NOBODY);
        }
    }

    private static void peerGroups(Seen seen) throws IOException {
        String groups = Proc.field("/proc/self/status", "Groups");
        int bytes = groups.isEmpty() ? 0 : groups.split(" ").length * Integer.BYTES;
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM)) {
            seen.check("all of this process's groups", pair.near().option(Uapi.SO_PEERGROUPS, new byte[bytes]) == bytes, true);
            if (bytes == 0) {
                seen.notTried("too little room, for want of groups");
                return;
            }
            seen.check("no room", pair.near().option(Uapi.SO_PEERGROUPS, new byte[0]), "ERANGE");
            seen.check("length told: that of all", pair.near().optionBytes(Uapi.SO_PEERGROUPS) == bytes, true);
        }
    }

    private static void peerLabel(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM)) {
            int result = pair.near().option(Uapi.SO_PEERSEC, new byte[256]);
            seen.note("SO_PEERSEC", result >= 0 ? "a label of " + result + " bytes" : Names.result(result));
            seen.note("SO_PASSSEC", Names.result(pair.near().option(Uapi.SO_PASSSEC)));
        }
    }

    private static void whatASocketIs(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket socket = RawSocket.open(kind)) {
                seen.check(kind + " SO_TYPE", socket.option(Uapi.SO_TYPE), Integer.toString(kind.number()));
                seen.check("SO_DOMAIN", socket.option(Uapi.SO_DOMAIN), Integer.toString(Linux.AF_UNIX));
                seen.check("SO_PROTOCOL", socket.option(Uapi.SO_PROTOCOL), "0");
                seen.check("SO_ACCEPTCONN", socket.option(Uapi.SO_ACCEPTCONN), "0");
                if (Kind.CONNECTING.contains(kind)) {
                    RawSocket.require("bind", socket.bind(Address.AUTOBIND));
                    RawSocket.require("listen", socket.listen(1));
                    seen.check("listening", socket.option(Uapi.SO_ACCEPTCONN), "1");
                }
            }
        }
    }

    private static void peerPidfd(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM); RawSocket lonely = RawSocket.open(Kind.DGRAM)) {
            int first = pair.near().option(Uapi.SO_PEERPIDFD);
            if (first == -Errno.ENOPROTOOPT) {
                seen.notHere("SO_PEERPIDFD");
                return;
            }
            int second = pair.near().option(Uapi.SO_PEERPIDFD);
            seen.check("two calls, two descriptors", first >= 0 && second >= 0 && first != second, true);
            RawSocket.SYS.close(first);
            RawSocket.SYS.close(second);
            seen.check("DGRAM without peer", lonely.option(Uapi.SO_PEERPIDFD), "ENODATA");
        }
    }

    private static void passPidfd(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            if (pair.near().set(Uapi.SO_PASSPIDFD, 1) == -Errno.ENOPROTOOPT) {
                seen.notHere("SO_PASSPIDFD");
                return;
            }
            pair.far().send("x");
            try (Reception got = RawMessages.receive(pair.near(), 1, 256, Uapi.MSG_CMSG_CLOEXEC)) {
                seen.check("control", got.controlNames(), "PIDFD");
            }
        }
    }

    private static void passRights(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            int first = pair.near().option(Uapi.SO_PASSRIGHTS);
            if (first == -Errno.ENOPROTOOPT) {
                seen.notHere("SO_PASSRIGHTS");
                return;
            }
            seen.check("at first", first, "1");
            RawSocket.require("setsockopt", pair.near().set(Uapi.SO_PASSRIGHTS, 0));
            seen.check("sendmsg to who set it to 0", RawMessages.sendRights(pair.far(), "x", new int[] {pair.far().fd()}), "EPERM");
        }
    }

    private static void inq(Seen seen) {
        try (RawSocket.Pair stream = RawSocket.pair(Kind.STREAM); RawSocket seqpacket = RawSocket.open(Kind.SEQPACKET)) {
            if (stream.near().set(Uapi.SO_INQ, 1) == -Errno.ENOPROTOOPT) {
                seen.notHere("SO_INQ");
                return;
            }
            stream.far().send("abc");
            try (Reception got = RawMessages.receive(stream.near(), 1, Control.space(Integer.BYTES), 0)) {
                seen.check("STREAM, one byte of three read", got.controlNames() + " " + got.controls().get(0).toInt(), "INQ 2");
            }
            seen.check("getsockopt", stream.near().option(Uapi.SO_INQ), "ENOPROTOOPT");
            seen.check("SEQPACKET", seqpacket.set(Uapi.SO_INQ, 1), "ENOPROTOOPT");
        }
    }

    private static void linger(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket socket = RawSocket.open(kind)) {
                ByteBuffer linger = ByteBuffer.allocate(LingerLayout.BYTES).order(ByteOrder.nativeOrder());
                linger.putInt(LingerLayout.ON, 1).putInt(LingerLayout.SECONDS, 7);
                seen.check(kind + " set", socket.set(Linux.SO_LINGER, linger.array()), "0");
                byte[] value = new byte[LingerLayout.BYTES];
                socket.option(Linux.SO_LINGER, value);
                seen.check("read the same", Arrays.equals(value, linger.array()), true);
            }
        }
    }
}
