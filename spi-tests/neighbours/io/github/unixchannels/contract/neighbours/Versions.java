// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The versions of the libraries, as their jars tell them. */
final class Versions {

    private static final List<String> ARTIFACTS = List.of(
            "com.kohlschutter.junixsocket/junixsocket-common",
            "com.kohlschutter.junixsocket/junixsocket-native-common",
            "com.github.jnr/jnr-unixsocket",
            "com.github.jnr/jnr-enxio",
            "com.github.jnr/jnr-posix",
            "com.github.jnr/jnr-ffi",
            "com.github.jnr/jffi");

    private Versions() {}

    static String found() throws IOException {
        List<String> versions = new ArrayList<>();
        versions.add("unix-channels " + System.getProperty("comparison.version"));
        for (String artifact : ARTIFACTS) {
            URL url = Versions.class.getResource("/META-INF/maven/" + artifact + "/pom.properties");
            if (url == null) {
                throw new IllegalStateException("not on the class path: " + artifact);
            }
            Properties properties = new Properties();
            try (InputStream stream = url.openStream()) {
                properties.load(stream);
            }
            versions.add(properties.getProperty("artifactId") + " " + properties.getProperty("version"));
        }
        return String.join(", ", versions);
    }
}
