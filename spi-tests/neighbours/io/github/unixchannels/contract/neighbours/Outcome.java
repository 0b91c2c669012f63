// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

/** What became of one rule on one provider. */
enum Outcome {
    KEPT("–"),
    FAILS("fails"),

    /** The timeout ended it, in a call that had not returned. */
    HANGS("hangs"),

    /** The JVM ended during the rule. */
    CRASHES("the JVM crashes"),

    NOT_APPLICABLE("n/a"),

    /** The JVM, or the time, ended before the rule's turn. */
    NOT_RUN("not run");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    boolean isBroken() {
        return this == FAILS || this == HANGS || this == CRASHES;
    }
}
