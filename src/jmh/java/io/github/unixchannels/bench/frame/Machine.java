// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** On what it is measured. */
public final class Machine {

    private static final String LIBRARIES = "jnr-ffi|jffi|junixsocket-common|jnr-unixsocket|jnr-enxio|netty-transport-classes-epoll"
            + "|jmh-core|HdrHistogram|jfreechart";

    private Machine() {}

    public static String processor() throws IOException {
        return find("/proc/cpuinfo", "(?m)^model name\\s*: (.*)$", System.getProperty("os.arch"))
                + ", " + Runtime.getRuntime().availableProcessors() + " cores";
    }

    public static String kernel() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    public static String jvm() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
    }

    /** How busy the machine was in the last minute. */
    public static String load() throws IOException {
        return find("/proc/loadavg", "^(\\S+)", "unknown");
    }

    /** How many descriptors a process may have: a JVM has raised its limit as far as it may when it gets here. */
    public static int descriptors() throws IOException {
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(find("/proc/self/limits", "Max open files\\s+(\\d+)", "1048576")));
    }

    /** The names and versions of what is measured and of what measures. */
    public static String libraries() {
        String ours = "unix-channels " + System.getProperty("bench.version");
        return ours + ", " + Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(jar -> jar.matches("(" + LIBRARIES + ")-[0-9.]+(\\.Final)?\\.jar"))
                .map(jar -> jar.replaceFirst("-([0-9.]+)(\\.Final)?\\.jar$", " $1"))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String find(String file, String pattern, String otherwise) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
        return matcher.find() ? matcher.group(1).strip() : otherwise;
    }
}
