// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import static org.awaitility.Awaitility.await;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.layout.PollfdLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What ends a wait. */
final class WaitFacts {

    private static final Syscalls SYS = RawSocket.SYS;
    private static final int ONE_MIB = 1 << 20;

    private WaitFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-60", "ADR 3, SocketDescriptor",
                        "shutdown ends a recv that waits, on a DGRAM without peer too: it returns 0.",
                        WaitFacts::shutdownEndsRecv),
                Fact.reliedOn("kernel-61", "ADR 3, SocketDescriptor",
                        "shutdown ends a send that waits: EPIPE, or on STREAM the count of what had been taken.",
                        WaitFacts::shutdownEndsSend),
                Fact.reliedOn("kernel-62", "ADR 3, SocketDescriptor", "shutdown ends a poll that waits, on a connection and on a listener.",
                        WaitFacts::shutdownEndsPoll),
                Fact.known("kernel-63", "shutdown ends an accept that waits: EINVAL.", WaitFacts::shutdownEndsAccept),
                Fact.reliedOn("kernel-64", "ADR 3, Descriptor",
                        "close ends no recv that waits: it goes on, on a descriptor that is nobody's, and takes what the peer sends.",
                        WaitFacts::closeEndsNothing),
                Fact.reliedOn("kernel-65", "ADR 3",
                        "shutdown acts on what all duplicates of a descriptor share.", WaitFacts::shutdownIsShared),
                Fact.reliedOn("kernel-66", "Epoll",
                        "An epoll descriptor can be waited for in another epoll, level-triggered: there is IN as long as it has an event.",
                        WaitFacts::epollNests),
                Fact.reliedOn("kernel-67", "Epoll", "An event inside ends a wait on the outer epoll.", WaitFacts::nestedWakeUp));
    }

    private static void shutdownEndsRecv(Seen seen) throws Exception {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                seen.check(kind.toString(), recvUntilShutdown(pair.near()), "0");
            }
        }
        try (RawSocket socket = RawSocket.open(Kind.DGRAM).waiting()) {
            seen.check("DGRAM without peer", recvUntilShutdown(socket), "0");
        }
    }

    private static long recvUntilShutdown(RawSocket socket) throws Exception {
        InCall recv = startRecv(socket);
        socket.shutdown(Linux.SHUT_RD);
        return recv.result();
    }

    private static InCall startRecv(RawSocket socket) throws Exception {
        NativeMemory payload = NativeMemory.allocate(SYS, 1);
        return InCall.start(socket.fd(), () -> SYS.recv(socket.fd(), payload.address(), payload.capacity(), 0));
    }

    private static void shutdownEndsSend(Seen seen) throws Exception {
        seen.check("SEQPACKET", sendUntilShutdown(Kind.SEQPACKET), "EPIPE");
        long taken = sendUntilShutdown(Kind.STREAM);
        seen.check("STREAM", taken > 0 && taken < ONE_MIB ? "a part" : Names.result(taken), "a part");
    }

    private static long sendUntilShutdown(Kind kind) throws Exception {
        try (RawSocket.Pair pair = RawSocket.pair(kind)) {
            int bytes = kind == Kind.STREAM ? ONE_MIB : 1;
            NativeMemory payload = NativeMemory.allocate(SYS, bytes);
            if (kind == Kind.SEQPACKET) {
                long n;
                do {
                    n = pair.near().send(payload, bytes, 0);
                } while (n == bytes);
            }
            InCall send = InCall.start(pair.near().fd(),
                    () -> SYS.send(pair.near().fd(), payload.address(), bytes, Linux.MSG_NOSIGNAL));
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> pair.near().poll(Linux.POLLOUT).equals("none"));
            pair.near().shutdown(Linux.SHUT_WR);
            return send.result();
        }
    }

    private static void shutdownEndsPoll(Seen seen) throws Exception {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind); RawSocket listener = RawSocket.listener(kind, Address.fresh(), 1)) {
                seen.check(kind + " connection", pollUntilShutdown(pair.near()), "IN+HUP");
                seen.check("listener", pollUntilShutdown(listener), "IN+HUP");
            }
        }
    }

    private static String pollUntilShutdown(RawSocket socket) throws Exception {
        NativeMemory pollfd = socket.pollfd(Linux.POLLIN);
        InCall poll = InCall.start(pollfd.address(), () -> SYS.poll(pollfd.address(), 1, -1));
        socket.shutdown(Linux.SHUT_RDWR);
        RawSocket.require("poll", poll.result());
        return Names.events(pollfd.buffer().getShort(PollfdLayout.REVENTS) & 0xffff);
    }

    private static void shutdownEndsAccept(Seen seen) throws Exception {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket listener = RawSocket.listener(kind, Address.fresh(), 1).waiting()) {
                InCall accept = InCall.start(listener.fd(), () -> SYS.accept4(listener.fd(), 0, 0, Linux.SOCK_CLOEXEC));
                listener.shutdown(Linux.SHUT_RDWR);
                seen.check(kind.toString(), accept.result(), "EINVAL");
            }
        }
    }

    private static void closeEndsNothing(Seen seen) throws Exception {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                InCall recv = startRecv(pair.near());
                pair.near().close();
                seen.check(kind + " after close", recv.isWaiting() ? "waits" : "does not wait", "waits");
                seen.check("send of the peer", pair.far().send("x"), "1");
                seen.check("recv", recv.result(), "1");
            }
        }
    }

    private static void shutdownIsShared(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM); RawSocket.Pair courier = RawSocket.pair(Kind.SEQPACKET)) {
            RawMessages.sendRights(courier.near(), "x", new int[] {pair.near().fd()});
            try (Reception got = RawMessages.receive(courier.far(), 1, Control.space(Integer.BYTES), 0)) {
                RawSocket.require("shutdown", SYS.shutdown(got.rights().get(0), Linux.SHUT_RDWR));
                seen.check("send on the original", pair.near().send("x"), "EPIPE");
                seen.check("recv", pair.near().recv(1, 0), "0");
            }
        }
    }

    private static void epollNests(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM); RawEpoll inner = new RawEpoll(); RawEpoll outer = new RawEpoll()) {
            inner.add(pair.near().fd(), Linux.POLLIN, 1);
            outer.add(inner.fd(), Linux.POLLIN, 2);
            seen.check("before", outer.ready(), Map.of());
            pair.far().send("x");
            Map<Long, Integer> event = Map.of(2L, Linux.POLLIN);
            seen.check("an event inside", outer.ready().equals(event), true);
            inner.ready();
            seen.check("still there", outer.ready().equals(event), true);
            pair.near().recv(1, 0);
            seen.check("after", outer.ready(), Map.of());
        }
    }

    private static void nestedWakeUp(Seen seen) throws Exception {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM); RawEpoll inner = new RawEpoll(); RawEpoll outer = new RawEpoll()) {
            inner.add(pair.near().fd(), Linux.POLLIN, 1);
            outer.add(inner.fd(), Linux.POLLIN, 2);
            InCall wait = InCall.start(outer.fd(), outer::await);
            pair.far().send("x");
            seen.check("epoll_wait", wait.result(), "1");
        }
    }
}
