// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import java.lang.ref.Cleaner;

/** What is done once an object is unreachable, by a thread that is not started before something is to be watched. */
public final class Unreachable {

    private static final Cleaner CLEANER = Cleaner.create();

    private Unreachable() {}

    /**
     * Has {@code action}, from which nothing leads to {@code object}, done once that is unreachable; or before, by the one who is given.
     */
    public static Cleaner.Cleanable watch(Object object, Runnable action) {
        return CLEANER.register(object, action);
    }
}
