// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How a program is started in a JVM like this one, on a class path of its own. */
record Jvm(List<String> options, List<Path> classPath, Class<?> program, List<String> arguments) {

    /** The same with further options. */
    Jvm with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new Jvm(all, classPath, program, arguments);
    }

    List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(options);
        command.add("-classpath");
        command.add(classPath.stream().map(jar -> jar.toAbsolutePath().toString()).collect(Collectors.joining(File.pathSeparator)));
        command.add(program.getName());
        command.addAll(arguments);
        return command;
    }

    /** Runs a command and reads the figures that it prints, {@code name value} a line. */
    static Map<String, Double> figures(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": status=" + status);
        }
        Map<String, Double> figures = new HashMap<>();
        output.lines().map(line -> line.split(" ")).filter(words -> words.length == 2)
                .forEach(words -> figures.put(words[0], Double.valueOf(words[1])));
        return figures;
    }
}
