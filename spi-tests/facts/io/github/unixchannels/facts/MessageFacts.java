// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import java.util.List;

/** What recv(2) and recvmsg(2) return. */
final class MessageFacts {

    private static final int CONTROL_ROOM = 256;

    private MessageFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-20", "Q3, MessageInput",
                        "An empty SEQPACKET message looks exactly like the end: recvmsg returns 0, no flags, no name, no control data.",
                        MessageFacts::emptyMessage),
                Fact.known("kernel-21",
                        "With SO_TIMESTAMP set by the receiver an empty message brings a control message and the end brings none; "
                                + "messages queued before it was set too. It gives the socket no name.",
                        MessageFacts::timestampTellsTheEnd),
                Fact.known("kernel-22", "With SO_PASSCRED set by the receiver the same holds, for messages queued before it was set too.",
                        MessageFacts::credentialsTellTheEnd),
                Fact.reliedOn("kernel-23", "Q4, MessageInput",
                        "When the peer closes with our data unread, SEQPACKET reports ECONNRESET before the messages that are "
                                + "queued, STREAM after.",
                        MessageFacts::resetAndQueue),
                Fact.reliedOn("kernel-24", "C12, SocketInput",
                        "ECONNRESET is reported once; the next recv returns 0.", MessageFacts::resetOnce),
                Fact.reliedOn("kernel-25", "Q2, MessageInput",
                        "What does not fit is dropped. MSG_TRUNC makes recv and recvmsg return the real length; msg_flags has it "
                                + "either way.",
                        MessageFacts::truncation),
                Fact.known("kernel-26", "Linux never sets MSG_EOR on SEQPACKET, even if it was sent with it.", MessageFacts::endOfRecord),
                Fact.reliedOn("kernel-27", "Q3, MessageInput", "FIONREAD is the sum of what is queued on STREAM and SEQPACKET.",
                        MessageFacts::queuedBytes),
                Fact.known("kernel-28", "FIONREAD is the first datagram's length on DGRAM.", MessageFacts::queuedDatagram),
                Fact.known("kernel-29", "SO_PEEK_OFF makes peeks walk on through a message.", MessageFacts::peekOffset),
                Fact.reliedOn("kernel-30", "Linux.IOV_MAX", "1,024 segments can be sent at once; one more is EMSGSIZE.",
                        MessageFacts::segments));
    }

    private static void emptyMessage(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            seen.check("send", pair.far().send(""), "0");
            pair.far().close();
            for (String what : new String[] {"empty message", "end"}) {
                try (Reception got = RawMessages.receive(pair.near(), 8, CONTROL_ROOM, 0)) {
                    String all = got.result() + ", flags " + got.flagNames() + ", name of " + got.nameBytes() + " bytes, control "
                            + got.controlNames();
                    seen.check(what, all, "0, flags none, name of 0 bytes, control none");
                }
            }
        }
    }

    private static void timestampTellsTheEnd(Seen seen) {
        tellsTheEnd(seen, Uapi.SO_TIMESTAMP, "TIMESTAMP");
        try (RawSocket client = RawSocket.open(Kind.SEQPACKET)) {
            Address address = Address.fresh();
            try (RawSocket listener = RawSocket.listener(Kind.SEQPACKET, address, 1)) {
                client.set(Uapi.SO_TIMESTAMP, 1);
                RawSocket.require("connect", client.connect(address));
                seen.check("inherited by accept", inherited(listener, Uapi.SO_TIMESTAMP), "0");
                seen.check("own name's bytes", client.name().length, 0);
            }
        }
    }

    private static int inherited(RawSocket listener, int option) {
        try (RawSocket accepted = listener.accept()) {
            return accepted.option(option);
        }
    }

    private static void credentialsTellTheEnd(Seen seen) {
        tellsTheEnd(seen, Uapi.SO_PASSCRED, "CREDENTIALS");
    }

    private static void tellsTheEnd(Seen seen, int option, String control) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            pair.far().send("");
            RawSocket.require("setsockopt", pair.near().set(option, 1));
            pair.far().send("");
            pair.far().close();
            seen.check("sent before", controlOfNext(pair.near()), "0 with " + control);
            seen.check("sent after", controlOfNext(pair.near()), "0 with " + control);
            seen.check("end", controlOfNext(pair.near()), "0 with none");
        }
    }

    private static String controlOfNext(RawSocket socket) {
        try (Reception got = RawMessages.receive(socket, 8, CONTROL_ROOM, 0)) {
            return got.result() + " with " + got.controlNames();
        }
    }

    private static void resetAndQueue(Seen seen) {
        seen.check("SEQPACKET", afterReset(Kind.SEQPACKET), "ECONNRESET, reply, 0");
        seen.check("STREAM", afterReset(Kind.STREAM), "reply, ECONNRESET, 0");
    }

    private static String afterReset(Kind kind) {
        try (RawSocket.Pair pair = RawSocket.pair(kind)) {
            pair.near().send("request");
            pair.far().send("reply");
            pair.far().close();
            return pair.near().text(8, 0) + ", " + pair.near().text(8, 0) + ", " + pair.near().text(8, 0);
        }
    }

    private static void resetOnce(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.near().send("request");
                pair.far().close();
                seen.check(kind + " recv", pair.near().recv(8, 0), "ECONNRESET");
                seen.check("again", pair.near().recv(8, 0), "0");
            }
        }
    }

    private static void truncation(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            for (int i = 0; i < 4; i++) {
                pair.far().send("abcdef");
            }
            seen.check("recv(2 bytes)", pair.near().text(2, 0), "ab");
            seen.check("recv(2 bytes, MSG_TRUNC)", pair.near().recv(2, Linux.MSG_TRUNC), "6");
            for (int flags : new int[] {0, Linux.MSG_TRUNC}) {
                try (Reception got = RawMessages.receive(pair.near(), 2, 0, flags)) {
                    seen.check("recvmsg(2 bytes" + (flags == 0 ? ")" : ", MSG_TRUNC)"), got.result() + " with " + got.flagNames(),
                            (flags == 0 ? "2" : "6") + " with TRUNC");
                }
            }
            seen.check("then", pair.near().recv(2, 0), "EAGAIN");
        }
    }

    private static void endOfRecord(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            pair.far().send("plain");
            for (String what : new String[] {"msg_flags", "sent with MSG_EOR"}) {
                try (Reception got = RawMessages.receive(pair.near(), 8, 0, 0)) {
                    seen.check(what, got.result() + " with " + got.flagNames(), "5 with none");
                }
                pair.far().send("a rec", Uapi.MSG_EOR);
            }
        }
    }

    private static void queuedBytes(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.far().send("abc");
                pair.far().send("");
                pair.far().send("defgh");
                seen.check(kind + " 3 and 5 bytes", pair.near().ioctl(Linux.FIONREAD), "8");
                pair.near().recv(3, 0);
                seen.check("3 bytes read", pair.near().ioctl(Linux.FIONREAD), "5");
            }
        }
    }

    private static void queuedDatagram(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.DGRAM)) {
            pair.far().send("abc");
            pair.far().send("defgh");
            seen.check("3 and 5 bytes", pair.near().ioctl(Linux.FIONREAD), "3");
        }
    }

    private static void peekOffset(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            seen.check("setsockopt", pair.near().set(Uapi.SO_PEEK_OFF, 0), "0");
            pair.far().send("abcdefghij");
            for (String expected : new String[] {"abc", "def", "ghij"}) {
                seen.check("peek", pair.near().text(expected.length(), Uapi.MSG_PEEK), expected);
            }
        }
    }

    private static void segments(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                seen.check(kind + " 1,024", RawMessages.sendSegments(pair.near(), Linux.IOV_MAX), "1");
                seen.check("1,025", RawMessages.sendSegments(pair.near(), Linux.IOV_MAX + 1), "EMSGSIZE");
            }
        }
    }
}
