// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.descriptor.ProcessDescriptors;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The numbers that a channel's descriptor probably has, so that a search looks at a few numbers before it looks at all. The kernel gives
 * the lowest free number, so what was opened lately is just below the lowest number that is free now. The number that a search found for a
 * channel before comes first. None of these numbers is certain: the search verifies each in its own way.
 */
final class LikelyNumbers {

    private static final int COUNT = 64;

    /** By channel, which has the equality of Object. The number is a hint: it may be of a duplicate that was closed since. */
    private static final Map<Channel, Integer> FOUND = Collections.synchronizedMap(new WeakHashMap<>());

    private LikelyNumbers() {}

    /** At most {@value #COUNT} numbers and one, however many the process has open. */
    static int[] of(Channel channel, Syscalls sys) throws IOException {
        Integer found = FOUND.get(channel);
        int lowestFree = ProcessDescriptors.lowestFree(sys);
        int recent = Math.min(COUNT, lowestFree);
        int[] numbers = new int[found == null ? recent : recent + 1];
        for (int i = 0; i < recent; i++) {
            numbers[numbers.length - recent + i] = lowestFree - 1 - i;
        }
        if (found != null) {
            numbers[0] = found;
        }
        return numbers;
    }

    /** Has the next search for this channel begin at a number. */
    static void remember(Channel channel, int number) {
        FOUND.put(channel, number);
    }
}
