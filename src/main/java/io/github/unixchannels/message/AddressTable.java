// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.SockaddrUnLayout;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;

/**
 * The addresses that a socket met last, as objects and as bytes, so that to meet one again costs neither garbage nor decoding. It holds
 * {@value #ENTRIES} at most, however many peers there are; which one a new address displaces depends on their bytes. One table is for one
 * of the two ways, to decode or to encode: the kernel's bytes of a path are not those that it takes. Not thread safe.
 */
public final class AddressTable {

    private static final int WAYS = 4;
    private static final int ENTRIES = 64;

    /** Made when first used: many sockets never meet a name. */
    private EncodedAddress[] entries;

    private int turn;

    /** Creates an empty table. */
    public AddressTable() {}

    /** As {@link UnixAddresses#decode}: always the same object for the same bytes, while they are remembered. */
    public SocketAddress decode(ByteBuffer from, int offset, int lengthBytes) {
        if (lengthBytes <= SockaddrUnLayout.PATH) {
            return UnixAddresses.UNNAMED;
        }
        int length = Math.min(lengthBytes, SockaddrUnLayout.RECEIVE_BYTES);
        EncodedAddress.pad(from, offset, length);
        int set = setOf(EncodedAddress.hash(from, offset, length));
        for (int i = set; i < set + WAYS; i++) {
            EncodedAddress entry = entries[i];
            if (entry != null && entry.matches(from, offset, length)) {
                return entry.address();
            }
        }
        SocketAddress address = UnixAddresses.decode(from, offset, length);
        remember(set, new EncodedAddress(address, from, offset, length));
        return address;
    }

    /** As {@link UnixAddresses#encode}. */
    public int encode(SocketAddress address, ByteBuffer to, int offset) throws SocketException {
        int set = setOf(address.hashCode());
        for (int i = set; i < set + WAYS; i++) {
            EncodedAddress entry = entries[i];
            if (entry != null && entry.address().equals(address)) {
                entry.write(to, offset);
                return entry.lengthBytes();
            }
        }
        int length = UnixAddresses.encode(address, to, offset);
        EncodedAddress.pad(to, offset, length);
        remember(set, new EncodedAddress(address, to, offset, length));
        return length;
    }

    private int setOf(int hash) {
        if (entries == null) {
            entries = new EncodedAddress[ENTRIES];
        }
        return (hash ^ hash >>> 16) * WAYS & ENTRIES - 1;
    }

    private void remember(int set, EncodedAddress entry) {
        entries[set + (turn++ & WAYS - 1)] = entry;
    }
}
