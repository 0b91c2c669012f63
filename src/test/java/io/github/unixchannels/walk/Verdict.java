// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.walk.Figures.Figure;
import java.util.ArrayList;
import java.util.List;

/** The rules that a walk saw broken. Thread safe. */
final class Verdict {

    /** Enough to understand a walk: one fault often breaks many rules. */
    private static final int MOST = 20;

    private final Figures figures;
    private final List<AssertionError> broken = new ArrayList<>();

    Verdict(Figures figures) {
        this.figures = figures;
    }

    void broken(String rule) {
        broken(rule, null);
    }

    synchronized void broken(String rule, Throwable cause) {
        figures.count(Figure.BROKEN);
        if (broken.size() < MOST) {
            broken.add(new AssertionError(rule, cause));
        }
    }

    synchronized boolean isClean() {
        return broken.isEmpty();
    }

    /**
     * Ends a walk.
     *
     * @throws AssertionError with all that was broken, if anything was
     */
    synchronized void require(String walk) {
        if (broken.isEmpty()) {
            return;
        }
        AssertionError first = broken.get(0);
        AssertionError all = new AssertionError(walk + ": " + first.getMessage(), first);
        broken.stream().skip(1).forEach(all::addSuppressed);
        throw all;
    }
}
