// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs of src/jmh/c, compiled. */
public final class CPrograms {

    private static final Path SOURCES = Path.of("src", "jmh", "c");
    private static final Path COMPILED = Path.of("target", "bench-c");

    private final String compiler;

    private CPrograms(String compiler) {
        this.compiler = compiler;
    }

    /** Compiles them; empty if there is no compiler. */
    public static Optional<CPrograms> compile() throws IOException, InterruptedException {
        String compiler;
        try {
            compiler = output(List.of("cc", "--version")).lines().findFirst().orElse("cc");
        } catch (IOException e) {
            return Optional.empty();
        }
        Files.createDirectories(COMPILED);
        try (DirectoryStream<Path> sources = Files.newDirectoryStream(SOURCES, "*.c")) {
            for (Path source : sources) {
                String program = source.getFileName().toString().replaceFirst("\\.c$", "");
                output(List.of("cc", "-O2", "-pthread", "-o", COMPILED.resolve(program).toString(), source.toString()));
            }
        }
        return Optional.of(new CPrograms(compiler));
    }

    /** What the compiler calls itself. */
    public String compiler() {
        return compiler;
    }

    /** How a program is started. */
    public List<String> command(String program, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(COMPILED.resolve(program).toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    /** A program that prints its figure; its last argument is how many milliseconds it measures. */
    Sampler sampler(String program, int millis, Object... arguments) {
        List<String> command = command(program, arguments);
        command.add(String.valueOf(millis));
        return () -> Sample.of(Double.parseDouble(output(command)));
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
