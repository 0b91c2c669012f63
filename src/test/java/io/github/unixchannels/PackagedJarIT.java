// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.unixchannels.examples.LineExchange;
import io.github.unixchannels.support.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar and the POM that are published, as a consumer gets them. */
class PackagedJarIT {

    private static final Path JAR = Path.of(System.getProperty("packaged.jar"));
    private static final Path DEPENDENCIES = Path.of(System.getProperty("packaged.dependencies"));
    private static final String VERSION = System.getProperty("packaged.version");
    private static final String API = "io.github.unixchannels";

    @Test
    void theExamplesRunWithTheJarAndItsTwoDependenciesAlone() throws Exception {
        List<Path> jars = dependencies();
        assertEquals(List.of("jffi-native.jar", "jffi.jar"),
                jars.stream().map(jar -> jar.getFileName().toString().replaceFirst("-[0-9.]*[0-9]", "")).sorted().toList());
        List<String> classPath = new ArrayList<>(List.of(
                Path.of(LineExchange.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(), JAR.toString()));
        jars.forEach(jar -> classPath.add(jar.toString()));

        ChildJvm child = ChildJvm.runOn(classPath, LineExchange.class);

        assertEquals(0, child.exitCode(), child.errors());
        assertTrue(child.output().contains("SEQPACKET, selector"), child.output());
        assertEquals("", child.errors());
    }

    @Test
    void theManifestNamesTheVersion() throws IOException {
        assertEquals(VERSION, manifest().getValue(Attributes.Name.IMPLEMENTATION_VERSION));
        assertEquals("unix-channels", manifest().getValue(Attributes.Name.IMPLEMENTATION_TITLE));
    }

    @Test
    void theLicenceIsInTheJar() throws IOException {
        assertArrayEquals(Files.readAllBytes(Path.of("LICENSE")), read("META-INF/LICENSE"));
    }

    @Test
    void noServiceIsInTheJar() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertEquals(List.of(), jar.stream().filter(entry -> entry.getName().startsWith("META-INF/services/")).toList());
        }
    }

    @Test
    void anOsgiBundleExportsWhatTheModuleExports() throws IOException {
        Set<String> module = ModuleFinder.of(JAR).find(API).orElseThrow().descriptor().exports().stream()
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());

        assertEquals(module, packages("Export-Package"));
        assertEquals(API, manifest().getValue("Bundle-SymbolicName"));
        String version = manifest().getValue("Bundle-Version");
        assertEquals(VERSION.replace('-', '.'), version);
        assertTrue(manifest().getValue("Export-Package").contains("version=\"" + version + '"'));
    }

    @Test
    void anOsgiBundleImportsWhatTheClassesCall() throws IOException {
        Set<String> called = new ClassFileImporter().importJar(new JarFile(JAR.toFile())).stream()
                .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(target -> !target.isPrimitive())
                .map(JavaClass::getPackageName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith(API))
                .collect(Collectors.toSet());

        assertEquals(called, packages("Import-Package"));
    }

    @Test
    void thePublishedPomSaysWhatIsNeededAndNothingOfTheBuild() throws IOException {
        String pom = new String(read("META-INF/maven/" + API + "/unix-channels/pom.xml"), StandardCharsets.UTF_8);

        for (String ofTheBuild : List.of("build", "profiles", "properties", "dependencyManagement", "parent", "repositories")) {
            assertFalse(pom.contains("<" + ofTheBuild + ">"), ofTheBuild);
        }
        for (String wanted : List.of("name", "description", "url", "licenses", "developers", "scm")) {
            assertTrue(pom.contains("<" + wanted + ">"), wanted);
        }
        assertFalse(pom.contains("${"), pom);
        assertEquals(2, Pattern.compile("<dependency>").matcher(pom).results().count(), pom);
        assertEquals(2, Pattern.compile("<artifactId>jffi</artifactId>").matcher(pom).results().count(), pom);
        assertTrue(pom.contains("<version>" + VERSION + "</version>"), pom);
    }

    private static List<Path> dependencies() throws IOException {
        try (Stream<Path> files = Files.list(DEPENDENCIES)) {
            return files.toList();
        }
    }

    private static Attributes manifest() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.getManifest().getMainAttributes();
        }
    }

    /** The names of packages in a header: entries end with a comma that is in no quotes; after semicolons come more names, and attributes. */
    private static Set<String> packages(String header) throws IOException {
        return Pattern.compile("(?:\"[^\"]*\"|[^,\"])+").matcher(manifest().getValue(header)).results()
                .flatMap(entry -> Stream.of(entry.group().split(";")))
                .filter(part -> !part.contains("="))
                .collect(Collectors.toSet());
    }

    private static byte[] read(String entry) throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile()); InputStream content = jar.getInputStream(jar.getEntry(entry))) {
            return content.readAllBytes();
        }
    }
}
