// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Linux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Connecting, and what may be in the way. */
final class ConnectFacts {

    private static final String CONNECT = "connect";

    private ConnectFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-01", "C5, Connection",
                        "A non-blocking connect to a full backlog is EAGAIN. Nothing is pending: epoll reports OUT and HUP at once, "
                                + "SO_ERROR is 0, and a later connect on the same socket succeeds.",
                        ConnectFacts::fullBacklog),
                Fact.known("kernel-02", "`listen(n)` admits n + 1 connections before anybody accepts.", ConnectFacts::backlogAdmitsOneMore),
                Fact.reliedOn("kernel-03", "ErrnoExceptions",
                        "Connecting to a path of a socket of another type is EPROTOTYPE, to a path nobody listens on any more "
                                + "ECONNREFUSED, to a missing path ENOENT, to an abstract name that is missing or of another type "
                                + "ECONNREFUSED.",
                        ConnectFacts::errors),
                Fact.reliedOn("kernel-04", "ErrnoExceptions",
                        "A path that exists cannot be bound again (EADDRINUSE), not with SO_REUSEADDR either, until it is unlinked. "
                                + "An abstract name is free as soon as its socket is closed.",
                        ConnectFacts::bindAgain),
                Fact.reliedOn("kernel-05", "C4",
                        "Who connects to a listener that was shut down gets ECONNREFUSED, though its descriptor is still open.",
                        ConnectFacts::listenerShutDown),
                Fact.known("kernel-06", "A connection that nobody accepted can be written to; it is reset when the listener closes.",
                        ConnectFacts::listenerCloses));
    }

    private static void fullBacklog(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            Address address = Address.fresh();
            try (RawSocket listener = RawSocket.listener(kind, address, 0);
                    RawSocket first = RawSocket.open(kind);
                    RawSocket second = RawSocket.open(kind)) {
                RawSocket.require(CONNECT, first.connect(address));
                seen.check(kind + " connect", second.connect(address), "EAGAIN");
                seen.check("epoll", RawEpoll.events(second), "OUT+HUP");
                seen.check("SO_ERROR", second.option(Uapi.SO_ERROR), "0");
                listener.accept().close();
                seen.check("connect after an accept", second.connect(address), "0");
            }
        }
    }

    private static void backlogAdmitsOneMore(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            for (int backlog : new int[] {0, 3}) {
                seen.check(kind + " listen(" + backlog + ")", admitted(kind, backlog), backlog + 1);
            }
        }
    }

    private static int admitted(Kind kind, int backlog) {
        Address address = Address.fresh();
        List<RawSocket> clients = new ArrayList<>();
        try (RawSocket listener = RawSocket.listener(kind, address, backlog)) {
            do {
                clients.add(RawSocket.open(kind));
            } while (clients.get(clients.size() - 1).connect(address) == 0);
            return listener.option(Uapi.SO_ACCEPTCONN) == 1 ? clients.size() - 1 : -1;
        } finally {
            clients.forEach(RawSocket::close);
        }
    }

    private static void errors(Seen seen) throws Exception {
        Address address = Address.fresh();
        try (TempFolder folder = new TempFolder();
                RawSocket onName = RawSocket.listener(Kind.STREAM, address, 1);
                RawSocket onPath = RawSocket.listener(Kind.STREAM, Address.of(folder.file("stream")), 1);
                RawSocket client = RawSocket.open(Kind.SEQPACKET)) {
            seen.check("path of another type", client.connect(Address.of(onPath.name())), "EPROTOTYPE");
            seen.check("abstract name of another type", client.connect(Address.of(onName.name())), "ECONNREFUSED");
            Address stale = Address.of(folder.file("stale"));
            RawSocket.listener(Kind.SEQPACKET, stale, 1).close();
            seen.check("stale path", client.connect(stale), "ECONNREFUSED");
            seen.check("missing path", client.connect(Address.of(folder.file("missing"))), "ENOENT");
            seen.check("missing abstract name", client.connect(Address.fresh()), "ECONNREFUSED");
        }
    }

    private static void bindAgain(Seen seen) throws Exception {
        try (TempFolder folder = new TempFolder(); RawSocket again = RawSocket.open(Kind.STREAM)) {
            Path path = folder.file("socket");
            RawSocket.listener(Kind.STREAM, Address.of(path), 1).close();
            seen.check("stale path", again.bind(Address.of(path)), "EADDRINUSE");
            again.set(Uapi.SO_REUSEADDR, 1);
            seen.check("with SO_REUSEADDR", again.bind(Address.of(path)), "EADDRINUSE");
            Files.delete(path);
            seen.check("unlinked", again.bind(Address.of(path)), "0");
        }
        Address name = Address.fresh();
        try (RawSocket again = RawSocket.open(Kind.STREAM); RawSocket listener = RawSocket.listener(Kind.STREAM, name, 1)) {
            seen.check("abstract name", again.bind(name), "EADDRINUSE");
            listener.release();
            seen.check("closed", again.bind(name), "0");
        }
    }

    private static void listenerShutDown(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            Address address = Address.fresh();
            try (RawSocket listener = RawSocket.listener(kind, address, 1); RawSocket client = RawSocket.open(kind)) {
                RawSocket.require("shutdown", listener.shutdown(Linux.SHUT_RDWR));
                seen.check(kind + " connect", client.connect(address), "ECONNREFUSED");
            }
        }
    }

    private static void listenerCloses(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            Address address = Address.fresh();
            try (RawSocket listener = RawSocket.listener(kind, address, 1); RawSocket client = RawSocket.open(kind)) {
                RawSocket.require(CONNECT, client.connect(address));
                seen.check(kind + " send", client.send("x"), "1");
                listener.release();
                seen.check("recv after the listener's close", client.recv(1, 0), "ECONNRESET");
                seen.check("send", client.send("x"), "EPIPE");
            }
        }
    }
}
