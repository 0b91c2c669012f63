// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs rules on one provider, and tells the file named first what became of each: {@code test outcome cause}, after {@code test} alone when
 * it begins. Ends the JVM after a rule that was timed out: what it left behind would disturb the next.
 */
public final class RunRules implements TestExecutionListener {

    private static final String TIMEOUT = "5s";

    /** What is left over is not counted, so that nothing need wait for it. */
    private static final String PATIENCE_SECONDS = "1";

    private final Path record;

    private RunRules(Path record) {
        this.record = record;
    }

    public static void main(String[] arguments) {
        List<DiscoverySelector> tests =
                Arrays.stream(arguments).skip(1).<DiscoverySelector>map(name -> selectMethod(name)).toList();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(tests)
                .configurationParameter("junit.jupiter.execution.timeout.default", TIMEOUT)
                .configurationParameter("contract.patience.seconds", PATIENCE_SECONDS)
                .build();
        LauncherFactory.create().execute(request, new RunRules(Path.of(arguments[0])));
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void executionStarted(TestIdentifier identifier) {
        if (identifier.isTest()) {
            append(test(identifier));
        }
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (!identifier.isTest()) {
            result.getThrowable().ifPresent(Throwable::printStackTrace);
            return;
        }
        Outcome outcome = outcome(result);
        if (outcome.isBroken()) {
            result.getThrowable().ifPresent(Throwable::printStackTrace);
        }
        append(test(identifier) + " " + outcome + " " + result.getThrowable().map(RunRules::firstLine).orElse(""));
        if (result.getThrowable().flatMap(RunRules::timeout).isPresent()) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static Outcome outcome(TestExecutionResult result) {
        Throwable failure = result.getThrowable().orElse(null);
        return switch (result.getStatus()) {
            case SUCCESSFUL -> Outcome.KEPT;
            case ABORTED -> Outcome.NOT_APPLICABLE;
            case FAILED -> NotOffered.isCauseOf(failure)
                    ? Outcome.NOT_APPLICABLE
                    : timeout(failure).filter(RunRules::isOfACall).isPresent() ? Outcome.HANGS : Outcome.FAILS;
        };
    }

    /** That of the test, or that of what comes after it. */
    private static Optional<TimeoutException> timeout(Throwable failure) {
        return Stream.concat(Stream.of(failure), Arrays.stream(failure.getSuppressed()))
                .filter(TimeoutException.class::isInstance)
                .map(TimeoutException.class::cast)
                .findFirst();
    }

    /** Whether a call did not return, rather than that the test waited for a condition that did not come true. */
    private static boolean isOfACall(TimeoutException timeout) {
        StackTraceElement[] frames = timeout.getCause() == null ? timeout.getStackTrace() : timeout.getCause().getStackTrace();
        return Arrays.stream(frames)
                .map(StackTraceElement::getClassName)
                .filter(name -> !name.startsWith("java."))
                .findFirst()
                .filter(name -> name.startsWith("org.awaitility."))
                .isEmpty();
    }

    private static String test(TestIdentifier identifier) {
        return ((MethodSource) identifier.getSource().orElseThrow()).getMethodName();
    }

    private static String firstLine(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    /** Opens the file each time: a library that closes a descriptor twice may close any. */
    private void append(String line) {
        try {
            Files.writeString(record, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
