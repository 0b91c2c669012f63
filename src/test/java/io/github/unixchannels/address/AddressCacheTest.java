// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.SockaddrIn6Layout;
import io.github.unixchannels.sys.layout.SockaddrUnLayout;
import java.lang.ref.WeakReference;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a table of addresses remembers is what {@link UnixAddresses} would say, over whatever was in the memory before. */
class AddressCacheTest {

    private static final int OFFSET = 16;
    private static final int MOST_REMEMBERED = 64;
    private static final int LONGEST_NAME_BYTES = SockaddrUnLayout.PATH_BYTES - 1;

    // One table is for one way, as a socket has one for those it hears from and one for those it sends to.
    private final AddressCache senders = new AddressCache(SocketFamily.UNIX);
    private final AddressCache targets = new AddressCache(SocketFamily.UNIX);
    private final ByteBuffer memory = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());
    private final Random random = new Random(1);

    @Test
    void theSameBytesAreTheSameObject() {
        for (String path : List.of("/run/app\0", "\0app", "\0", "\0\0\0", "p".repeat(108) + "\0")) {
            SocketAddress first = decode(path);
            for (int i = 0; i < 3; i++) {
                assertSame(first, decode(path));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatIsNotLongerThanTheFamilyIsUnnamed(int lengthBytes) {
        put("/stale");
        assertSame(UnixAddresses.UNNAMED, senders.decode(memory, OFFSET, lengthBytes));
    }

    @Test
    void namesThatDifferOnlyByNulsAtTheEndAreDifferent() throws SocketException {
        for (int round = 0; round < 2; round++) {
            for (int nuls = 0; nuls <= LONGEST_NAME_BYTES - 1; nuls++) {
                AbstractSocketAddress name = AbstractSocketAddress.of("a" + "\0".repeat(nuls));
                assertEquals(name, decode("\0a" + "\0".repeat(nuls)));
                assertEncodes(name);
            }
        }
    }

    @Test
    void addressesThatDifferOnlyByTheirScopeAreDifferent() throws Exception {
        AddressCache cache = new AddressCache(SocketFamily.INET6);
        byte[] linkLocal = new byte[SockaddrIn6Layout.ADDRESS_BYTES];
        linkLocal[0] = (byte) 0xfe;
        linkLocal[1] = (byte) 0x80;
        for (int round = 0; round < 2; round++) {
            for (int scope = 1; scope <= 3; scope++) {
                SocketAddress address = new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, scope), 9);
                assertEquals(SockaddrIn6Layout.BYTES, cache.encode(address, memory, OFFSET));
                assertEquals(scope, memory.getInt(OFFSET + SockaddrIn6Layout.SCOPE_ID));
            }
        }
    }

    @Test
    void aNameThatIsThereIsNotTakenForOneThatItBeginsWith() {
        String longest = "\0" + "n".repeat(LONGEST_NAME_BYTES);
        for (int round = 0; round < 2; round++) {
            for (int length = longest.length(); length > 0; length--) {
                assertEquals(AbstractSocketAddress.of(longest.substring(1, length)), decode(longest.substring(0, length)));
            }
        }
    }

    /** So many that some of them meet in the same place. */
    @Test
    void namesThatDifferOnlyAtTheirEndAreDifferent() throws SocketException {
        String prefix = "n".repeat(LONGEST_NAME_BYTES - 4);
        for (int round = 0; round < 2; round++) {
            for (int i = 1000; i < 2000; i++) {
                AbstractSocketAddress name = AbstractSocketAddress.of(prefix + i);
                assertEquals(name, decode("\0" + prefix + i));
                assertEncodes(name);
            }
        }
    }

    @Test
    void aPathOf108BytesIsRememberedAsOthersAre() throws SocketException {
        String path = "/" + "p".repeat(107);
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        SocketAddress first = decode(path + "\0");
        assertEquals(address, first);
        assertSame(first, decode(path + "\0"));
        for (int i = 0; i < 2; i++) {
            assertEquals(SockaddrUnLayout.BYTES, assertEncodes(address), "without a NUL, for which there is no room");
        }
    }

    @Test
    void aPathThatIsTooLongIsRefusedEachTimeAndNotRemembered() throws SocketException {
        UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of("p".repeat(109));
        for (int i = 0; i < 2; i++) {
            assertThrows(SocketException.class, () -> targets.encode(tooLong, memory, OFFSET));
        }
        assertEncodes(UnixDomainSocketAddress.of("p".repeat(108)));
    }

    @Test
    void onePathWithAndWithoutItsNulIsOneAddress() {
        assertEquals(decode("/run/app"), decode("/run/app\0"));
        assertNotEquals(decode("/run/app"), decode("/run/ap"));
    }

    @Test
    void nothingIsWrittenBehindTheWordsOfAnAddress() throws SocketException {
        for (int length = 0; length <= LONGEST_NAME_BYTES; length++) {
            AbstractSocketAddress name = AbstractSocketAddress.of("n".repeat(length));
            for (int i = 0; i < 2; i++) {
                fillWithRandomBytes();
                ByteBuffer before = copy();
                int words = (targets.encode(name, memory, OFFSET) + 7) / 8;
                assertEquals(before.slice(0, OFFSET), memory.slice(0, OFFSET));
                int end = OFFSET + words * 8;
                assertEquals(before.slice(end, memory.capacity() - end), memory.slice(end, memory.capacity() - end));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 64, 1000})
    void manyAddressesInTurnStayRight(int count) throws SocketException {
        List<byte[]> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(randomPath());
        }
        for (int round = 0; round < 5; round++) {
            for (byte[] name : names) {
                assertAgrees(name);
            }
        }
    }

    /** Every third one is an old one, so that what is remembered is met as often as what is new. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyNameIsReadAndWrittenAsWithoutATable(long seed) throws SocketException {
        random.setSeed(seed);
        List<byte[]> names = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            byte[] name = i % 3 == 1 ? names.get(Math.max(0, names.size() - 1 - random.nextInt(40))) : randomPath();
            names.add(name);
            assertAgrees(name);
        }
    }

    @Test
    void noMoreThanItsBoundIsRememberedOfWhatWasRead() {
        List<SocketAddress> first = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            first.add(decode("\0name" + i));
        }
        // Each is asked for once, so one that is remembered was so since the first time.
        int remembered = 0;
        for (int i = 0; i < 10_000; i++) {
            remembered += decode("\0name" + i) == first.get(i) ? 1 : 0;
        }
        assertTrue(remembered <= MOST_REMEMBERED, remembered + " of 10000");
    }

    @Test
    void noMoreThanItsBoundIsRememberedOfWhatWasWritten() {
        List<WeakReference<SocketAddress>> written = new ArrayList<>();
        await().until(() -> {
            if (written.isEmpty()) {
                for (int i = 0; i < 10_000; i++) {
                    AbstractSocketAddress name = AbstractSocketAddress.of("name" + i);
                    targets.encode(name, memory, OFFSET);
                    written.add(new WeakReference<>(name));
                }
            }
            System.gc();
            return written.stream().filter(reference -> !reference.refersTo(null)).count() <= MOST_REMEMBERED;
        });
        assertTrue(written.stream().anyMatch(reference -> !reference.refersTo(null)), "it remembers some");
    }

    /** Checks that both ways of a name of {@code sun_path}'s bytes are those of {@link UnixAddresses}. */
    private void assertAgrees(byte[] path) throws SocketException {
        fillWithRandomBytes();
        put(path);
        SocketAddress expected = UnixAddresses.decode(memory, OFFSET, SockaddrUnLayout.PATH + path.length);
        assertEquals(expected, senders.decode(memory, OFFSET, SockaddrUnLayout.PATH + path.length));
        assertEncodes(expected);
    }

    /** Checks that the address is written as {@link UnixAddresses} does, and returns its length. */
    private int assertEncodes(SocketAddress address) throws SocketException {
        fillWithRandomBytes();
        int length = UnixAddresses.encode(address, memory, OFFSET);
        ByteBuffer expected = copy().slice(OFFSET, length);
        fillWithRandomBytes();
        assertEquals(length, targets.encode(address, memory, OFFSET));
        assertEquals(expected, memory.slice(OFFSET, length), () -> "of " + address);
        return length;
    }

    /** An abstract name of any bytes, or a path of any bytes with a NUL behind it as the kernel has it. */
    private byte[] randomPath() {
        byte[] path = new byte[1 + random.nextInt(SockaddrUnLayout.PATH_BYTES)];
        random.nextBytes(path);
        if (random.nextBoolean()) {
            path[0] = 0;
            return path;
        }
        byte[] terminated = new byte[path.length + 1];
        for (int i = 0; i < path.length; i++) {
            boolean slash = random.nextInt(8) == 0;
            terminated[i] = slash ? (byte) '/' : path[i] == 0 ? 1 : path[i];
        }
        return terminated;
    }

    private SocketAddress decode(String path) {
        fillWithRandomBytes();
        put(path);
        return senders.decode(memory, OFFSET, SockaddrUnLayout.PATH + path.length());
    }

    private void put(String path) {
        put(path.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void put(byte[] path) {
        memory.putShort(OFFSET + SockaddrUnLayout.FAMILY, (short) Linux.AF_UNIX);
        memory.put(OFFSET + SockaddrUnLayout.PATH, path);
    }

    private void fillWithRandomBytes() {
        for (int i = 0; i < memory.capacity(); i += Long.BYTES) {
            memory.putLong(i, random.nextLong());
        }
    }

    private ByteBuffer copy() {
        return ByteBuffer.allocate(memory.capacity()).put(memory.duplicate().clear()).flip();
    }
}
