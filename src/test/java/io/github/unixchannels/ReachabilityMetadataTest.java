// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the jar tells GraalVM's native-image: each class, method, field and resource that is named exists. */
class ReachabilityMetadataTest {

    private static final Path METADATA =
            Path.of("src/main/resources/META-INF/native-image/io.github.unixchannels/unix-channels/reachability-metadata.json");
    private static final Pattern TYPE = Pattern.compile("\"type\": \"([^\"]+)\"(.*?)(?=\\{\\s*\"type\"|\"resources\")", Pattern.DOTALL);
    private static final Pattern METHOD = Pattern.compile("\"name\": \"([^\"]+)\", \"parameterTypes\": \\[([^]]*)]");
    private static final Pattern FIELD = Pattern.compile("\"fields\": \\[\\{\"name\": \"([^\"]+)\"}");
    private static final Pattern RESOURCE = Pattern.compile("\"glob\": \"([^\"]+)\"");

    private final ClassLoader loader = UnixSocketChannel.class.getClassLoader();

    @Test
    void everyClassMethodAndFieldExists() throws Exception {
        List<MatchResult> types = TYPE.matcher(text()).results().toList();
        assertTrue(types.size() > 10, "types are found");
        List<String> missing = new ArrayList<>();
        for (MatchResult type : types) {
            String name = type.group(1);
            if (!isLater(name, 22, "java.lang.foreign.")) {
                Class<?> loaded = Class.forName(name, false, loader);
                for (MatchResult method : METHOD.matcher(type.group(2)).results().toList()) {
                    if (!isLater(method.group(1), 21, "isVirtual") && !has(loaded, method.group(1), method.group(2))) {
                        missing.add(name + "." + method.group(1) + "(" + method.group(2) + ")");
                    }
                }
                for (MatchResult field : FIELD.matcher(type.group(2)).results().toList()) {
                    assertNotNull(loaded.getDeclaredField(field.group(1)));
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyResourceIsOnTheClassPath() throws IOException {
        List<String> resources = RESOURCE.matcher(text()).results().map(found -> found.group(1)).toList();
        assertEquals(2, resources.size(), "jffi's native part for two processors");
        for (String resource : resources) {
            assertNotNull(loader.getResource(resource), resource);
        }
    }

    /** Whether this JVM is of a version that does not have it yet. */
    private static boolean isLater(String name, int since, String prefix) {
        return name.startsWith(prefix) && Runtime.version().feature() < since;
    }

    private boolean has(Class<?> type, String name, String parameters) throws ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        for (String parameter : parameters.isBlank() ? new String[0] : parameters.replace("\"", "").split(",\\s*")) {
            types.add(parameter.equals("long") ? long.class : Class.forName(parameter, false, loader));
        }
        try {
            Class<?>[] wanted = types.toArray(new Class<?>[0]);
            return name.equals("<init>") ? type.getDeclaredConstructor(wanted) != null : type.getDeclaredMethod(name, wanted) != null;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static String text() throws IOException {
        return Files.readString(METADATA);
    }
}
