// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Tells at the end how many tests were skipped for which reason, a line a reason. */
public final class SkippedTests implements TestExecutionListener {

    private static final String PREFIX = "Assumption failed: ";

    private final Map<String, Integer> reasons = new ConcurrentSkipListMap<>();

    /** Creates one that has seen none. */
    public SkippedTests() {}

    @Override
    public void executionSkipped(TestIdentifier identifier, String reason) {
        add(reason);
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            add(result.getThrowable().map(Throwable::getMessage).orElse(null));
        }
    }

    private void add(String message) {
        String reason = message == null || message.isBlank() ? "no reason given" : message.replace(PREFIX, "");
        reasons.merge(reason, 1, Integer::sum);
    }

    @Override
    public void testPlanExecutionFinished(TestPlan testPlan) {
        if (!reasons.isEmpty()) {
            System.out.println(summary());
        }
    }

    private String summary() {
        StringBuilder text = new StringBuilder("Tests: ");
        text.append(reasons.values().stream().mapToInt(Integer::intValue).sum()).append(" skipped");
        reasons.forEach((reason, count) -> text.append(String.format("%n  skipped %4d: %s", count, reason)));
        return text.toString();
    }
}
