// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which package may know which, and how the sources look. */
class ArchitectureTest {

    private static final String API = "io.github.unixchannels";
    private static final String NATIVE_CALLS = API + ".sys.jnr";
    private static final int MOST_LINES = 400;
    private static final int MOST_FILES = 22;

    private static JavaClasses main;

    @BeforeAll
    static void read() {
        main = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(API);
        assertTrue(main.size() > 40, "classes are found");
    }

    @Test
    void onlyOnePackageKnowsTheLibraryThatCallsNativeFunctions() {
        noClasses()
                .that().resideOutsideOfPackage(NATIVE_CALLS)
                .should().dependOnClassesThat().resideInAnyPackage("com.kenai..", "jnr..")
                .check(main);
    }

    @Test
    void ofTheApiOnlyTheProviderKnowsTheImplementation() {
        noClasses()
                .that().resideInAPackage(API)
                .and().doNotBelongToAnyOf(UnixSelectorProvider.class)
                .should().dependOnClassesThat().resideInAPackage(API + ".*..")
                .check(main);
    }

    @Test
    void theImplementationDoesNotAskForTheProvider() {
        noClasses()
                .that().resideInAPackage(API + ".*..")
                .should().dependOnClassesThat().belongToAnyOf(UnixSelectorProvider.class)
                .check(main);
    }

    @Test
    void onlyWhatAUserNamesIsExported() throws IOException {
        Path classFile = baseDirectory().resolve("target/classes/module-info.class");
        try (InputStream in = Files.newInputStream(classFile)) {
            Set<ModuleDescriptor.Exports> exports = ModuleDescriptor.read(in).exports();

            assertEquals(
                    Set.of(API, API + ".net", API + ".process", API + ".service"),
                    exports.stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        }
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses()
                .should().haveNameMatching(".*(Impl|Base|Utils?|Helper|Manager)(\\$.*)?")
                .orShould().haveNameMatching(".*[.$](Base|Abstract(?!SocketAddress))[A-Z].*")
                .check(main);
    }

    @Test
    void noSourceFileIsLong() throws IOException {
        for (Path source : sources()) {
            long lines;
            try (Stream<String> text = Files.lines(source)) {
                lines = text.count();
            }
            assertTrue(lines <= MOST_LINES, () -> source + " has " + lines + " lines");
        }
    }

    @Test
    void noPackageIsLarge() throws IOException {
        Map<Path, Long> files = sources().stream().collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));

        files.forEach((folder, count) -> assertTrue(count <= MOST_FILES, () -> folder + " has " + count + " files"));
    }

    @Test
    void everyPackageSaysWhatLivesThere() throws IOException {
        for (Path source : sources()) {
            Path folder = source.getParent();
            boolean isModule = source.endsWith("module-info.java");
            assertTrue(isModule || Files.exists(folder.resolve("package-info.java")), () -> folder + " has no package-info.java");
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> tree = Files.walk(baseDirectory().resolve("src/main/java"))) {
            List<Path> sources = tree.filter(path -> path.toString().endsWith(".java")).toList();
            assertTrue(sources.size() > 40, "sources are found");
            return sources;
        }
    }

    private static Path baseDirectory() {
        return Path.of(System.getProperty("basedir", ""));
    }
}
