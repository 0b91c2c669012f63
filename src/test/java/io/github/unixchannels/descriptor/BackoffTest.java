// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** From 0.1 to 10 milliseconds, as the README says. */
class BackoffTest {

    @Test
    void theTimeDoublesFromAHundredMicrosecondsToTenMilliseconds() {
        Backoff backoff = new Backoff();
        List<Long> micros = LongStream.generate(backoff::nextNanos).limit(10).map(nanos -> nanos / 1000).boxed().toList();
        assertEquals(List.of(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L, 10_000L), micros);
    }

    @Test
    void eachBeginsAnew() {
        new Backoff().nextNanos();
        assertEquals(100_000, new Backoff().nextNanos());
    }
}
