// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.IOException;
import java.nio.file.Path;

/** Figures, drawn. */
public interface Chart {

    /** The name of its file, without what it ends in: {@code selector-keys}. */
    String name();

    /** What is seen in it, in a sentence. */
    String title();

    /** Whether there is something to draw. */
    boolean isMeasured();

    /** Draws it as SVG. */
    void draw(Path file) throws IOException;
}
