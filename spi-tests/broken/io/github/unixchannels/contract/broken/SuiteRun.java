// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import io.github.unixchannels.contract.ProviderUnderTest;
import io.github.unixchannels.contract.Providers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of the suite on one provider, within this JVM: which rules passed, and which failed how. */
final class SuiteRun {

    private static final String PACKAGE = ProviderUnderTest.class.getPackageName();

    private final List<String> finished = new ArrayList<>();
    private final List<String> passed = new ArrayList<>();
    private final Map<String, Throwable> failures = new TreeMap<>();

    private SuiteRun() {}

    /**
     * Runs a part of the suite.
     *
     * @param classes a pattern for the names of the classes of rules, less the word Contract
     * @param timeout how long each rule may take
     */
    static SuiteRun of(Class<? extends ProviderUnderTest> provider, String classes, Duration timeout) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage(PACKAGE))
                .filters(ClassNameFilter.includeClassNamePatterns(PACKAGE.replace(".", "\\.") + "\\.(" + classes + ")Contract"))
                .configurationParameter(Providers.SELECTION, provider.getName())
                .configurationParameter("junit.jupiter.execution.timeout.default", timeout.toMillis() + " ms")
                .configurationParameter("contract.patience.seconds", "1")
                .build();
        SuiteRun run = new SuiteRun();
        LauncherFactory.create().execute(request, run.new Listener());
        return run;
    }

    /** Every rule that ran, those that were skipped too, in order. */
    List<String> finished() {
        return finished;
    }

    List<String> passed() {
        return passed;
    }

    /** The rules that failed. */
    Set<String> failedRules() {
        return failures.keySet().stream().filter(name -> name.matches("[a-z]\\d+")).collect(Collectors.toSet());
    }

    /** What failed, by rule; or by a longer name, where something else than a rule failed. */
    Map<String, Throwable> failures() {
        return failures;
    }

    /** An error with every failure in it. */
    AssertionError error(String message) {
        AssertionError error = new AssertionError(message);
        failures.values().forEach(error::addSuppressed);
        return error;
    }

    private final class Listener implements TestExecutionListener {

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                finished.add(rule(test));
            }
            if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                passed.add(rule(test));
            }
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failures.put(rule(test), result.getThrowable().orElseThrow());
            }
        }

        /** The {@code s07} of a method {@code s07_...}. */
        private static String rule(TestIdentifier test) {
            return test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getMethodName().replaceFirst("_.*", ""))
                    .orElseGet(test::getUniqueId);
        }
    }
}
