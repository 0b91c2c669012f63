// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.platform.engine.TestExecutionResult;

/**
 * What came of one rule on one provider, or of another test.
 *
 * @param type the class of rules
 * @param name the provider in brackets and the rule's method; without the latter if it is about the class as a whole
 * @param took how long it took
 * @param result what came of it
 */
record RuleCase(Class<?> type, String name, Duration took, TestExecutionResult result) {

    /** Whether this is about a rule. */
    boolean isOfTheSuite() {
        return ContractTest.class.isAssignableFrom(type);
    }

    boolean passed() {
        return result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    }

    boolean skipped() {
        return result.getStatus() == TestExecutionResult.Status.ABORTED;
    }

    boolean failed() {
        return result.getStatus() == TestExecutionResult.Status.FAILED;
    }

    /** Why it was skipped, in words that several cases have in common. */
    String reason() {
        return result.getThrowable()
                .map(thrown -> thrown instanceof RuleSkipped skipped ? skipped.reason() : thrown.getMessage())
                .orElse("no reason given");
    }

    String message() {
        return result.getThrowable().map(Throwable::toString).orElse("");
    }

    String stackTrace() {
        StringWriter text = new StringWriter();
        result.getThrowable().ifPresent(thrown -> thrown.printStackTrace(new PrintWriter(text)));
        return text.toString();
    }
}
