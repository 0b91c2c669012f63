// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.nio.channels.spi.SelectorProvider;
import java.util.function.Supplier;

/**
 * The provider of the channels that are not ours to open: TCP and UDP.
 *
 * <p>It is the system's default, unless that is ours. Then it is the provider of the Java platform that ours took the place of. No public
 * method returns that provider, and {@code java.base} does not export the package of its class: the JVM must be started with a flag.
 */
final class PlatformProvider {

    /** The system property that names the system's default provider. */
    static final String PROPERTY = "java.nio.channels.spi.SelectorProvider";

    /** The package of {@code java.base} that is to be exported to our module. */
    static final String PACKAGE = "sun.nio.ch";

    private static volatile SelectorProvider replaced;

    private PlatformProvider() {}

    /** The provider, for callers that may ask for it later. No method reference: see {@link UnixSelectorProvider}'s. */
    static final class Later implements Supplier<SelectorProvider> {
        @Override
        public SelectorProvider get() {
            return PlatformProvider.get();
        }
    }

    /**
     * The provider. Asked only by what needs it: everything of AF_UNIX works without.
     *
     * @throws UnsupportedOperationException if it cannot be reached, saying what the JVM is to be started with
     */
    static SelectorProvider get() {
        SelectorProvider systemDefault = SelectorProvider.provider();
        return systemDefault instanceof UnixSelectorProvider ? replaced() : systemDefault;
    }

    private static SelectorProvider replaced() {
        SelectorProvider known = replaced;
        if (known == null) {
            known = find();
            replaced = known; // by several threads at once, if they come together: it is the same one
        }
        return known;
    }

    private static SelectorProvider find() {
        try {
            return (SelectorProvider) Class.forName(PACKAGE + ".DefaultSelectorProvider").getMethod("get").invoke(null);
        } catch (IllegalAccessException e) {
            throw new UnsupportedOperationException("TCP and UDP are opened by the Java platform's own provider: while -D" + PROPERTY
                    + " names " + UnixSelectorProvider.class.getName() + ", the JVM needs " + flag() + " to reach it", e);
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new UnsupportedOperationException("TCP and UDP are opened by the Java platform's own provider: while -D" + PROPERTY
                    + " names " + UnixSelectorProvider.class.getName() + ", it is not found in " + PACKAGE, e);
        }
    }

    private static String flag() {
        Module module = PlatformProvider.class.getModule();
        return "--add-exports java.base/" + PACKAGE + "=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
}
