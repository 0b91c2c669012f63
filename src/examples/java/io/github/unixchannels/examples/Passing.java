// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import java.io.IOException;
import java.nio.file.Path;

/** One use of a descriptor that is passed beside a message. */
interface Passing {

    /**
     * Passes it from one end of a pair to the other.
     *
     * @param file what it is about
     * @return what the receiver found, in one line
     * @throws IOException if it fails, or the receiver did not find what the sender had
     */
    String run(Path file) throws IOException;
}
