// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends every line of a file as one message each, has each answered, and prints what crossed: a row for every way there is. Then passes the
 * file itself, and memory with its bytes, beside a message; the file also to a child process that serves over the end that it inherited.
 *
 * <p>The file is README.md unless another is named; no line may have more than 65,507 bytes, which is what UDP takes. Fails if one
 * boundary is lost.
 */
public final class LineExchange {

    private static final List<Exchange> EXCHANGES = List.of(new SeqpacketExchange(), new DatagramExchange(), new MixedExchange());
    private static final List<Passing> PASSINGS = List.of(new FilePassing(), new MemoryPassing(), new ChildPassing());

    private LineExchange() {}

    /**
     * Runs all exchanges, and passes what is passed.
     *
     * @param arguments the file, or none
     */
    public static void main(String... arguments) throws Exception {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "README.md");
        List<byte[]> lines = lines(Files.readAllBytes(file));
        if (lines.isEmpty()) {
            throw new IOException(file + " has no lines");
        }
        System.out.printf("%s: %d lines%n%n", file, lines.size());
        System.out.println(Exchange.Report.HEADING);
        boolean allKept = true;
        for (Exchange exchange : EXCHANGES) {
            Exchange.Report report = exchange.run(lines);
            System.out.println(report);
            allKept &= report.boundariesKept() == report.messages();
        }
        if (!allKept) {
            throw new IOException("boundaries were lost");
        }
        System.out.println();
        for (Passing passing : PASSINGS) {
            System.out.println(passing.run(file));
        }
    }

    /** The lines with their line feeds, so that none is empty. */
    private static List<byte[]> lines(byte[] text) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n' || i == text.length - 1) {
                lines.add(Arrays.copyOfRange(text, start, i + 1));
                start = i + 1;
            }
        }
        return lines;
    }
}
