// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** docs/reliability.md is what {@link ReliabilityPage} makes of the results that are kept, which are those of long runs. */
class ReliabilityPageTest {

    @Test
    void thePageIsMadeOfTheResults() throws IOException {
        assertEquals(ReliabilityPage.text(), Files.readString(ReliabilityPage.PAGE), "run ReliabilityPage");
        MarkdownPage.read("docs/reliability.md").requireLinks();
    }

    @Test
    void theRunsAreLongAndNothingWasLostAndNothingHung() throws IOException {
        List<Properties> runs = ReliabilityPage.runs();
        assertFalse(runs.isEmpty());
        for (Properties run : runs) {
            for (Figure none : List.of(Figure.LOST, Figure.HUNG)) {
                assertEquals("0", run.getProperty(none.name()), none.text());
            }
            assertTrue(Long.parseLong(run.getProperty(Figure.WALKS.name())) >= 10_000);
        }
    }
}
