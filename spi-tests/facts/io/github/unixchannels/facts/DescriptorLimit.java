// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** The process with a low RLIMIT_NOFILE. Prints what it saw: a line each, of what, what it was, and what it should be. */
final class DescriptorLimit {

    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_SYS_RESOURCE = 24;
    private static final int SENT = 4;
    private static final int FREE = 2;
    private static final int ROOM = 2048;
    private static final int MANY = 250;

    /** The only line where other threads could change what there is room for. */
    static final String NOT_ALONE = "not alone";

    private DescriptorLimit() {}

    public static void main(String[] args) throws IOException {
        if (args[0].equals("no-room")) {
            noRoom();
        } else {
            onTheirWay();
        }
    }

    /** Whether this process has a capability that lets it exceed the limit of descriptors on their way. */
    private static boolean isAboveLimits() throws IOException {
        long effective = Long.parseUnsignedLong(Proc.field("/proc/self/status", "CapEff"), 16);
        return (effective & (1L << CAP_SYS_ADMIN | 1L << CAP_SYS_RESOURCE)) != 0;
    }

    private static void noRoom() {
        if (!OwnTable.make()) {
            System.out.println(NOT_ALONE);
            return;
        }
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            print("with room", received(pair), SENT + " of " + SENT + " with CMSG_CLOEXEC"); // loads every class that it takes
            Deque<Integer> taken = new ArrayDeque<>();
            int fd;
            while ((fd = RawSocket.SYS.eventfd(0, Linux.EFD_CLOEXEC)) >= 0) {
                taken.push(fd);
            }
            for (int i = 0; i < FREE; i++) {
                RawSocket.SYS.close(taken.pop());
            }
            String received = received(pair);
            taken.forEach(RawSocket.SYS::close);
            print("room was gone at", Names.result(fd), "EMFILE");
            print("with room for " + FREE, received, FREE + " of " + SENT + " with CTRUNC+CMSG_CLOEXEC");
        }
    }

    private static String received(RawSocket.Pair pair) {
        RawSocket.require("sendmsg", RawMessages.sendRights(pair.near(), "x", descriptors(pair, SENT)));
        try (Reception got = RawMessages.receive(pair.far(), 1, ROOM, Uapi.MSG_CMSG_CLOEXEC)) {
            return got.rights().size() + " of " + SENT + " with " + got.flagNames();
        }
    }

    private static void onTheirWay() throws IOException {
        if (isAboveLimits()) {
            throw new IllegalStateException("this process is above the limit");
        }
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            long result;
            int count = 0;
            while ((result = RawMessages.sendRights(pair.near(), "x", descriptors(pair, MANY))) == 1) {
                count++;
            }
            print("sendmsg with more on their way than the limit of " + DescriptorLimitFacts.LIMIT, Names.result(result),
                    "ETOOMANYREFS");
            for (int i = 0; i < count; i++) {
                pair.far().recv(1, 0);
            }
            print("when all are received", Names.result(RawMessages.sendRights(pair.near(), "x", descriptors(pair, 1))), "1");
        }
    }

    private static int[] descriptors(RawSocket.Pair pair, int count) {
        int[] fds = new int[count];
        Arrays.fill(fds, pair.near().fd());
        return fds;
    }

    private static void print(String what, String actual, String expected) {
        System.out.println(what + "\t" + actual + "\t" + expected);
    }
}
