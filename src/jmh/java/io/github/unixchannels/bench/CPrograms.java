// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs of src/jmh/c, compiled. */
final class CPrograms {

    private static final Path SOURCES = Path.of("src", "jmh", "c");
    private static final Path COMPILED = Path.of("target", "bench-c");
    private static final List<String> PROGRAMS = List.of("self_pair", "epoll_loop", "datagram", "ancillary", "batch");

    private final String compiler;

    private CPrograms(String compiler) {
        this.compiler = compiler;
    }

    /** Compiles them; empty if there is no compiler. */
    static Optional<CPrograms> compile() throws IOException, InterruptedException {
        String compiler;
        try {
            compiler = output(List.of("cc", "--version")).lines().findFirst().orElse("cc");
        } catch (IOException e) {
            return Optional.empty();
        }
        Files.createDirectories(COMPILED);
        for (String program : PROGRAMS) {
            output(List.of("cc", "-O2", "-pthread", "-o", COMPILED.resolve(program).toString(),
                    SOURCES.resolve(program + ".c").toString()));
        }
        return Optional.of(new CPrograms(compiler));
    }

    /** What the compiler calls itself. */
    String compiler() {
        return compiler;
    }

    /** A program that prints nanoseconds. */
    Sampler sampler(String program, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(COMPILED.resolve(program).toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return () -> new Sample(Double.parseDouble(output(command)), Double.NaN);
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": status=" + status);
        }
        return output.strip();
    }
}
