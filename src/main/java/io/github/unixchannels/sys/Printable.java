// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Text that others chose, fit for a log: what does not show as itself appears as the bytes of its UTF-8, each as {@code \xNN}. That is line
 * breaks and other control characters, escape codes, format characters (those that turn the direction of the text among them), spaces
 * other than U+0020, and bytes that are no UTF-8.
 */
public final class Printable {

    private Printable() {}

    /** A text that shows as itself, or else its escaped form. */
    public static String of(String text) {
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            if (!showsAsItself(c)) {
                break;
            }
            i += Character.charCount(c);
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(escaped, c));
        return escaped.toString();
    }

    /** Bytes, as a text in UTF-8 in which every byte that is none is escaped. */
    public static String of(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer from = ByteBuffer.wrap(bytes);
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        StringBuilder text = new StringBuilder(bytes.length);
        for (;;) {
            CoderResult result = decoder.decode(from, chars, true);
            text.append(of(chars.flip().toString()));
            chars.clear();
            if (!result.isError()) {
                return text.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                escape(text, from.get());
            }
        }
    }

    private static void append(StringBuilder text, int c) {
        if (showsAsItself(c)) {
            text.appendCodePoint(c);
        } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            text.append(String.format("\\u%04x", c));
        } else {
            for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                escape(text, b);
            }
        }
    }

    private static void escape(StringBuilder text, byte b) {
        text.append(String.format("\\x%02x", b & 0xff));
    }

    private static boolean showsAsItself(int c) {
        if (c < 0x7f) {
            return c >= ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }
}
