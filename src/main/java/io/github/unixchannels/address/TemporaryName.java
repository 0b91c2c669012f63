// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The names that the JDK makes up for a server channel that is bound to null: {@code socket_} and a number in the folder that the property
 * {@value #PROPERTY} names, as a system property or in {@code conf/net.properties}, or else in {@code java.io.tmpdir}.
 */
public final class TemporaryName {

    /** How many names the JDK tries that exist already. */
    public static final int ATTEMPTS = 10;

    private static final String PROPERTY = "jdk.net.unixdomain.tmpdir";

    private TemporaryName() {}

    /** Another name. */
    public static UnixDomainSocketAddress next() throws BindException {
        String folder = folder();
        if (folder == null) {
            throw new BindException("bind(null): no temporary folder is known");
        }
        try {
            return UnixDomainSocketAddress.of(Path.of(folder, "socket_" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE)));
        } catch (InvalidPathException e) {
            throw new BindException("bind(null): the temporary folder has an invalid name");
        }
    }

    private static String folder() {
        String folder = System.getProperty(PROPERTY);
        if (isNone(folder)) {
            folder = networkProperty();
        }
        return isNone(folder) ? System.getProperty("java.io.tmpdir") : folder;
    }

    private static boolean isNone(String folder) {
        return folder == null || folder.isEmpty();
    }

    private static String networkProperty() {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(System.getProperty("java.home"), "conf", "net.properties"))) {
            properties.load(in);
        } catch (IOException e) {
            return null; // a Java runtime need not have the file
        }
        return properties.getProperty(PROPERTY);
    }
}
