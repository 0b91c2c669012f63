// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others chose, as text for a log. */
class PrintableTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "/run/app.sock", "a b\\c", "/tmp/größe/日本", "\ud83d\ude00", "e\u0301"})
    void whatShowsAsItselfStays(String text) {
        assertSame(text, Printable.of(text));
        assertEquals(text, Printable.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everyCharacterThatDoesNotIsEscapedByItsBytes() {
        assertEquals("a\\x0ab\\x1b[31m\\x7f\\x00", Printable.of("a\nb\u001b[31m\u007f\0"));
        assertEquals("\\xe2\\x80\\xaegpj.\\xe2\\x81\\xa6", Printable.of("\u202egpj.\u2066"), "right to left");
        assertEquals("\\xc2\\x85\\xe2\\x80\\xa8\\xe2\\x80\\xa9\\xe2\\x80\\x8b", Printable.of("\u0085\u2028\u2029\u200b"));
        assertEquals("\\xc2\\xa0\\xf3\\xa0\\x80\\x81", Printable.of("\u00a0\udb40\udc01"), "a space that is none, a tag");
        assertEquals("\\ud800x", Printable.of("\ud800x"), "half a character");
    }

    @Test
    void bytesThatAreNoTextAreEscapedOneByOne() {
        assertEquals("a\\xff\\xfeb\\xc3", Printable.of(new byte[] {'a', -1, -2, 'b', (byte) 0xc3}));
        assertEquals("\\xed\\xa0\\x80", Printable.of(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}), "half a character");
        assertEquals("ä\\x0a", Printable.of("ä\n".getBytes(StandardCharsets.UTF_8)));
    }
}
