// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.atomic.LongAdder;

/** What walks count. Thread safe. */
final class Figures {

    enum Figure {
        WALKS,
        OPERATIONS,
        CONNECTIONS,
        MESSAGES_SENT,
        MESSAGES_RECEIVED,
        BYTES_SENT,
        BYTES_RECEIVED,
        DESCRIPTORS_SENT,
        DESCRIPTORS_RECEIVED,
        SELECTIONS,
        INTERRUPTS,
        CLOSES,
        RELEASES,
        NUMBERS_RECYCLED,
        FAULTS,
        LOST,
        LEAKED,
        HUNG,
        BROKEN;

        /** As results files and the page have it. */
        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final Map<Figure, LongAdder> sums = new EnumMap<>(Figure.class);

    Figures() {
        for (Figure figure : Figure.values()) {
            sums.put(figure, new LongAdder());
        }
    }

    void count(Figure figure) {
        add(figure, 1);
    }

    void add(Figure figure, long more) {
        sums.get(figure).add(more);
    }

    long get(Figure figure) {
        return sums.get(figure).sum();
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        for (Figure figure : Figure.values()) {
            text.add(figure.text() + "=" + get(figure));
        }
        return text.toString();
    }
}
