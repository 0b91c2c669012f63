// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.util.List;

/** What is different with datagrams. */
final class DatagramFacts {

    private DatagramFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.known("kernel-40",
                        "A DGRAM queue admits net.unix.max_dgram_qlen + 1 datagrams, then send is EAGAIN and a connected sender "
                                + "loses OUT until one is read.",
                        DatagramFacts::queueLength),
                Fact.known("kernel-41", "A sender that is not connected keeps OUT while every send to a full queue is EAGAIN.",
                        DatagramFacts::unconnectedSenderSpins),
                Fact.known("kernel-42", "Two that are connected with each other are limited by SO_SNDBUF and not by the queue's length.",
                        DatagramFacts::mutuallyConnected),
                Fact.known("kernel-43",
                        "A peer that closes gives no event. The first send is ECONNREFUSED and ends the connection, the second ENOTCONN.",
                        DatagramFacts::peerGone),
                Fact.known("kernel-44", "A socket that is connected elsewhere refuses datagrams and connections of others with EPERM.",
                        DatagramFacts::connectedElsewhere),
                Fact.known("kernel-45", "connect to AF_UNSPEC ends a connection.", DatagramFacts::disconnect),
                Fact.known("kernel-46", "An empty datagram arrives, with its sender's name.", DatagramFacts::emptyDatagram),
                Fact.known("kernel-47", "A sender without a name arrives as a name of no bytes.", DatagramFacts::unnamedSender));
    }

    private static RawSocket bound(Address address) {
        RawSocket socket = RawSocket.open(Kind.DGRAM);
        RawSocket.require("bind", socket.bind(address));
        return socket;
    }

    private static RawSocket connected(Address address) {
        RawSocket socket = RawSocket.open(Kind.DGRAM);
        RawSocket.require("connect", socket.connect(address));
        return socket;
    }

    private static int queueLengthSetting() throws IOException {
        return Proc.number("/proc/sys/net/unix/max_dgram_qlen");
    }

    private static void queueLength(Seen seen) throws IOException {
        Address address = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = connected(address)) {
            int count = 0;
            while (sender.send("x") == 1) {
                count++;
            }
            seen.check("admitted", count, queueLengthSetting() + 1);
            seen.check("then", sender.send("x"), "EAGAIN");
            seen.check("events", RawEpoll.events(sender), "none");
            receiver.recv(1, 0);
            seen.check("one read", RawEpoll.events(sender), "OUT");
        }
    }

    private static void unconnectedSenderSpins(Seen seen) {
        Address address = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = RawSocket.open(Kind.DGRAM)) {
            long result;
            do {
                result = RawMessages.sendTo(sender, "x", address);
            } while (result == 1);
            seen.check("sendto", result, "EAGAIN");
            seen.check("events of the sender", RawEpoll.events(sender), "OUT");
            seen.check("of the receiver", RawEpoll.events(receiver, Linux.POLLIN), "IN");
        }
    }

    private static void mutuallyConnected(Seen seen) throws IOException {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.DGRAM)) {
            int count = 0;
            while (pair.near().send("x") == 1) {
                count++;
            }
            seen.note("admitted", count);
            seen.check("more than the queue's length", count > queueLengthSetting() + 1, true);
        }
    }

    private static void peerGone(Seen seen) {
        Address address = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = connected(address)) {
            receiver.release();
            seen.check("events", RawEpoll.events(sender), "OUT");
            seen.check("send", sender.send("x"), "ECONNREFUSED");
            seen.check("again", sender.send("x"), "ENOTCONN");
        }
    }

    private static void connectedElsewhere(Seen seen) {
        Address first = Address.fresh();
        Address second = Address.fresh();
        try (RawSocket receiver = bound(first); RawSocket friend = bound(second); RawSocket stranger = RawSocket.open(Kind.DGRAM)) {
            RawSocket.require("connect", receiver.connect(second));
            seen.check("sendto of a stranger", RawMessages.sendTo(stranger, "x", first), "EPERM");
            seen.check("connect of a stranger", stranger.connect(first), "EPERM");
            seen.check("sendto of its peer", RawMessages.sendTo(friend, "x", first), "1");
        }
    }

    private static void disconnect(Seen seen) {
        Address address = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = connected(address)) {
            seen.check("connect to AF_UNSPEC", sender.connect(Address.UNSPECIFIED), "0");
            seen.check("send", sender.send("x"), "ENOTCONN");
            seen.check("received", receiver.recv(1, 0), "EAGAIN");
        }
    }

    private static void emptyDatagram(Seen seen) {
        Address address = Address.fresh();
        Address own = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = bound(own)) {
            seen.check("sendto", RawMessages.sendTo(sender, "", address), "0");
            try (Reception got = RawMessages.receive(receiver, 1, 0, 0)) {
                seen.check("recvmsg", got.result() + (own.isNamed(got.name()) ? " with the name" : " without the name"), "0 with the name");
            }
            seen.check("then", receiver.recv(1, 0), "EAGAIN");
        }
    }

    private static void unnamedSender(Seen seen) {
        Address address = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = RawSocket.open(Kind.DGRAM)) {
            seen.check("sendto", RawMessages.sendTo(sender, "x", address), "1");
            try (Reception got = RawMessages.receive(receiver, 1, 0, 0)) {
                seen.check("msg_namelen", got.nameBytes(), 0);
            }
        }
    }
}
