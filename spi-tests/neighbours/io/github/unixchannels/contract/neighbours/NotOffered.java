// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

/** A rule asked for a method of java.nio.channels that the library does not have: the rule does not apply to it. */
final class NotOffered extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotOffered(String method) {
        super(method);
    }

    /** Whether that is why a rule was not kept. */
    static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotOffered) {
                return true;
            }
        }
        return false;
    }
}
