// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.walk.Figures.Figure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Some hundreds of walks: {@code -Dwalk.count}, beginning with the seed {@code -Dwalk.first}. A seed that fails is told with the command
 * that takes the same walk again.
 */
@Timeout(600)
class WalkTest {

    private static final long FIRST = Long.getLong("walk.first", 1);
    private static final int COUNT = Integer.getInteger("walk.count", 200);

    @Test
    void noWalkBreaksARule() throws Exception {
        Figures figures = new Figures();
        WarmUp.run();
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            new Walk(seed, figures).run();
        }
        assertTrue(figures.get(Figure.MESSAGES_RECEIVED) > 0, "messages were received");
    }
}
