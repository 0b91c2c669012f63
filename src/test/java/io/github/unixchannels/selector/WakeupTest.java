// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
        wakeup.signal();
        assertFalse(wakeup.drain());
        wakeup.request();
        assertTrue(wakeup.drain());
        wakeup.signal();
        wakeup.request();
        wakeup.signal();
        assertTrue(wakeup.drain());
        assertFalse(wakeup.drain());
    }

    @Test
    void manyRequestsAreOneSystemCallUntilTheyAreTaken() {
        for (int i = 0; i < 100; i++) {
            wakeup.request();
        }
        assertEquals(1, calls.count("write"));
        assertTrue(wakeup.drain());
        wakeup.request();
        assertEquals(2, calls.count("write"));
    }

    @Test
    void aRequestThatMeetsTheDrainIsNotLost() {
        wakeup.signal();
        calls.next("read", (real, arguments) -> {
            Object result = real.with(arguments);
            wakeup.request();
            return result;
        });
        assertTrue(wakeup.drain());

        wakeup.request();
        assertEquals(3, calls.count("write"), "the next is told to the kernel again");
        assertTrue(wakeup.drain());
    }

    @Test
    void afterItsEndItMakesNoSystemCall() {
        wakeup.close();
        wakeup.signal();
        wakeup.request();
        assertEquals(0, calls.count("write"));
    }
}
