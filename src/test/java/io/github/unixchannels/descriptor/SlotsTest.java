// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotsTest {

    private final Slots<Integer> slots = new Slots<>();

    @Test
    void anObjectIsFoundUnderItsNumberUntilThatIsGivenBack() {
        int first = slots.add(1);
        int second = slots.add(2);
        assertEquals(1, slots.get(first));
        assertEquals(2, slots.get(second));

        slots.remove(first);
        assertNull(slots.get(first));
        assertEquals(2, slots.get(second));
    }

    @Test
    void aNumberThatWasNeverGivenHasNoObject() {
        assertNull(slots.get(0));
        assertNull(slots.get(1_000_000));
    }

    @Test
    void numbersStaySmallAndAreUsedAgain() {
        Random random = new Random(4711);
        Map<Integer, Integer> expected = new HashMap<>();
        List<Integer> numbers = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < 20_000; i++) {
            if (numbers.size() < 500 && random.nextInt(5) < 3) {
                int number = slots.add(i);
                assertNull(expected.put(number, i), "given to two");
                numbers.add(number);
                most = Math.max(most, numbers.size());
                assertTrue(number < most, number + " for at most " + most);
            } else if (!numbers.isEmpty()) {
                int number = numbers.remove(random.nextInt(numbers.size()));
                assertEquals(expected.remove(number), slots.get(number));
                slots.remove(number);
                assertNull(slots.get(number));
            }
        }
        expected.forEach((number, object) -> assertEquals(object, slots.get(number)));
    }
}
