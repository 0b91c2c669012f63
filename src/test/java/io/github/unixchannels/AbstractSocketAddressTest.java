// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The value {@link AbstractSocketAddress}: its bytes, identity, text and serial form. */
class AbstractSocketAddressTest {

    @Test
    void aNameIsTheUtf8BytesOfTheText() {
        assertArrayEquals(new byte[] {'a', 'p', 'p'}, AbstractSocketAddress.of("app").name());
        assertArrayEquals("\u00e9\u20ac".getBytes(StandardCharsets.UTF_8), AbstractSocketAddress.of("\u00e9\u20ac").name());
        assertEquals(AbstractSocketAddress.of("app"), AbstractSocketAddress.of(new byte[] {'a', 'p', 'p'}));
    }

    @Test
    void theBytesAreCopiedInAndOut() {
        byte[] bytes = {'a', 'b'};
        AbstractSocketAddress address = AbstractSocketAddress.of(bytes);
        bytes[0] = 'x';
        address.name()[1] = 'x';
        assertArrayEquals(new byte[] {'a', 'b'}, address.name());
    }

    @Test
    void aNameHasAtMost107BytesAndTheRefusalNamesIt() {
        assertEquals(107, AbstractSocketAddress.MAX_NAME_BYTES);
        assertEquals(107, AbstractSocketAddress.of("n".repeat(107)).name().length);
        assertEquals(107, AbstractSocketAddress.of(new byte[107]).name().length);
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> AbstractSocketAddress.of("n".repeat(108)));
        assertEquals(
                "Abstract name too long: 108 bytes, of which the kernel takes 107: @" + "n".repeat(108), thrown.getMessage());
        assertThrows(IllegalArgumentException.class, () -> AbstractSocketAddress.of(new byte[108]));
        assertThrows(IllegalArgumentException.class, () -> AbstractSocketAddress.of("\u00e9".repeat(54)), "108 bytes in UTF-8");
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> AbstractSocketAddress.of((String) null));
        assertThrows(NullPointerException.class, () -> AbstractSocketAddress.of((byte[]) null));
    }

    @Test
    void addressesAreEqualIfAllTheirBytesAre() {
        AbstractSocketAddress address = AbstractSocketAddress.of(new byte[] {'a', 0, 'b'});
        assertEquals(address, AbstractSocketAddress.of(new byte[] {'a', 0, 'b'}));
        assertEquals(address.hashCode(), AbstractSocketAddress.of(new byte[] {'a', 0, 'b'}).hashCode());
        assertNotEquals(address, AbstractSocketAddress.of(new byte[] {'a', 0, 'c'}));
        assertNotEquals(address, AbstractSocketAddress.of(new byte[] {'a', 0}));
        assertNotEquals(address, AbstractSocketAddress.of(new byte[] {'a', 0, 'b', 0}));
        assertNotEquals(AbstractSocketAddress.of("app"), UnixDomainSocketAddress.of("app"));
        assertNotEquals(AbstractSocketAddress.of("app"), null);
    }

    @Test
    void autobindIsNoNameAndEqualsOnlyItself() {
        assertNotEquals(AbstractSocketAddress.AUTOBIND, AbstractSocketAddress.of(""));
        assertNotEquals(AbstractSocketAddress.of(""), AbstractSocketAddress.AUTOBIND);
        assertEquals(AbstractSocketAddress.AUTOBIND, AbstractSocketAddress.AUTOBIND);
        assertEquals(0, AbstractSocketAddress.AUTOBIND.name().length);
        assertEquals("@(autobind)", AbstractSocketAddress.AUTOBIND.toString());
    }

    @Test
    void theTextIsTheNameAfterAnAtSignWithEscapesForWhatIsNotPrintableAscii() {
        assertEquals("@app", AbstractSocketAddress.of("app").toString());
        assertEquals("@", AbstractSocketAddress.of("").toString());
        assertEquals("@/a b~", AbstractSocketAddress.of("/a b~").toString());
        assertEquals("@a\\x00b\\x1f\\x7f\\xff", AbstractSocketAddress.of(new byte[] {'a', 0, 'b', 0x1f, 0x7f, -1}).toString());
        assertEquals("@\\xc3\\xa9", AbstractSocketAddress.of("\u00e9").toString());
    }

    @Test
    void anAddressSurvivesSerialization() throws Exception {
        for (AbstractSocketAddress address : new AbstractSocketAddress[] {
            AbstractSocketAddress.of("app"), AbstractSocketAddress.of(""), AbstractSocketAddress.of(new byte[107])
        }) {
            assertEquals(address, read(write(address)));
        }
        assertSame(AbstractSocketAddress.AUTOBIND, read(write(AbstractSocketAddress.AUTOBIND)));
    }

    @Test
    void aSerialFormThatNoAddressHasIsRefused() throws Exception {
        byte[] tooLong = withNameOf108Bytes(write(AbstractSocketAddress.of("n".repeat(107))));
        assertThrows(InvalidObjectException.class, () -> read(tooLong));
    }

    /** Makes the array one byte longer, in its length and in its content, which is the last of the stream. */
    private static byte[] withNameOf108Bytes(byte[] serial) {
        byte[] longer = Arrays.copyOf(serial, serial.length + 1);
        int lengthAt = serial.length - 107 - 1;
        assertEquals(107, serial[lengthAt]);
        longer[lengthAt] = 108;
        longer[serial.length] = 'n';
        return longer;
    }

    private static byte[] write(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
            output.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static Object read(byte[] serial) throws IOException, ClassNotFoundException {
        try (ObjectInputStream input = new ObjectInputStream(new ByteArrayInputStream(serial))) {
            return input.readObject();
        }
    }
}
