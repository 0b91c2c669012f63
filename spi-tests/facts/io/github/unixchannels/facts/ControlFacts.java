// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.util.Arrays;
import java.util.List;

/** Control data: descriptors and credentials beside a message. */
final class ControlFacts {

    private static final int MOST_DESCRIPTORS = 253;
    private static final int ROOM = 2048;

    private ControlFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.known("kernel-80", "A message brings 253 descriptors at most; one more is EINVAL.", ControlFacts::most),
                Fact.known("kernel-81",
                        "Descriptors arrive close-on-exec with MSG_CMSG_CLOEXEC, and only then.", ControlFacts::closeOnExec),
                Fact.known("kernel-82",
                        "A control buffer of n bytes takes (n - 16) / 4 descriptors, so that room for one takes two; the others are "
                                + "closed, and msg_flags has MSG_CTRUNC.",
                        ControlFacts::capacity),
                Fact.known("kernel-83", "recv, and recvmsg without a control buffer, close what came; recvmsg alone tells it.",
                        ControlFacts::dropped),
                Fact.known("kernel-84", "The order in the buffer is timestamp, credentials, rights, pidfd.", ControlFacts::order),
                Fact.known("kernel-85", "With SO_PASSCRED a buffer with room for a descriptor only brings no descriptor.",
                        ControlFacts::credentialsFirst),
                Fact.known("kernel-86", "Several SCM_RIGHTS in one sendmsg arrive as one.", ControlFacts::merged),
                Fact.known("kernel-87", "MSG_PEEK brings duplicates of the descriptors.", ControlFacts::peek),
                Fact.known("kernel-88",
                        "STREAM: descriptors without a byte are not sent, and sendmsg returns 0.", ControlFacts::streamNeedsAByte),
                Fact.known("kernel-89",
                        "STREAM: descriptors come with the first byte of their segment; a read may begin with bytes sent before it "
                                + "and stops behind it.",
                        ControlFacts::streamSegments),
                Fact.known("kernel-90", "SEQPACKET and DGRAM: descriptors come with an empty message too.", ControlFacts::emptyMessage));
    }

    private static int[] descriptors(RawSocket socket, int count) {
        int[] fds = new int[count];
        Arrays.fill(fds, socket.fd());
        return fds;
    }

    private static void most(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                int[] fds = descriptors(pair.near(), MOST_DESCRIPTORS);
                seen.check(kind + " 253", RawMessages.sendRights(pair.near(), "x", fds), "1");
                int[] more = descriptors(pair.near(), MOST_DESCRIPTORS + 1);
                seen.check("254", RawMessages.sendRights(pair.near(), "x", more), "EINVAL");
                try (Reception got = RawMessages.receive(pair.far(), 1, ROOM, Uapi.MSG_CMSG_CLOEXEC)) {
                    seen.check("received", got.rights().size(), MOST_DESCRIPTORS);
                }
            }
        }
    }

    private static void closeOnExec(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            for (int flags : new int[] {Uapi.MSG_CMSG_CLOEXEC, 0}) {
                RawMessages.sendRights(pair.near(), "x", descriptors(pair.near(), 1));
                try (Reception got = RawMessages.receive(pair.far(), 1, ROOM, flags)) {
                    int flag = RawSocket.SYS.fcntl(got.rights().get(0), Uapi.F_GETFD, 0) & Uapi.FD_CLOEXEC;
                    seen.check(flags == 0 ? "without" : "with", flag, flags == 0 ? "0" : "1");
                }
            }
        }
    }

    private static void capacity(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            for (int room : new int[] {16, 19, 20, Control.space(Integer.BYTES), 28}) {
                RawMessages.sendRights(pair.near(), "x", descriptors(pair.near(), 4));
                try (Reception got = RawMessages.receive(pair.far(), 1, room, Uapi.MSG_CMSG_CLOEXEC)) {
                    seen.check(room + " bytes", got.rights().size() + " of 4 with " + got.flagNames(),
                            (room - Control.HEADER_BYTES) / Integer.BYTES + " of 4 with CTRUNC+CMSG_CLOEXEC");
                }
            }
        }
    }

    private static void dropped(Seen seen) {
        for (String call : new String[] {"recv", "recvmsg"}) {
            try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET); RawSocket.Pair sent = RawSocket.pair(Kind.STREAM)) {
                RawMessages.sendRights(pair.near(), "x", descriptors(sent.near(), 1));
                sent.near().close();
                seen.check(call + ", before: recv at the other end", sent.far().recv(1, 0), "EAGAIN");
                if (call.equals("recv")) {
                    RawSocket.require(call, pair.far().recv(1, 0));
                } else {
                    try (Reception got = RawMessages.receive(pair.far(), 1, 0, 0)) {
                        seen.check("msg_flags", got.flagNames(), "CTRUNC");
                    }
                }
                seen.check("after", sent.far().recv(1, 0), "0");
            }
        }
    }

    private static void order(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            pair.far().set(Uapi.SO_PASSCRED, 1);
            pair.far().set(Uapi.SO_TIMESTAMP, 1);
            boolean pidfd = pair.far().set(Uapi.SO_PASSPIDFD, 1) == 0;
            RawMessages.sendRights(pair.near(), "x", descriptors(pair.near(), MOST_DESCRIPTORS));
            try (Reception got = RawMessages.receive(pair.far(), 1, ROOM, Uapi.MSG_CMSG_CLOEXEC)) {
                seen.check("order", got.controlNames(), "TIMESTAMP+CREDENTIALS+RIGHTS" + (pidfd ? "+PIDFD" : ""));
                seen.note("with 253 descriptors", got.controlBytes() + " bytes");
            }
        }
    }

    private static void credentialsFirst(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            pair.far().set(Uapi.SO_PASSCRED, 1);
            RawMessages.sendRights(pair.near(), "x", descriptors(pair.near(), 1));
            int room = Control.space(Integer.BYTES);
            try (Reception got = RawMessages.receive(pair.far(), 1, room, Uapi.MSG_CMSG_CLOEXEC)) {
                seen.check(room + " bytes", got.controlNames() + " with " + got.flagNames(), "CREDENTIALS with CTRUNC+CMSG_CLOEXEC");
            }
        }
    }

    private static void merged(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                long sent = RawMessages.sendRights(pair.near(), "x", descriptors(pair.near(), 2), descriptors(pair.near(), 3));
                RawSocket.require("sendmsg", sent);
                try (Reception got = RawMessages.receive(pair.far(), 1, ROOM, Uapi.MSG_CMSG_CLOEXEC)) {
                    seen.check(kind + " 2 and 3", got.controlNames() + " with " + got.rights().size(), "RIGHTS with 5");
                }
            }
        }
    }

    private static void peek(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                RawMessages.sendRights(pair.near(), "x", descriptors(pair.near(), 1));
                try (Reception peeked = RawMessages.receive(pair.far(), 1, ROOM, Uapi.MSG_PEEK | Uapi.MSG_CMSG_CLOEXEC);
                        Reception got = RawMessages.receive(pair.far(), 1, ROOM, Uapi.MSG_CMSG_CLOEXEC)) {
                    seen.check(kind + " two", peeked.rights().size() == 1 && got.rights().size() == 1
                            && !peeked.rights().equals(got.rights()), true);
                }
            }
        }
    }

    private static void streamNeedsAByte(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM)) {
            seen.check("sendmsg", RawMessages.sendRights(pair.near(), "", descriptors(pair.near(), 1)), "0");
            seen.check("recv", pair.far().recv(1, 0), "EAGAIN");
        }
    }

    private static void streamSegments(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM)) {
            pair.near().send("before");
            RawMessages.sendRights(pair.near(), "with", descriptors(pair.near(), 1));
            pair.near().send("after");
            seen.check("recvmsg", next(pair.far(), 64), "\"beforewith\" with 1");
            seen.check("recvmsg", next(pair.far(), 64), "\"after\" with 0");
            RawMessages.sendRights(pair.near(), "abc", descriptors(pair.near(), 1));
            seen.check("one byte of three", next(pair.far(), 1), "\"a\" with 1");
            seen.check("the rest", next(pair.far(), 64), "\"bc\" with 0");
        }
    }

    private static String next(RawSocket socket, int roomBytes) {
        try (Reception got = RawMessages.receive(socket, roomBytes, ROOM, Uapi.MSG_CMSG_CLOEXEC)) {
            return "\"" + got.payload() + "\" with " + got.rights().size();
        }
    }

    private static void emptyMessage(Seen seen) {
        for (Kind kind : List.of(Kind.SEQPACKET, Kind.DGRAM)) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                seen.check(kind + " sendmsg", RawMessages.sendRights(pair.near(), "", descriptors(pair.near(), 1)), "0");
                seen.check("recvmsg", next(pair.far(), 1), "\"\" with 1");
            }
        }
    }
}
