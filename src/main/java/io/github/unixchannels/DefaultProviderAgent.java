// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import java.util.Set;

/**
 * What {@code -javaagent:unix-channels.jar} runs before {@code main}: makes {@link UnixSelectorProvider} the system's default provider, as
 * {@code -Djava.nio.channels.spi.SelectorProvider=io.github.unixchannels.UnixSelectorProvider} with
 * {@code --add-exports java.base/sun.nio.ch=ALL-UNNAMED} (or {@code =io.github.unixchannels}, where that is a named module) does.
 *
 * <p>The JVM puts the jar on the class path by itself; jffi and its native part must be there too, or all on the module path. The class is public because
 * the JVM must be able to call it in a named module.
 */
public final class DefaultProviderAgent {

    private DefaultProviderAgent() {}

    /**
     * Makes {@link UnixSelectorProvider} the default, after a selector of it could be opened, which loads the native part. Nothing is thrown:
     * where that fails, where the system property names another provider already, or where a default was made before this was called, by
     * another agent for instance, everything stays as it is, and one warning on the {@link System.Logger} of this class's name says why.
     *
     * @param arguments what follows the name of the jar; ignored
     * @param instrumentation adds the export
     */
    @SuppressWarnings("exports") // nobody compiles against it
    public static void premain(String arguments, Instrumentation instrumentation) {
        String reason;
        try {
            reason = makeDefault(instrumentation);
        } catch (Throwable e) { // a JVM whose agent throws does not start
            reason = e.toString();
        }
        if (reason != null) {
            warn("the agent leaves the system's default selector provider as it is: " + reason);
        }
    }

    /** Returns null if it is the default now, else why not. */
    private static String makeDefault(Instrumentation instrumentation) throws IOException {
        String ours = UnixSelectorProvider.class.getName();
        String asked = System.getProperty(PlatformProvider.PROPERTY);
        if (asked != null && !asked.equals(ours)) {
            return "-D" + PlatformProvider.PROPERTY + " names " + asked;
        }
        Module own = DefaultProviderAgent.class.getModule();
        instrumentation.redefineModule(
                Object.class.getModule(), Set.of(), Map.of(PlatformProvider.PACKAGE, Set.of(own)), Map.of(), Set.of(), Map.of());
        // A default that cannot be made, or cannot open anything, would be the JVM's until its end.
        new UnixSelectorProvider().openSelector().close();
        if (asked == null) {
            System.setProperty(PlatformProvider.PROPERTY, ours);
        }
        SelectorProvider systemDefault = SelectorProvider.provider();
        return systemDefault instanceof UnixSelectorProvider ? null : systemDefault.getClass().getName() + " was in use before it came";
    }

    private static void warn(String text) {
        try {
            System.getLogger(DefaultProviderAgent.class.getName()).log(System.Logger.Level.WARNING, text);
        } catch (Throwable e) { // a security policy that forbids that, too
            System.err.println(DefaultProviderAgent.class.getName() + ": " + text);
        }
    }
}
