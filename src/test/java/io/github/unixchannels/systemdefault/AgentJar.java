// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import io.github.unixchannels.UnixSelectorProvider;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Packs what is compiled as the build will, so that a JVM can be given it as an agent. */
final class AgentJar {

    private AgentJar() {}

    /** The library, whose manifest names its agent. */
    static Path ofLibrary(Path folder) throws IOException {
        Path classes = Path.of(URI.create(UnixSelectorProvider.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        Path jar = folder.resolve("unix-channels.jar");
        if (Files.isRegularFile(classes)) {
            return classes;
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out, manifest("io.github.unixchannels.DefaultProviderAgent"));
                Stream<Path> tree = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
                packed.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, packed);
            }
        }
        return jar;
    }

    /** A jar of a manifest alone, which names an agent on the class path. */
    static Path naming(Class<?> agent, Path folder) throws IOException {
        Path jar = folder.resolve(agent.getSimpleName() + ".jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest(agent.getName())).close();
        }
        return jar;
    }

    /** The jars of what the library needs at run time. */
    static List<String> ofDependencies() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(".*[/\\\\](jnr-|jffi-|asm-)[^/\\\\]*[.]jar"))
                .toList();
    }

    private static Manifest manifest(String agent) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", agent);
        return manifest;
    }
}
