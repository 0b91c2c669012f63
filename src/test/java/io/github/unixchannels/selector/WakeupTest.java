// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.FaultySyscalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WakeupTest {

    private final FaultySyscalls calls = new FaultySyscalls();
    private Wakeup wakeup;

    @BeforeEach
    void open() throws Exception {
        wakeup = Wakeup.open(calls.syscalls());
    }

    @AfterEach
    void close() {
        wakeup.close();
    }

    @Test
    void aSignalIsNoRequest() {
        wakeup.beginWait();
        wakeup.signal();
        assertFalse(wakeup.take());
        wakeup.request();
        assertTrue(wakeup.isRequested());
        assertTrue(wakeup.take());
        wakeup.signal();
        wakeup.request();
        wakeup.signal();
        assertTrue(wakeup.take());
        assertFalse(wakeup.take());
    }

    @Test
    void manyRequestsAreOneSystemCallUntilTheyAreTaken() {
        wakeup.beginWait();
        for (int i = 0; i < 100; i++) {
            wakeup.request();
        }
        assertEquals(1, calls.count("write"));
        assertTrue(wakeup.take());
        wakeup.request();
        assertEquals(2, calls.count("write"));
    }

    @Test
    void whileNobodyWaitsARequestIsNoSystemCall() {
        wakeup.request();
        wakeup.signal();
        assertTrue(wakeup.isRequested());
        wakeup.beginWait();
        wakeup.endWait();
        assertTrue(wakeup.take());
        wakeup.request();
        assertEquals(0, calls.count("write"));
    }

    /** The stack of the thread that asks may end in the middle of it. */
    @Test
    void aRequestThatFailsIsNotTakenForMade() {
        wakeup.beginWait();
        calls.next("write", (real, arguments) -> {
            throw new StackOverflowError();
        });
        assertThrows(StackOverflowError.class, wakeup::request);
        wakeup.request();
        assertEquals(2, calls.count("write"));
        assertTrue(wakeup.take());
        wakeup.close();
        assertEquals(1, calls.count("close"), "who failed is not inside any more");
    }

    @Test
    void afterItsEndItMakesNoSystemCall() {
        wakeup.beginWait();
        wakeup.close();
        wakeup.signal();
        wakeup.request();
        assertEquals(0, calls.count("write"));
    }
}
