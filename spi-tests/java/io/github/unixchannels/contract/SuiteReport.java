// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Tells at the end what failed, and how much was skipped for which reason; writes the cases of each class as XML. */
public final class SuiteReport implements TestExecutionListener {

    /** A system property: the folder for the XML files, in JUnit's format; none are written if it is not set. */
    public static final String FOLDER = "contract.reports";

    /** The run that is reported; one within a test of the suite's own is that test's affair. */
    private static final AtomicReference<TestPlan> REPORTED = new AtomicReference<>();

    private final Map<UniqueId, Long> started = new ConcurrentHashMap<>();
    private final List<RuleCase> cases = new ArrayList<>();
    private TestPlan plan;

    /** Creates the report, empty. */
    public SuiteReport() {}

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        if (REPORTED.compareAndSet(null, testPlan)) {
            plan = testPlan;
        }
    }

    @Override
    public void executionStarted(TestIdentifier identifier) {
        if (plan == null) {
            return;
        }
        started.put(identifier.getUniqueIdObject(), System.nanoTime());
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (plan == null) {
            return;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started.remove(identifier.getUniqueIdObject()));
        Optional<Class<?>> type = type(identifier);
        if (type.isEmpty()) {
            return;
        }
        if (identifier.isTest() || result.getStatus() == TestExecutionResult.Status.FAILED) {
            cases.add(new RuleCase(type.get(), name(identifier), took, result));
        }
        if (identifier.getSource().orElse(null) instanceof ClassSource) {
            writeXml(type.get());
        }
    }

    private Optional<Class<?>> type(TestIdentifier identifier) {
        if (identifier.getSource().orElse(null) instanceof ClassSource source) {
            return Optional.of(source.getJavaClass());
        }
        return plan.getParent(identifier).flatMap(this::type);
    }

    private String name(TestIdentifier identifier) {
        return switch (identifier.getUniqueIdObject().getLastSegment().getType()) {
            case "class", "class-template" -> "";
            case "class-template-invocation" -> "[" + identifier.getDisplayName() + "]";
            default -> {
                String parent = plan.getParent(identifier).map(this::name).orElse("");
                yield (parent + " " + identifier.getDisplayName().replace("()", "")).strip();
            }
        };
    }

    private void writeXml(Class<?> type) {
        String folder = System.getProperty(FOLDER, "");
        if (folder.isEmpty()) {
            return;
        }
        try {
            CaseXml.write(Path.of(folder), type, cases.stream().filter(each -> each.type() == type).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan testPlan) {
        cases.removeIf(each -> !each.isOfTheSuite());
        if (!cases.isEmpty()) {
            System.out.println(summary());
        }
        if (REPORTED.compareAndSet(plan, null)) {
            plan = null;
        }
        cases.clear();
    }

    private String summary() {
        StringBuilder text = new StringBuilder();
        text.append("Rules on providers: ").append(count(RuleCase::passed)).append(" passed, ").append(count(RuleCase::skipped))
                .append(" skipped, ").append(count(RuleCase::failed)).append(" failed");
        Map<String, Long> skipped = cases.stream()
                .filter(RuleCase::skipped)
                .collect(Collectors.groupingBy(RuleCase::reason, TreeMap::new, Collectors.counting()));
        skipped.forEach((reason, count) -> text.append(String.format("%n  skipped %4d: %s", count, reason)));
        cases.stream()
                .filter(RuleCase::failed)
                .forEach(each -> text.append(
                        String.format("%n  FAILED %s %s: %s", each.type().getSimpleName(), each.name(), each.message())));
        leftOver().forEach((provider, errors) -> text.append(String.format("%n  LEFT OVER by %s in all: descriptors: %d, threads: %d",
                provider,
                errors.stream().mapToInt(LeftOverError::descriptors).sum(),
                errors.stream().mapToInt(LeftOverError::threads).sum())));
        return text.toString();
    }

    private Map<String, List<LeftOverError>> leftOver() {
        return cases.stream()
                .flatMap(each -> each.result().getThrowable().stream())
                .filter(LeftOverError.class::isInstance)
                .map(LeftOverError.class::cast)
                .collect(Collectors.groupingBy(LeftOverError::provider, TreeMap::new, Collectors.toList()));
    }

    private long count(Predicate<RuleCase> which) {
        return cases.stream().filter(which).count();
    }
}
