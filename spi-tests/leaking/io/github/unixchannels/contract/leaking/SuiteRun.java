// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.leaking;

import io.github.unixchannels.contract.ProviderUnderTest;
import io.github.unixchannels.contract.Providers;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A class of rules run on one provider that the suite does not find by itself. */
final class SuiteRun implements TestExecutionListener {

    private final List<String> failures = new ArrayList<>();
    private int passed;

    private SuiteRun() {}

    /**
     * Runs one class of rules.
     *
     * @param folder an empty one
     */
    static SuiteRun of(String rules, ProviderUnderTest provider, Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(ProviderUnderTest.class.getName()), provider.getClass().getName());
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        String selection = System.getProperty(Providers.SELECTION, "");
        try (URLClassLoader withProvider = new URLClassLoader(new URL[] {folder.toUri().toURL()}, loader)) {
            thread.setContextClassLoader(withProvider);
            System.setProperty(Providers.SELECTION, provider.name());
            SuiteRun run = new SuiteRun();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClass(ProviderUnderTest.class.getPackageName() + "." + rules))
                                    .configurationParameter("contract.patience.seconds", "1")
                                    .build(),
                            run);
            return run;
        } finally {
            System.setProperty(Providers.SELECTION, selection);
            thread.setContextClassLoader(loader);
        }
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            failures.add(identifier.getDisplayName() + ": " + result.getThrowable().map(Throwable::getMessage).orElse(""));
        } else if (identifier.isTest()) {
            passed++;
        }
    }

    /** What failed, and why. */
    List<String> failures() {
        return failures;
    }

    /** How many tests did not fail. */
    int passed() {
        return passed;
    }
}
