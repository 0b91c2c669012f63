// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A program made of what a page shows: compiled, with what a reader would import, and run. */
public final class Snippet {

    private Snippet() {}

    /**
     * Compiles a program.
     *
     * @param folder where its source and its class go
     * @param methods methods that its statements may call, or nothing
     * @param statements what its main method does
     */
    public static Class<?> compile(Path folder, String name, String methods, String statements) throws Exception {
        return compileFile(folder, name, """
                import io.github.unixchannels.*;
                import io.github.unixchannels.process.*;
                import io.github.unixchannels.service.*;
                import java.io.*;
                import java.net.*;
                import java.nio.*;
                import java.nio.channels.*;
                import java.nio.channels.spi.*;
                import java.nio.charset.*;
                import java.nio.file.*;
                import java.nio.file.attribute.*;
                import java.time.*;
                import java.time.format.*;
                import java.util.*;
                import java.util.concurrent.*;

                public class %s {
                %s
                    public static void main(String... arguments) throws Exception {
                %s    }
                }
                """.formatted(name, methods, statements));
    }

    /**
     * Compiles a program that is complete as it stands, with its imports.
     *
     * @param folder where its source and its class go
     * @param name the name of its public class
     */
    public static Class<?> compileFile(Path folder, String name, String program) throws Exception {
        Path source = Files.writeString(folder.resolve(name + ".java"), program);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-d", folder.toString(), "-classpath", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source)).call();
            assertTrue(compiled, messages::toString);
        }
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, Snippet.class.getClassLoader()).loadClass(name);
    }

    /** Runs its main method in this JVM, and returns what it printed. */
    public static String run(Class<?> program) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            program.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
