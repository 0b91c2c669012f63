// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.sys.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** The text of a notification, sd_notify(3): variables, one a line. A value that had a line break would be two variables. */
final class Assignments {

    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Z_][A-Z0-9_]*=[^\n\0]*");
    private static final Pattern FD_NAME = Pattern.compile("[ -9;-~]{1,255}");

    private Assignments() {}

    /**
     * The datagram.
     *
     * @throws IllegalArgumentException if there is no variable, or one is none
     */
    static ByteBuffer encode(String... assignments) {
        if (assignments.length == 0) {
            throw new IllegalArgumentException("nothing to tell");
        }
        for (String assignment : assignments) {
            if (!ASSIGNMENT.matcher(assignment).matches()) {
                throw new IllegalArgumentException("not NAME=value in one line: " + Printable.of(assignment));
            }
        }
        return StandardCharsets.UTF_8.encode(String.join("\n", List.of(assignments)));
    }

    static void requireFdName(String name) {
        if (!FD_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of a descriptor: " + Printable.of(name));
        }
    }

    /**
     * The number that a variable of the manager has.
     *
     * @throws IllegalStateException if the value is no positive number
     */
    static long positive(String name, String value) {
        try {
            long number = Long.parseLong(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // as a number that is out of range
        }
        throw new IllegalStateException(name + "=" + Printable.of(value) + " is not a positive number");
    }
}
