// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;

/**
 * The addresses that a socket met last, as objects and as bytes, so that to meet one again costs neither garbage nor decoding. It holds
 * {@value #ENTRIES} at most, however many peers there are; which one a new address displaces depends on their bytes. One table is for one
 * of the two ways, to decode or to encode: the kernel's bytes of a path are not those that it takes. Not thread safe.
 */
public final class AddressCache {

    private static final int WAYS = 4;
    private static final int ENTRIES = 64;

    /** Made when first used: many sockets never meet a name. */
    private EncodedAddress[] entries;

    private int turn;

    /** Who was met last: most sockets meet one many times in a row. */
    private EncodedAddress last;

    private final SocketFamily family;

    /** Creates an empty table of addresses of a family. */
    public AddressCache(SocketFamily family) {
        this.family = family;
    }

    /** As {@link SocketFamily#decode}: always the same object for the same bytes, while they are remembered. */
    public SocketAddress decode(ByteBuffer from, int offset, int lengthBytes) {
        if (lengthBytes <= SockaddrUnLayout.PATH) {
            return UnixAddresses.UNNAMED;
        }
        int length = Math.min(lengthBytes, SockaddrUnLayout.RECEIVE_BYTES);
        if (last == null || !last.matches(from, offset, length)) {
            last = decoded(from, offset, length);
        }
        return last.address();
    }

    private EncodedAddress decoded(ByteBuffer from, int offset, int length) {
        int set = setOf(EncodedAddress.hash(from, offset, length));
        for (int i = set; i < set + WAYS; i++) {
            EncodedAddress entry = entries[i];
            if (entry != null && entry.matches(from, offset, length)) {
                return entry;
            }
        }
        return remember(set, new EncodedAddress(family.decode(from, offset, length), from, offset, length));
    }

    /** As {@link SocketFamily#encode}. */
    public int encode(SocketAddress address, ByteBuffer to, int offset) throws SocketException {
        if (last == null || last.address() != address) {
            last = encoded(address, to, offset);
        }
        last.write(to, offset);
        return last.lengthBytes();
    }

    private EncodedAddress encoded(SocketAddress address, ByteBuffer to, int offset) throws SocketException {
        int set = setOf(address.hashCode());
        for (int i = set; i < set + WAYS; i++) {
            EncodedAddress entry = entries[i];
            if (entry != null && isSame(entry.address(), address)) {
                return entry;
            }
        }
        return remember(set, new EncodedAddress(address, to, offset, family.encode(address, to, offset)));
    }

    /** Whether both have the same bytes: two of IPv6 are equal, too, if only their scopes differ. */
    private static boolean isSame(SocketAddress one, SocketAddress other) {
        return one.equals(other) && scopeOf(one) == scopeOf(other);
    }

    private static int scopeOf(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address six ? six.getScopeId() : 0;
    }

    private int setOf(int hash) {
        if (entries == null) {
            entries = new EncodedAddress[ENTRIES];
        }
        return (hash ^ hash >>> 16) * WAYS & ENTRIES - 1;
    }

    private EncodedAddress remember(int set, EncodedAddress entry) {
        entries[set + (turn++ & WAYS - 1)] = entry;
        return entry;
    }
}
