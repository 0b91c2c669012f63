// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a main class in a JVM of its own, with this JVM's options and class path, and reads the figures that it prints:
 * {@code name value} a line.
 */
public final class JavaRun {

    private final List<String> options;
    private final Class<?> program;
    private final List<String> arguments = new ArrayList<>();

    /** Of a program, with further options for its JVM. */
    public JavaRun(List<String> options, Class<?> program, Object... arguments) {
        this.options = options;
        this.program = program;
        for (Object argument : arguments) {
            this.arguments.add(argument.toString());
        }
    }

    /** The command, for a caller that starts the process itself. */
    public List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.add("-classpath");
        command.add(absolute(System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(arguments);
        return command;
    }

    /** The figures that it prints, by name. */
    public Map<String, Double> figures() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(program.getName() + " " + String.join(" ", arguments) + ": status=" + status);
        }
        Map<String, Double> figures = new HashMap<>();
        output.lines().map(line -> line.split(" ")).forEach(words -> figures.put(words[0], Double.valueOf(words[1])));
        return figures;
    }

    private static String absolute(String classPath) {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
