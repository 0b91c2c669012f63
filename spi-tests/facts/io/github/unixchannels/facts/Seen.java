// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.util.ArrayList;
import java.util.List;

/** What a probe saw of one fact, and what of it was not as expected. */
final class Seen {

    private final List<String> all = new ArrayList<>();
    private final List<String> deviations = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    /** Records something that should be {@code expected}. */
    void check(String what, Object actual, Object expected) {
        String text = what + ": " + actual;
        if (actual.equals(expected)) {
            all.add(text);
        } else {
            deviate(text + " (not " + expected + ")");
        }
    }

    /** Records the result of a system call that should return {@code expected}. */
    void check(String what, long result, String expected) {
        check(what, Names.result(result), expected);
    }

    /** Records something of which nothing is expected. */
    void note(String what, Object actual) {
        all.add(what + ": " + actual);
    }

    /** Records that it could not be tried, and why. */
    void notTried(String why) {
        all.add("not tried: " + why);
    }

    /** Records that this kernel knows nothing of the kind. */
    void notHere(String what) {
        all.add(what + ": not on this kernel");
    }

    void failed(Throwable cause) {
        failures.add(cause);
        deviate("could not be found out: " + cause);
    }

    private void deviate(String text) {
        all.add(text);
        deviations.add(text);
    }

    List<String> deviations() {
        return deviations;
    }

    /** What went wrong in the probe itself. */
    List<Throwable> failures() {
        return failures;
    }

    @Override
    public String toString() {
        return String.join("; ", all);
    }
}
