// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import java.io.IOException;
import java.util.List;

/** What is different with datagrams. */
final class DatagramFacts {

    private DatagramFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-40", "D55",
                        "A DGRAM queue admits net.unix.max_dgram_qlen + 1 datagrams, then send is EAGAIN and a connected sender "
                                + "loses OUT until one is read.",
                        DatagramFacts::queueLength),
                Fact.reliedOn("kernel-41", "ADR 7, DatagramReadiness", "A sender that is not connected keeps OUT while every send to a full queue is EAGAIN.",
                        DatagramFacts::unconnectedSenderSpins),
                Fact.known("kernel-42", "Two that are connected with each other are limited by SO_SNDBUF and not by the queue's length.",
                        DatagramFacts::mutuallyConnected),
                Fact.reliedOn("kernel-43", "D58",
                        "A peer that closes gives no event. The first send is ECONNREFUSED and ends the connection, the second ENOTCONN.",
                        DatagramFacts::peerGone),
                Fact.reliedOn("kernel-44", "D11, D60", "A socket that is connected elsewhere refuses datagrams and connections of others with EPERM.",
                        DatagramFacts::connectedElsewhere),
                Fact.reliedOn("kernel-45", "Association", "connect to AF_UNSPEC ends a connection.", DatagramFacts::disconnect),
                Fact.reliedOn("kernel-46", "D28", "An empty datagram arrives, with its sender's name.", DatagramFacts::emptyDatagram),
                Fact.reliedOn("kernel-47", "D61", "A sender without a name arrives as a name of no bytes.", DatagramFacts::unnamedSender),
                Fact.known("kernel-93",
                        "A send that finds the peer gone drops what had been received and not read; to connect elsewhere does too.",
                        DatagramFacts::droppedUnread),
                Fact.reliedOn("kernel-94", "D13, Association", "A first connect leaves in the queue what anybody had sent.",
                        DatagramFacts::connectKeepsQueue),
                Fact.known("kernel-95",
                        "When the peer disconnects and drops what a socket connected to it had sent, that one has ERR, the next call is "
                                + "ECONNRESET, once, and what the peer had sent follows.",
                        DatagramFacts::peerDisconnected),
                Fact.reliedOn("kernel-96", "NativeDatagramChannel", "A receiver that was shut down refuses with EPIPE, and stays the peer.",
                        DatagramFacts::receiverShutDown),
                Fact.reliedOn("kernel-97", "ADR 7, Association", "shutdown ends a poll that waits for room in the peer's queue.",
                        DatagramFacts::shutdownEndsPollForRoom));
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

    private static void droppedUnread(Seen seen) {
        Address address = Address.fresh();
        Address own = Address.fresh();
        try (RawSocket peer = bound(address); RawSocket socket = bound(own)) {
            RawSocket.require("connect", socket.connect(address));
            RawMessages.sendTo(peer, "x", own);
            peer.release();
            seen.check("send", socket.send("y"), "ECONNREFUSED");
            seen.check("recv", socket.recv(1, 0), "EAGAIN");
        }
        try (RawSocket peer = bound(address); RawSocket other = bound(Address.fresh()); RawSocket socket = bound(own)) {
            RawSocket.require("connect", socket.connect(address));
            RawMessages.sendTo(peer, "x", own);
            RawSocket.require("connect", socket.connect(Address.UNSPECIFIED));
            seen.check("after connect to AF_UNSPEC", socket.recv(1, 0), "EAGAIN");
            other.release();
        }
    }

    private static void connectKeepsQueue(Seen seen) {
        Address address = Address.fresh();
        Address own = Address.fresh();
        try (RawSocket peer = bound(address); RawSocket stranger = RawSocket.open(Kind.DGRAM); RawSocket socket = bound(own)) {
            RawMessages.sendTo(stranger, "a", own);
            RawMessages.sendTo(peer, "b", own);
            RawSocket.require("connect", socket.connect(address));
            seen.check("a stranger's", socket.text(1, 0), "a");
            seen.check("the peer's", socket.text(1, 0), "b");
            seen.check("sendto of a stranger", RawMessages.sendTo(stranger, "c", own), "EPERM");
        }
    }

    private static void peerDisconnected(Seen seen) {
        Address address = Address.fresh();
        Address own = Address.fresh();
        try (RawSocket peer = bound(address); RawSocket socket = bound(own)) {
            RawSocket.require("connect", socket.connect(address));
            RawSocket.require("connect", peer.connect(own));
            peer.send("x");
            socket.send("dropped");
            RawSocket.require("connect", peer.connect(Address.UNSPECIFIED));
            seen.check("events", RawEpoll.events(socket), "IN+OUT+ERR");
            seen.check("recv", socket.recv(1, 0), "ECONNRESET");
            seen.check("again", socket.text(1, 0), "x");
            seen.check("send", socket.send("y"), "1");
        }
    }

    private static void receiverShutDown(Seen seen) {
        Address address = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = connected(address)) {
            receiver.shutdown(Linux.SHUT_RDWR);
            seen.check("send", sender.send("x"), "EPIPE");
            seen.check("again", sender.send("x"), "EPIPE");
        }
    }

    private static void shutdownEndsPollForRoom(Seen seen) throws Exception {
        Address address = Address.fresh();
        try (RawSocket receiver = bound(address); RawSocket sender = connected(address)) {
            while (sender.send("x") == 1) {
                continue;
            }
            NativeMemory pollfd = sender.pollfd(Linux.POLLOUT);
            InCall poll = InCall.start(pollfd.address(), () -> RawSocket.SYS.poll(pollfd.address(), 1, -1));
            sender.shutdown(Linux.SHUT_RDWR);
            seen.check("poll", poll.result(), "1");
            seen.check("of the receiver", RawEpoll.events(receiver, Linux.POLLIN), "IN");
        }
    }
}
