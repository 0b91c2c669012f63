// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The map of the packages, docs/diagrams/packages.puml, says of the compiled classes which package calls which. */
class PackageMapTest {

    private static final String API = "io.github.unixchannels";
    private static final Path MAP = Path.of(System.getProperty("basedir", ""), "docs/diagrams/packages.puml");
    private static final Pattern PACKAGE = Pattern.compile("rectangle \".*\" as ([\\w.]+)");
    private static final Pattern ARROW = Pattern.compile("([\\w.]+) --> ([\\w.]+)");

    /** The classes of the exported package that put the parts together; the others are what a user names. */
    private static final Set<String> PROVIDER = Set.of("UnixSelectorProvider", "PlatformProvider", "DefaultProviderAgent");

    private static Set<String> drawn;
    private static Map<String, Set<String>> arrows;
    private static Map<String, Set<String>> calls;
    private static List<JavaClass> classes;

    @BeforeAll
    static void read() throws IOException {
        drawn = new TreeSet<>();
        arrows = new HashMap<>();
        for (String line : Files.readAllLines(MAP)) {
            Matcher room = PACKAGE.matcher(line);
            Matcher arrow = ARROW.matcher(line);
            if (room.matches()) {
                drawn.add(room.group(1));
            } else if (arrow.matches()) {
                arrows.computeIfAbsent(arrow.group(1), absent -> new HashSet<>()).add(arrow.group(2));
            }
        }
        classes = new ArrayList<>();
        new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(API).forEach(classes::add);
        calls = new HashMap<>();
        for (JavaClass each : classes) {
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(API) && !roomOf(target).equals(roomOf(each))) {
                    calls.computeIfAbsent(roomOf(each), absent -> new HashSet<>()).add(roomOf(target));
                }
            }
        }
    }

    private static String roomOf(JavaClass each) {
        if (!each.getPackageName().equals(API)) {
            return each.getPackageName().substring(API.length() + 1);
        }
        String outermost = each.getName().substring(API.length() + 1).split("\\$", 2)[0];
        return PROVIDER.contains(outermost) ? "provider" : "api";
    }

    @Test
    void everyPackageIsDrawn() {
        Set<String> compiled = new TreeSet<>();
        classes.forEach(each -> compiled.add(roomOf(each)));

        assertEquals(compiled, drawn);
    }

    @Test
    void everyCallFollowsArrows() {
        Set<String> undrawn = new TreeSet<>();
        calls.forEach((from, targets) -> targets.stream()
                .filter(to -> !reachableFrom(from).contains(to))
                .forEach(to -> undrawn.add(from + " --> " + to)));
        undrawn.remove("api --> provider"); // a factory method of an abstract type asks the provider, as those of java.nio do

        assertEquals(Set.of(), undrawn);
    }

    @Test
    void everyArrowIsACall() {
        Set<String> idle = new TreeSet<>();
        arrows.forEach((from, targets) -> targets.stream()
                .filter(to -> !calls.getOrDefault(from, Set.of()).contains(to))
                .forEach(to -> idle.add(from + " --> " + to)));

        assertEquals(Set.of(), idle);
    }

    @Test
    void arrowsGoOneWay() {
        for (String room : drawn) {
            assertTrue(!reachableFrom(room).contains(room), () -> room + " is reachable from itself");
        }
    }

    private static Set<String> reachableFrom(String room) {
        Set<String> reached = new HashSet<>();
        List<String> next = new ArrayList<>(arrows.getOrDefault(room, Set.of()));
        while (!next.isEmpty()) {
            String each = next.remove(next.size() - 1);
            if (reached.add(each)) {
                next.addAll(arrows.getOrDefault(each, Set.of()));
            }
        }
        return reached;
    }
}
