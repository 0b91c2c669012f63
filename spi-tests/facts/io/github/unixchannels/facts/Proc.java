// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of proc(5). They are read a line at a time: some have no second part for who reads the first byte alone. */
final class Proc {

    private Proc() {}

    /** The only line of a file. */
    static String line(String path) throws IOException {
        return line(Path.of(path));
    }

    /** The only line of a file. */
    static String line(Path path) throws IOException {
        List<String> lines = Files.readAllLines(path);
        return lines.isEmpty() ? "" : lines.get(0);
    }

    static int number(String path) throws IOException {
        return Integer.parseInt(line(path));
    }

    /** What stands behind a name and a colon, in a file of many lines; nothing if the name is not there. */
    static String field(String path, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of(path))) {
            if (line.startsWith(name + ":")) {
                return line.substring(name.length() + 1).trim();
            }
        }
        return "";
    }
}
