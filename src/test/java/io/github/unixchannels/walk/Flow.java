// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One direction of a link, and the account of what was sent into it and received from it. Each walker has a lane of its own in every flow,
 * so that any number of threads may send at once and the order of each one's messages is still known.
 */
abstract class Flow {

    /** The walkers', and one for the thread that releases them. */
    static final int LANES = 8;

    final int id;
    final Verdict verdict;

    /** Held for reading by who receives whole messages, for writing by who receives bytes or parts. */
    final ReentrantReadWriteLock reading = new ReentrantReadWriteLock();

    /** What was received may be missing from now on: the receiving end was closed, reset or interrupted. */
    private volatile boolean lossy;

    private volatile String notes = "";

    Flow(int id, Verdict verdict) {
        this.id = id;
        this.verdict = verdict;
    }

    final void mayLose() {
        lossy = true;
    }

    final boolean isLossy() {
        return lossy;
    }

    /** Adds to what is told of this flow if a rule is broken. */
    final void note(String more) {
        notes += "; " + more;
    }

    /** Whether more was sent than received. */
    abstract boolean hasUnreceived();

    /** Checks, after all was received that can be, that nothing is missing. Returns how many messages or bytes are. */
    abstract long missing();

    void broken(String rule) {
        verdict.broken(this + ": " + rule + notes);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "#" + id;
    }
}
