// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A main class in a JVM of its own, with the class path of this one and where the class is from: for what is settled when a JVM starts. */
public record ChildJvm(int exitCode, String output, String errors) {

    /** Runs it to its end. */
    public static ChildJvm run(Map<String, String> environment, Class<?> main, String... jvmArguments)
            throws IOException, InterruptedException {
        return runBy(List.of(), environment, main, jvmArguments);
    }

    /** Runs it to its end, as the last words of the command of another program that becomes it. */
    public static ChildJvm runBy(List<String> launcher, Map<String, String> environment, Class<?> main, String... jvmArguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(command(main, jvmArguments));
        return run(command, environment);
    }

    /** Runs it to its end, with another class path, and with native access forbidden if the arguments say so. */
    public static ChildJvm runOn(List<String> classPath, Class<?> main, String... jvmArguments) throws IOException, InterruptedException {
        List<String> command = command(main, jvmArguments);
        if (command.contains("--illegal-native-access=deny")) {
            command.remove("--enable-native-access=ALL-UNNAMED");
        }
        command.set(command.indexOf("-cp") + 1, String.join(File.pathSeparator, classPath));
        return run(command, Map.of());
    }

    /** The class path of this JVM, with what those classes lie in. */
    public static List<String> classPath(Class<?>... classes) {
        List<String> entries = new ArrayList<>();
        for (Class<?> each : classes) {
            entries.add(Path.of(URI.create(each.getProtectionDomain().getCodeSource().getLocation().toString())).toString());
        }
        entries.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
        return entries;
    }

    private static ChildJvm run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("child", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            return new ChildJvm(exitCode, output.trim(), Files.readString(errors, StandardCharsets.ISO_8859_1));
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    /** The command that starts it. */
    public static List<String> command(Class<?> main, String... jvmArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(jvmArguments));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        Path classes = Path.of(URI.create(main.getProtectionDomain().getCodeSource().getLocation().toString()));
        command.addAll(List.of("-cp", classes + File.pathSeparator + System.getProperty("java.class.path"), main.getName()));
        return command;
    }
}
