// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.util.List;

/** How much a connection takes, and when it takes more. */
final class QueueFacts {

    /** What the kernel sets aside of SO_SNDBUF for itself. */
    private static final int RESERVED_BYTES = 32;

    private static final int MOST_BYTES = 16 << 20;

    private QueueFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-31", "SocketOptions", "A size set by SO_SNDBUF or SO_RCVBUF is doubled, and the double is reported.",
                        QueueFacts::doubled),
                Fact.known("kernel-32", "SO_SNDBUF begins as net.core.wmem_default.", QueueFacts::defaultSendBuffer),
                Fact.reliedOn("kernel-33", "Q5, MessageOutput", "The longest message is SO_SNDBUF less 32 bytes; past it is EMSGSIZE.",
                        QueueFacts::longestMessage),
                Fact.reliedOn("kernel-34", "Q6, CallMemory",
                        "Where a page has 4 KiB no message of more than 8 MiB can be sent, with any SO_SNDBUF.",
                        QueueFacts::longestMessageOfAll),
                Fact.reliedOn("kernel-35", "ReadyKeys",
                        "A connection that is full answers EAGAIN and does not report OUT.", QueueFacts::full),
                Fact.reliedOn("kernel-36", "Q1, ReadyKeys",
                        "When OUT is reported again, a message of any length that SO_SNDBUF allows is taken.",
                        QueueFacts::roomForAnyMessage),
                Fact.known("kernel-37", "OUT is reported again when at most a quarter of SO_SNDBUF is in use.", QueueFacts::quarter),
                Fact.known("kernel-38", "A tiny message is charged at about 768 bytes.", QueueFacts::tinyMessages),
                Fact.known("kernel-39", "SO_RCVBUF of the receiver changes nothing.", QueueFacts::receiveBuffer));
    }

    private static void doubled(Seen seen) {
        try (RawSocket socket = RawSocket.open(Kind.SEQPACKET)) {
            for (int option : new int[] {Linux.SO_SNDBUF, Linux.SO_RCVBUF}) {
                RawSocket.require("setsockopt", socket.set(option, 50_000));
                seen.check(option == Linux.SO_SNDBUF ? "SO_SNDBUF 50000" : "SO_RCVBUF 50000", socket.option(option), "100000");
            }
        }
    }

    private static void defaultSendBuffer(Seen seen) throws IOException {
        try (RawSocket socket = RawSocket.open(Kind.SEQPACKET)) {
            seen.check("SO_SNDBUF", socket.option(Linux.SO_SNDBUF), Proc.line("/proc/sys/net/core/wmem_default"));
        }
    }

    private static void longestMessage(Seen seen) {
        for (Kind kind : List.of(Kind.SEQPACKET, Kind.DGRAM)) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                int longest = pair.near().option(Linux.SO_SNDBUF) - RESERVED_BYTES;
                seen.check(kind + " " + longest + " bytes", pair.near().sendZeros(longest), Integer.toString(longest));
                pair.far().recv(1, 0);
                seen.check((longest + 1) + " bytes", pair.near().sendZeros(longest + 1), "EMSGSIZE");
            }
        }
    }

    private static void longestMessageOfAll(Seen seen) throws IOException {
        if (!Proc.field("/proc/self/smaps", "KernelPageSize").equals("4 kB")) {
            seen.notTried("a page is not 4 KiB");
            return;
        }
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            if (pair.near().set(Uapi.SO_SNDBUFFORCE, 2 * MOST_BYTES) < 0) {
                seen.notTried("SO_SNDBUFFORCE needs CAP_NET_ADMIN");
                return;
            }
            NativeMemory payload = NativeMemory.reserve(RawSocket.SYS, MOST_BYTES);
            long result = pair.near().send(payload, CallMemory.SCRATCH_BYTES + 1, 0);
            seen.check("8 MiB and a byte (" + Names.result(result) + ") is refused", result < 0, true);
            int taken = 1;
            int refused = MOST_BYTES;
            while (refused - taken > 1) {
                int middle = taken + (refused - taken) / 2;
                if (pair.near().send(payload, middle, 0) == middle) {
                    pair.far().recv(1, 0);
                    taken = middle;
                } else {
                    refused = middle;
                }
            }
            seen.note("longest (with the memory there was)", taken + " bytes");
        }
    }

    private static void full(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                seen.check(kind + " empty", pair.near().poll(Linux.POLLOUT), "OUT");
                fill(pair.near());
                seen.check("full: send", pair.near().send("x"), "EAGAIN");
                seen.check("events", RawEpoll.events(pair.near()), "none");
            }
        }
    }

    /** Sends messages of one byte until no more are taken. */
    private static int fill(RawSocket socket) {
        int count = 0;
        while (socket.send("x") == 1) {
            count++;
        }
        return count;
    }

    private static void drainUntilWritable(RawSocket.Pair pair) {
        while (!pair.near().poll(Linux.POLLOUT).equals("OUT")) {
            RawSocket.require("recv", pair.far().recv(1, 0));
        }
    }

    private static void roomForAnyMessage(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            int longest = pair.near().option(Linux.SO_SNDBUF) - RESERVED_BYTES;
            fill(pair.near());
            drainUntilWritable(pair);
            seen.note("in use", pair.near().ioctl(Uapi.SIOCOUTQ) + " of " + pair.near().option(Linux.SO_SNDBUF) + " bytes");
            seen.check("send of " + longest + " bytes", pair.near().sendZeros(longest), Integer.toString(longest));
        }
    }

    private static void quarter(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                int quarter = pair.near().option(Linux.SO_SNDBUF) / 4;
                fill(pair.near());
                int before = pair.near().ioctl(Uapi.SIOCOUTQ);
                int now = before;
                while (!pair.near().poll(Linux.POLLOUT).equals("OUT")) {
                    before = now;
                    RawSocket.require("recv", pair.far().recv(1, 0));
                    now = pair.near().ioctl(Uapi.SIOCOUTQ);
                }
                seen.note(kind + " OUT at", now + " bytes");
                seen.check("no OUT above " + quarter + ", OUT below", before > quarter && now <= quarter, true);
            }
        }
    }

    private static void tinyMessages(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.near().send("x");
                int one = pair.near().ioctl(Uapi.SIOCOUTQ);
                seen.note(kind + " one byte in use", one);
                seen.check("of one byte fit", fill(pair.near()) + 1, pair.near().option(Linux.SO_SNDBUF) / one + 1);
            }
        }
    }

    private static void receiveBuffer(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind); RawSocket.Pair small = RawSocket.pair(kind)) {
                RawSocket.require("setsockopt", small.far().set(Linux.SO_RCVBUF, 1));
                seen.check(kind + " of one byte fit, with SO_RCVBUF " + small.far().option(Linux.SO_RCVBUF), fill(small.near()),
                        fill(pair.near()));
            }
        }
    }
}
