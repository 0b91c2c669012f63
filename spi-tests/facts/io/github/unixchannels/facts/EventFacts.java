// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.EpollEventLayout;
import java.util.List;
import java.util.Map;

/** The events of epoll. */
final class EventFacts {

    private EventFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-10", "ReadyKeys",
                        "A socket that was never connected hangs up (OUT and HUP) at once, and HUP is reported also if no event is "
                                + "asked for.",
                        EventFacts::unconnected),
                Fact.reliedOn("kernel-11", "Q3, MessageInput",
                        "When the peer has closed, epoll reports IN, OUT, RDHUP and HUP; and ERR if it had not read all.",
                        EventFacts::peerClosed),
                Fact.reliedOn("kernel-12", "Q3, MessageInput", "When the peer has shut down its output, epoll reports IN, OUT and RDHUP.",
                        EventFacts::peerShutDownOutput),
                Fact.known("kernel-13", "When the peer has shut down its input, epoll reports OUT alone, and send is EPIPE.",
                        EventFacts::peerShutDownInput),
                Fact.known("kernel-14", "A socket that was itself shut down in both directions reports IN, OUT, RDHUP and HUP.",
                        EventFacts::shutDown),
                Fact.known("kernel-15", "RDHUP is there while messages from before the peer's end are still queued, empty ones too.",
                        EventFacts::endAheadOfMessages),
                Fact.reliedOn("kernel-16", "EpollEventLayout", "`struct epoll_event` has 12 bytes on x86-64 and 16 elsewhere.",
                        EventFacts::layout),
                Fact.reliedOn("kernel-17", "ReadyKeys", "A listener reports IN when there is a connection to accept, and nothing before.",
                        EventFacts::listener));
    }

    private static void unconnected(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket socket = RawSocket.open(kind)) {
                seen.check(kind + " asked for all", RawEpoll.events(socket), "OUT+HUP");
                seen.check("for nothing", RawEpoll.events(socket, 0), "HUP");
            }
        }
        try (RawSocket socket = RawSocket.open(Kind.DGRAM)) {
            seen.note("DGRAM asked for all", RawEpoll.events(socket));
        }
    }

    private static void peerClosed(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.far().close();
                seen.check(kind + " peer closed", RawEpoll.events(pair.near()), "IN+OUT+HUP+RDHUP");
            }
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.near().send("unread");
                pair.far().close();
                seen.check("without reading", RawEpoll.events(pair.near()), "IN+OUT+ERR+HUP+RDHUP");
            }
        }
    }

    private static void peerShutDownOutput(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.far().shutdown(Linux.SHUT_WR);
                seen.check(kind.toString(), RawEpoll.events(pair.near()), "IN+OUT+RDHUP");
            }
        }
    }

    private static void peerShutDownInput(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.far().shutdown(Linux.SHUT_RD);
                seen.check(kind.toString(), RawEpoll.events(pair.near()), "OUT");
                seen.check("send", pair.near().send("x"), "EPIPE");
            }
        }
    }

    private static void shutDown(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            try (RawSocket.Pair pair = RawSocket.pair(kind)) {
                pair.near().shutdown(Linux.SHUT_RDWR);
                seen.check(kind.toString(), RawEpoll.events(pair.near()), "IN+OUT+HUP+RDHUP");
            }
        }
    }

    private static void endAheadOfMessages(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.SEQPACKET)) {
            pair.far().send("");
            pair.far().send("last");
            pair.far().close();
            seen.check("SEQPACKET, two queued", RawEpoll.events(pair.near()), "IN+OUT+HUP+RDHUP");
            seen.check("recv", pair.near().text(8, 0), "0");
            seen.check("recv", pair.near().text(8, 0), "last");
            seen.check("recv", pair.near().text(8, 0), "0");
        }
    }

    private static void layout(Seen seen) {
        try (RawSocket.Pair pair = RawSocket.pair(Kind.STREAM); RawEpoll epoll = new RawEpoll()) {
            long one = 0x0123456789abcdefL;
            long two = 0x123456789abcdef0L;
            epoll.add(pair.near().fd(), Linux.POLLOUT, one);
            epoll.add(pair.far().fd(), Linux.POLLOUT, two);
            int bytes = EpollEventLayout.NATIVE.size();
            seen.check("two events with their data, read as " + bytes + " bytes each",
                    epoll.ready().equals(Map.of(one, Linux.POLLOUT, two, Linux.POLLOUT)), true);
        }
    }

    private static void listener(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            Address address = Address.fresh();
            try (RawSocket listener = RawSocket.listener(kind, address, 1); RawSocket client = RawSocket.open(kind)) {
                seen.check(kind + " before", RawEpoll.events(listener, Linux.POLLIN), "none");
                RawSocket.require("connect", client.connect(address));
                seen.check("connected", RawEpoll.events(listener, Linux.POLLIN), "IN");
            }
        }
    }
}
