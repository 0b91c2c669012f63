// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

/**
 * Something that a kernel does with AF_UNIX sockets, or does not.
 *
 * @param id short and for ever the same fact's
 * @param holds what holds on the kernels this library was written on, in a sentence
 * @param reliedOnBy the rule of docs/contract.md or the class that would be wrong if it did not hold; null if a kernel may differ
 * @param probe how to find out
 */
record Fact(String id, String holds, String reliedOnBy, Probe probe) {

    /** Finds out what the running kernel does. */
    @FunctionalInterface
    interface Probe {
        void look(Seen seen) throws Exception;
    }

    /** A fact without which something in this library is wrong. */
    static Fact reliedOn(String id, String reliedOnBy, String holds, Probe probe) {
        return new Fact(id, holds, reliedOnBy, probe);
    }

    /** A fact that is good to know. */
    static Fact known(String id, String holds, Probe probe) {
        return new Fact(id, holds, null, probe);
    }

    boolean isReliedOn() {
        return reliedOnBy != null;
    }

    /** Asks the running kernel. A probe that fails has seen nothing, which is a deviation as well. */
    Seen see() {
        Seen seen = new Seen();
        try {
            probe.look(seen);
        } catch (Exception | AssertionError e) {
            seen.failed(e);
        }
        return seen;
    }
}
