// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/** Class paths of jars alone, as a program has them: a JVM starts with them in another time than with folders, and archives no others. */
final class Jars {

    /** Where what is made here goes. */
    static final Path FOLDER = Path.of("target", "bench-start");

    private static final Path PROGRAMS = FOLDER.resolve("programs.jar");
    private static final String NATIVE_JFFI = "jffi-\\d.*-native\\.jar";

    private static boolean packed;

    private Jars() {}

    /** The programs of this package, and nothing else. */
    static List<Path> programs() throws IOException {
        if (!packed) {
            pack();
            packed = true;
        }
        return List.of(PROGRAMS);
    }

    private static void pack() throws IOException {
        Files.createDirectories(FOLDER);
        String folder = Jars.class.getPackageName().replace('.', '/');
        Path classes = Path.of(Jars.class.getProtectionDomain().getCodeSource().getLocation().getPath()).resolve(folder);
        try (OutputStream file = Files.newOutputStream(PROGRAMS);
                JarOutputStream jar = new JarOutputStream(file);
                DirectoryStream<Path> all = Files.newDirectoryStream(classes, "*.class")) {
            for (Path each : all) {
                jar.putNextEntry(new JarEntry(folder + "/" + each.getFileName()));
                Files.copy(each, jar);
                jar.closeEntry();
            }
        }
    }

    /** The programs, and this library as it is packed, with what it needs. */
    static List<Path> ofThisLibrary() throws IOException {
        Path packed = Path.of("target", "unix-channels-" + System.getProperty("bench.version") + ".jar");
        if (!Files.exists(packed)) {
            throw new IllegalStateException("not packed: " + packed);
        }
        List<Path> jars = new ArrayList<>(programs());
        jars.add(packed);
        jars.addAll(found("jffi-\\d.*\\.jar"));
        return jars;
    }

    /** The programs, and the jars of this JVM's class path that have such names. */
    static List<Path> of(String names) throws IOException {
        List<Path> jars = new ArrayList<>(programs());
        jars.addAll(found(names));
        return jars;
    }

    private static List<Path> found(String names) {
        List<Path> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (path.getFileName().toString().matches(names)) {
                jars.add(path);
            }
        }
        if (jars.isEmpty()) {
            throw new IllegalStateException("not on the class path: " + names);
        }
        return jars;
    }

    /** The folder into which jffi's native part was taken out of its jar. */
    static Path unpackedJffi() throws IOException {
        Path folder = FOLDER.resolve("jffi");
        Files.createDirectories(folder);
        String machine = System.getProperty("os.arch").replace("amd64", "x86_64") + "-Linux/";
        try (JarFile jar = new JarFile(found(NATIVE_JFFI).get(0).toFile())) {
            for (JarEntry entry : jar.stream().filter(entry -> entry.getName().endsWith(".so")).toList()) {
                if (entry.getName().startsWith("jni/" + machine)) {
                    try (InputStream library = jar.getInputStream(entry)) {
                        Files.write(folder.resolve(Path.of(entry.getName()).getFileName()), library.readAllBytes());
                    }
                }
            }
        }
        return folder.toAbsolutePath();
    }
}
