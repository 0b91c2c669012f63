// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.sys.Printable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One entry for the {@link Journal}: fields with names and values, systemd.journal-fields(7).
 *
 * <pre>{@code
 * journal.send(new JournalEntry("a request failed").priority(3).field("REQUEST_ID", "17").field("BODY", bytes));
 * }</pre>
 *
 * <p>A value may be any bytes. Several fields may have the same name. Not thread safe.
 */
public final class JournalEntry {

    /** The longest name of a field: {@value} characters. */
    public static final int MAX_NAME_CHARS = 64;

    private static final int LEAST_URGENT = 7;

    /** The journal drops fields with other names, and those that begin with an underscore, which the journal adds itself. */
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{0," + (MAX_NAME_CHARS - 1) + "}");

    private final ByteArrayOutputStream fields = new ByteArrayOutputStream();

    /** Makes an entry without fields. */
    public JournalEntry() {}

    /**
     * Makes an entry with a text: the field MESSAGE.
     *
     * @param message what people read
     */
    public JournalEntry(String message) {
        field("MESSAGE", message);
    }

    /**
     * Adds how urgent the entry is: the field PRIORITY.
     *
     * @param level 0, the most urgent, to 7, as in syslog(3): 3 is an error, 4 a warning, 6 information
     * @return this entry
     * @throws IllegalArgumentException if the level is out of range
     */
    public JournalEntry priority(int level) {
        if (level < 0 || level > LEAST_URGENT) {
            throw new IllegalArgumentException("priority is not 0 to " + LEAST_URGENT + ": " + level);
        }
        return field("PRIORITY", Integer.toString(level));
    }

    /**
     * Adds a field with a text.
     *
     * @param name letters A to Z, digits and underscores, 1 to {@value #MAX_NAME_CHARS}, the first a letter
     * @param value any text, with line breaks too; stored in UTF-8
     * @return this entry
     * @throws IllegalArgumentException if the name is none
     */
    public JournalEntry field(String name, String value) {
        return field(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds a field with bytes.
     *
     * @param name as {@link #field(String, String)}
     * @param value any bytes; copied
     * @return this entry
     * @throws IllegalArgumentException if the name is none
     */
    public JournalEntry field(String name, byte[] value) {
        Objects.requireNonNull(value);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of a field: " + Printable.of(name));
        }
        fields.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        if (hasLineBreak(value)) {
            fields.write('\n');
            fields.writeBytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value.length).array());
        } else {
            fields.write('=');
        }
        fields.writeBytes(value);
        fields.write('\n');
        return this;
    }

    private static boolean hasLineBreak(byte[] value) {
        for (byte b : value) {
            if (b == '\n') {
                return true;
            }
        }
        return false;
    }

    /** The fields in the journal's native protocol: {@code NAME=value}, or the name in its line and the value behind its length. */
    ByteBuffer encode() {
        if (fields.size() == 0) {
            throw new IllegalArgumentException("an entry without fields");
        }
        return ByteBuffer.wrap(fields.toByteArray());
    }
}
