// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.support.VirtualThreadStarter;
import java.util.SplittableRandom;

/**
 * What a seed decides about a walk before its first step.
 *
 * @param seed the number
 * @param walkers how many threads walk
 * @param steps how many operations each does
 * @param faults whether system calls fail, one in so many; 0: none does
 * @param virtual whether the threads are virtual, where there are such
 */
record Course(long seed, int walkers, int steps, int faults, boolean virtual) {

    private static final int MOST_WALKERS = 4;
    private static final int STEPS = 120;

    static Course of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int walkers = random.nextInt(2, MOST_WALKERS + 1);
        int faults = random.nextInt(2) == 0 ? 0 : random.nextInt(10, 60);
        boolean virtual = random.nextInt(4) == 0 && VirtualThreadStarter.isAvailable();
        return new Course(seed, walkers, STEPS, faults, virtual);
    }

    /** The numbers that a walker, or another who walks beside, draws. */
    SplittableRandom random(int walker) {
        return new SplittableRandom(seed * 31 + walker + 1);
    }

    /** The command that takes the same walk. */
    String replay() {
        return "./mvnw test -Dtest=WalkTest -Dwalk.first=" + seed + " -Dwalk.count=1";
    }
}
