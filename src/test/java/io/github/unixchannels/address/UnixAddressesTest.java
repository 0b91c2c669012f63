// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@code sockaddr_un} as {@link UnixAddresses} writes and reads it, at an offset and over what was there before. */
class UnixAddressesTest {

    private static final int OFFSET = 16;

    private final ByteBuffer memory = filled(256, (byte) 0x55);

    @Test
    void aPathIsFollowedByANulThatCounts() throws SocketException {
        assertEquals(2 + 4 + 1, encode(UnixDomainSocketAddress.of("/run")));
        assertMemory("/run\0");
    }

    @Test
    void aPathOf108BytesHasNoNul() throws SocketException {
        String path = "/" + "p".repeat(106);
        assertEquals(110, encode(UnixDomainSocketAddress.of(path)));
        assertMemory(path + "\0");
        memory.put(0, filled(256, (byte) 0x55), 0, 256);
        assertEquals(110, encode(UnixDomainSocketAddress.of(path + "q")));
        assertMemory(path + "q");
    }

    @Test
    void aPathOf109BytesIsRefused() {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of("p".repeat(109));
        SocketException thrown = assertThrows(SocketException.class, () -> encode(address));
        assertEquals("Unix domain path too long: 109 bytes, of which the kernel takes 108: " + address, thrown.getMessage());
    }

    @Test
    void anAbstractNameBeginsWithANulAndEndsWhereTheLengthSays() throws SocketException {
        assertEquals(2 + 1 + 3, encode(AbstractSocketAddress.of("app")));
        assertMemory("\0app");
    }

    @Test
    void anAbstractNameWithoutBytesIsTheNulAlone() throws SocketException {
        assertEquals(2 + 1, encode(AbstractSocketAddress.of("")));
        assertMemory("\0");
    }

    @Test
    void autobindIsTheFamilyAlone() throws SocketException {
        assertEquals(UnixAddresses.AUTOBIND_LENGTH, encode(AbstractSocketAddress.AUTOBIND));
        assertEquals(2, UnixAddresses.AUTOBIND_LENGTH);
        assertMemory("");
    }

    @Test
    void whatIsNotLongerThanTheFamilyIsUnnamed() {
        for (int length : new int[] {0, 1, 2}) {
            assertEquals(UnixDomainSocketAddress.of(""), decode("/stale", length));
        }
    }

    @Test
    void aPathEndsAtANulOrWhereTheLengthSays() {
        assertEquals(UnixDomainSocketAddress.of("/run"), decode("/run\0", 2 + 5));
        assertEquals(UnixDomainSocketAddress.of("/run"), decode("/run\0\0stale", 2 + 12));
        assertEquals(UnixDomainSocketAddress.of("/ru"), decode("/run", 2 + 3));
    }

    @Test
    void aPathOf108BytesIsReadWithTheNulBeyondSunPath() {
        String path = "/" + "p".repeat(107);
        assertEquals(UnixDomainSocketAddress.of(path), decode(path + "\0", 2 + 109));
        assertTrue(UnixAddresses.RECEIVE_LENGTH >= 2 + 109, "room for it");
        assertEquals(UnixDomainSocketAddress.of(path), decode(path + "\0\0", 500), "a length beyond the room");
    }

    @Test
    void anAbstractNameIsReadToTheByte() {
        assertEquals(AbstractSocketAddress.of(""), decode("\0stale", 2 + 1));
        assertEquals(AbstractSocketAddress.of("a\0b\0"), decode("\0a\0b\0stale", 2 + 5));
        String longest = "n".repeat(107);
        assertEquals(AbstractSocketAddress.of(longest), decode("\0" + longest, 2 + 108));
    }

    @Test
    void connectTakesPathsAndAbstractNamesButNotAutobind() {
        SocketAddress path = UnixDomainSocketAddress.of("/run");
        SocketAddress name = AbstractSocketAddress.of("app");
        assertSame(path, UnixAddresses.requireTarget(path));
        assertSame(name, UnixAddresses.requireTarget(name));
        assertThrows(NullPointerException.class, () -> UnixAddresses.requireTarget(null));
        assertThrows(
                UnsupportedAddressTypeException.class, () -> UnixAddresses.requireTarget(AbstractSocketAddress.AUTOBIND));
        assertThrows(UnsupportedAddressTypeException.class, () -> UnixAddresses.requireTarget(new InetSocketAddress(0)));
    }

    @Test
    void bindTakesAutobindToo() {
        SocketAddress path = UnixDomainSocketAddress.of("/run");
        assertSame(path, UnixAddresses.requireUnix(path));
        assertSame(AbstractSocketAddress.AUTOBIND, UnixAddresses.requireUnix(AbstractSocketAddress.AUTOBIND));
        assertThrows(UnsupportedAddressTypeException.class, () -> UnixAddresses.requireUnix(new InetSocketAddress(0)));
        assertThrows(UnsupportedAddressTypeException.class, () -> UnixAddresses.requireUnix(null));
    }

    @Test
    void messagesNameAnAddressByItsTextOrAsUnnamed() {
        assertEquals("/run", UnixAddresses.describe(UnixDomainSocketAddress.of("/run")));
        assertEquals("@app", UnixAddresses.describe(AbstractSocketAddress.of("app")));
        assertEquals("@", UnixAddresses.describe(AbstractSocketAddress.of("")));
        assertEquals("unnamed", UnixAddresses.describe(UnixDomainSocketAddress.of("")));
        assertEquals("unnamed", UnixAddresses.describe(null));
    }

    @Test
    void onlyTheEmptyPathIsUnnamed() {
        assertTrue(UnixAddresses.isUnnamed(UnixDomainSocketAddress.of("")));
        assertTrue(UnixAddresses.isUnnamed(UnixAddresses.UNNAMED));
        assertFalse(UnixAddresses.isUnnamed(UnixDomainSocketAddress.of("/")));
        assertFalse(UnixAddresses.isUnnamed(AbstractSocketAddress.of("")));
        assertFalse(UnixAddresses.isUnnamed(AbstractSocketAddress.AUTOBIND));
        assertFalse(UnixAddresses.isUnnamed(null));
    }

    private int encode(SocketAddress address) throws SocketException {
        return UnixAddresses.encode(address, memory, OFFSET);
    }

    /** Checks the family, sun_path, and that nothing was written before and after. */
    private void assertMemory(String path) {
        byte[] expected = filled(256, (byte) 0x55).order(ByteOrder.nativeOrder()).putShort(OFFSET, (short) Linux.AF_UNIX).array();
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, expected, OFFSET + SockaddrUnLayout.PATH, bytes.length);
        assertEquals(ByteBuffer.wrap(expected), memory.duplicate().clear());
    }

    private SocketAddress decode(String path, int lengthBytes) {
        memory.putShort(OFFSET, (short) Linux.AF_UNIX);
        memory.put(OFFSET + SockaddrUnLayout.PATH, path.getBytes(StandardCharsets.ISO_8859_1));
        return UnixAddresses.decode(memory, OFFSET, lengthBytes);
    }

    private static ByteBuffer filled(int capacity, byte value) {
        ByteBuffer buffer = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
        for (int i = 0; i < capacity; i++) {
            buffer.put(i, value);
        }
        return buffer;
    }
}
