// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The names of sockets. */
final class AddressFacts {

    private static final int MOST_ABSTRACT_BYTES = 107;
    private static final String FIVE_HEX_DIGITS = "a NUL and 5 hex digits";

    private AddressFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.reliedOn("kernel-50", "C9, SocketFactory",
                        "bind with the family alone makes up an abstract name of 5 hexadecimal digits.",
                        AddressFacts::autobind),
                Fact.known("kernel-51", "SO_PASSCRED or SO_PASSPIDFD, set before connect or a first send, makes up such a name as well.",
                        AddressFacts::credentialsAutobind),
                Fact.known("kernel-52", "SO_PASSCRED of a listener is inherited by what it accepts.", AddressFacts::credentialsInherited),
                Fact.reliedOn("kernel-53", "C8, UnixAddresses",
                        "An abstract name may have 107 bytes after the NUL, any bytes, further NULs too, and is as long as its "
                                + "length says.",
                        AddressFacts::abstractNames),
                Fact.reliedOn("kernel-54", "C7, SockaddrUnLayout",
                        "A path may have 108 bytes, without a NUL; getsockname gives it with one, in 111 bytes.", AddressFacts::longPath),
                Fact.reliedOn("kernel-55", "C8, UnixAddresses", "The name of a socket without one has no bytes after the family.",
                        AddressFacts::unnamed),
                Fact.known("kernel-56", "Each type of socket has abstract names of its own: the same one can be bound once a type.",
                        AddressFacts::abstractNamesOfTypes));
    }

    private static String shape(byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return text.matches("\0[0-9a-f]{5}") ? FIVE_HEX_DIGITS : name.length + " bytes";
    }

    private static void autobind(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket socket = RawSocket.open(kind)) {
                seen.check(kind + " bind", socket.bind(Address.AUTOBIND), "0");
                seen.check("name", shape(socket.name()), FIVE_HEX_DIGITS);
            }
        }
    }

    private static void credentialsAutobind(Seen seen) {
        for (int option : new int[] {Uapi.SO_PASSCRED, Uapi.SO_PASSPIDFD}) {
            String name = option == Uapi.SO_PASSCRED ? "SO_PASSCRED" : "SO_PASSPIDFD";
            for (Kind kind : Kind.CONNECTING) {
                Address address = Address.fresh();
                try (RawSocket listener = RawSocket.listener(kind, address, 1); RawSocket client = RawSocket.open(kind)) {
                    if (client.set(option, 1) == -Errno.ENOPROTOOPT) {
                        seen.notHere(name);
                        return;
                    }
                    seen.check(name + ", " + kind + " before", shape(client.name()), "0 bytes");
                    RawSocket.require("connect", client.connect(Address.of(listener.name())));
                    seen.check("after connect", shape(client.name()), FIVE_HEX_DIGITS);
                }
            }
            try (RawSocket socket = RawSocket.open(Kind.DGRAM)) {
                RawSocket.require("setsockopt", socket.set(option, 1));
                seen.check("DGRAM: send to a name that is missing", RawMessages.sendTo(socket, "x", Address.fresh()), "ECONNREFUSED");
                seen.check("after it", shape(socket.name()), FIVE_HEX_DIGITS);
            }
        }
    }

    private static void credentialsInherited(Seen seen) {
        for (Kind kind : Kind.CONNECTING) {
            Address address = Address.fresh();
            try (RawSocket listener = RawSocket.listener(kind, address, 1); RawSocket client = RawSocket.open(kind)) {
                RawSocket.require("setsockopt", listener.set(Uapi.SO_PASSCRED, 1));
                RawSocket.require("connect", client.connect(address));
                try (RawSocket accepted = listener.accept()) {
                    seen.check(kind + " SO_PASSCRED of the accepted", accepted.option(Uapi.SO_PASSCRED), "1");
                }
            }
        }
    }

    private static void abstractNames(Seen seen) {
        byte[] name = Arrays.copyOf(Address.fresh().name(), SockaddrUnLayout.PATH_BYTES);
        byte[] bytes = Arrays.copyOfRange(name, 1, name.length);
        bytes[bytes.length - 1] = (byte) 0xff;
        Address longest = Address.ofAbstract(bytes);
        Address shorter = Address.ofAbstract(Arrays.copyOf(bytes, bytes.length - 2));
        Address tooLong = Address.ofAbstract(Arrays.copyOf(bytes, bytes.length + 1));
        try (RawSocket socket = RawSocket.open(Kind.STREAM);
                RawSocket other = RawSocket.open(Kind.STREAM);
                RawSocket third = RawSocket.open(Kind.STREAM)) {
            seen.check(MOST_ABSTRACT_BYTES + " bytes, NULs among them", socket.bind(longest), "0");
            seen.check("getsockname has the same", longest.isNamed(socket.name()), true);
            seen.check("the same with 2 bytes less", other.bind(shorter), "0");
            seen.check("108 bytes", third.bind(tooLong), "EINVAL");
        }
    }

    private static void abstractNamesOfTypes(Seen seen) {
        Address address = Address.fresh();
        try (RawSocket stream = RawSocket.open(Kind.STREAM);
                RawSocket datagram = RawSocket.open(Kind.DGRAM);
                RawSocket seqpacket = RawSocket.open(Kind.SEQPACKET);
                RawSocket again = RawSocket.open(Kind.SEQPACKET)) {
            seen.check("STREAM", stream.bind(address), "0");
            seen.check("DGRAM", datagram.bind(address), "0");
            seen.check("SEQPACKET", seqpacket.bind(address), "0");
            seen.check("again", again.bind(address), "EADDRINUSE");
        }
    }

    private static void longPath(Seen seen) throws Exception {
        try (TempFolder folder = new TempFolder()) {
            int folderBytes = folder.file("x").toString().length() - 1;
            Path path = folder.file("p".repeat(SockaddrUnLayout.PATH_BYTES - folderBytes));
            Address address = Address.of(path.toString().getBytes(StandardCharsets.UTF_8));
            try (RawSocket listener = RawSocket.open(Kind.STREAM); RawSocket client = RawSocket.open(Kind.STREAM)) {
                seen.check("bind to " + address.name().length + " bytes", listener.bind(address), "0");
                seen.check("the file is there", Files.exists(path), true);
                RawSocket.require("listen", listener.listen(1));
                seen.check("connect", client.connect(address), "0");
                byte[] name = listener.name();
                seen.check("getsockname", SockaddrUnLayout.PATH + name.length + " bytes, the last is " + name[name.length - 1],
                        "111 bytes, the last is 0");
            }
            try (RawSocket socket = RawSocket.open(Kind.STREAM)) {
                seen.check("109 bytes", socket.bind(Address.of(Arrays.copyOf(address.name(), 109))), "EINVAL");
            }
        }
    }

    private static void unnamed(Seen seen) {
        for (Kind kind : Kind.values()) {
            try (RawSocket.Pair pair = RawSocket.pair(kind); RawSocket socket = RawSocket.open(kind)) {
                seen.check(kind + " pair", shape(pair.near().name()), "0 bytes");
                seen.check("socket", shape(socket.name()), "0 bytes");
            }
        }
    }
}
