// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is compiled and run. */
class ReadmeTest {

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theExampleCompilesAndPrintsWhoSentHowMuch() throws Exception {
        List<String> snippets = snippets();
        assertEquals(1, snippets.size());
        assertTrue(snippets.get(0).lines().filter(line -> !line.isBlank()).count() <= 12, "an example of 12 lines");

        String printed = run(compile("ReadmeExample", snippets.get(0)));

        long pid = ProcessHandle.current().pid();
        assertTrue(printed.matches("PeerCredentials\\[pid=" + pid + ", uid=\\d+, gid=\\d+] sent 24 bytes\n"), printed);
    }

    @Test
    void theFilesItLinksToExist() throws Exception {
        List<String> links = Pattern.compile("]\\(([^):]+)\\)").matcher(readme()).results().map(link -> link.group(1)).toList();
        assertFalse(links.isEmpty());
        for (String link : links) {
            assertTrue(Files.exists(Path.of(link)), link);
        }
    }

    private static List<String> snippets() throws Exception {
        return JAVA_BLOCK.matcher(readme()).results().map((MatchResult block) -> block.group(1)).toList();
    }

    private static String readme() throws Exception {
        return Files.readString(Path.of("README.md"));
    }

    private Class<?> compile(String name, String body) throws Exception {
        Path source = folder.resolve(name + ".java");
        Files.writeString(source, """
                import io.github.unixchannels.*;
                import java.nio.*;
                import java.nio.channels.*;
                import java.nio.channels.spi.*;

                public class %s {
                    public static void main() throws Exception {
                %s    }
                }
                """.formatted(name, body));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-d", folder.toString(), "-classpath", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source)).call();
            assertTrue(compiled, messages::toString);
        }
        URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        return loader.loadClass(name);
    }

    private static String run(Class<?> example) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            example.getMethod("main").invoke(null);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
