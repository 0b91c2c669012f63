// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PathBytes} both ways, whatever encoding this JVM has for names. */
class PathBytesTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/run/app.sock", "app.sock", "./app.sock", "../x", ".", "/a b/%41?#+", ""})
    void anAsciiPathIsItsText(String name) {
        assertArrayEquals(name.getBytes(StandardCharsets.US_ASCII), PathBytes.of(Path.of(name)));
        assertEquals(Path.of(name), PathBytes.path(name.getBytes(StandardCharsets.US_ASCII)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\u00ff", "/\u00ff", "/tmp/\u00fe\u00ff/x", "\u00c3\u00a9", "/\u00c3\u00a9", "\u00ef\u00bf\u00bd",
        "/\u00ef\u00bf\u00bd/\u00ef\u00bf\u00bd", "../\u00ff", "./\u00ff/..", "a b%41\u00ff?#", "/~\u0001\u007f\u0080",
        "\u00f0\u009f\u0098\u0080", "\u00ed\u00a0\u0080"
    })
    void anyBytesComeBackAsTheyWere(String bytesAsLatin1) {
        byte[] bytes = bytesAsLatin1.getBytes(StandardCharsets.ISO_8859_1);
        Path path = PathBytes.path(bytes);
        assertArrayEquals(bytes, PathBytes.of(path));
        assertEquals(bytes[0] == '/', path.isAbsolute());
    }

    @Test
    void everyByteButNulAndSlashMayBeInAName() {
        for (int b = 1; b < 256; b++) {
            if (b != '/') {
                byte[] absolute = {'/', 'x', (byte) b, (byte) 0xff};
                assertArrayEquals(absolute, PathBytes.of(PathBytes.path(absolute)));
                byte[] relative = {'x', (byte) b, (byte) 0xff};
                assertArrayEquals(relative, PathBytes.of(PathBytes.path(relative)));
            }
        }
    }

    @Test
    void thePathIsTheOneThatTheFileSystemHasForTheseBytes(@TempDir Path folder) throws IOException {
        Path file = Path.of(URI.create("file://" + folder + "/%FE%C3%A9"));
        byte[] name = {(byte) 0xfe, (byte) 0xc3, (byte) 0xa9};
        byte[] prefix = (folder + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[prefix.length + name.length];
        System.arraycopy(prefix, 0, bytes, 0, prefix.length);
        System.arraycopy(name, 0, bytes, prefix.length, name.length);
        assertArrayEquals(bytes, PathBytes.of(file));
        assertEquals(file, PathBytes.path(bytes));
    }

    /** The URI of a folder ends with a slash, which would make the name longer by one. */
    @Test
    void thatThereIsAFolderOfTheNameChangesNothing(@TempDir Path folder) throws IOException {
        Path path = Path.of(URI.create("file://" + folder + "/%FF"));
        byte[] before = PathBytes.of(path);
        Files.createDirectory(path);
        assertArrayEquals(before, PathBytes.of(path));
    }

    @Test
    void textBeyondAsciiIsEncodedAsTheSystemDoes() {
        Assumptions.assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "names are not UTF-8 here");
        assertArrayEquals("/run/\u00e9\u20ac".getBytes(StandardCharsets.UTF_8), PathBytes.of(Path.of("/run/\u00e9\u20ac")));
        assertArrayEquals("\u00e9\ufffd".getBytes(StandardCharsets.UTF_8), PathBytes.of(Path.of("\u00e9\ufffd")));
        assertEquals(Path.of("/\u00e9"), PathBytes.path("/\u00e9".getBytes(StandardCharsets.UTF_8)));
    }
}
