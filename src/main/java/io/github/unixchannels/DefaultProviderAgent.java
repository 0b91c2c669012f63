// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.lang.instrument.Instrumentation;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import java.util.Set;

/**
 * What {@code -javaagent:unix-channels.jar} runs before {@code main}: makes {@link UnixSelectorProvider} the system's default provider, as
 * {@code -Djava.nio.channels.spi.SelectorProvider=io.github.unixchannels.UnixSelectorProvider} with
 * {@code --add-exports java.base/sun.nio.ch=ALL-UNNAMED} (or {@code =io.github.unixchannels}, where that is a named module) does.
 *
 * <p>The JVM puts the jar on the class path by itself; jnr-ffi must be there too, or both on the module path. The class is public because
 * the JVM must be able to call it in a named module.
 */
public final class DefaultProviderAgent {

    private DefaultProviderAgent() {}

    /**
     * Makes {@link UnixSelectorProvider} the default. Where the system property names another already, or a default was made before this
     * was called, by another agent for instance, it stays, and a warning on the {@link System.Logger} of this class's name says so.
     *
     * @param arguments what follows the name of the jar; ignored
     * @param instrumentation adds the export
     */
    @SuppressWarnings("exports") // nobody compiles against it
    public static void premain(String arguments, Instrumentation instrumentation) {
        String ours = UnixSelectorProvider.class.getName();
        String asked = System.getProperty(PlatformProvider.PROPERTY, ours);
        if (!asked.equals(ours)) {
            warn("-D" + PlatformProvider.PROPERTY + " names " + asked);
            return;
        }
        Module own = DefaultProviderAgent.class.getModule();
        instrumentation.redefineModule(
                Object.class.getModule(), Set.of(), Map.of(PlatformProvider.PACKAGE, Set.of(own)), Map.of(), Set.of(), Map.of());
        System.setProperty(PlatformProvider.PROPERTY, ours);
        SelectorProvider systemDefault = SelectorProvider.provider();
        if (!(systemDefault instanceof UnixSelectorProvider)) {
            warn(systemDefault.getClass().getName() + " was in use before it came");
        }
    }

    private static void warn(String reason) {
        System.getLogger(DefaultProviderAgent.class.getName())
                .log(System.Logger.Level.WARNING, "the agent leaves the system's default selector provider as it is: " + reason);
    }
}
