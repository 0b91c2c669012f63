// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.ChildJvm;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a child of this process inherits of the library: nothing, even if the child closes nothing itself. */
class CloseOnExecTest {

    @Test
    void aNativeChildInheritsNothingAfterEveryKindOfObjectHasBeenOpened() throws Exception {
        ChildJvm process = ChildJvm.run(Map.of(), EverythingProcess.class);
        assertEquals(0, process.exitCode(), process.errors());
        assertEquals("", process.output());
    }
}
