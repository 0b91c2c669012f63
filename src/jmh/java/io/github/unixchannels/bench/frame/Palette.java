// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.awt.Color;
import java.util.LinkedHashMap;
import java.util.Map;

/** A colour for each library, the same in every chart, and a lighter one for what is not its first row. */
final class Palette {

    private static final Map<String, Color> COLOURS = new LinkedHashMap<>();

    static {
        COLOURS.put(Names.OURS, new Color(0x1f4e9c));
        COLOURS.put("C ", new Color(0x333333));
        COLOURS.put("JDK ", new Color(0xe07b00));
        COLOURS.put("junixsocket ", new Color(0xb02020));
        COLOURS.put("jnr-", new Color(0x2e8b57));
        COLOURS.put("Netty ", new Color(0x7b3fa0));
    }

    private static final Color OTHER = new Color(0x008b8b);

    private final Map<String, Integer> met = new LinkedHashMap<>();

    /** The colour of the next row, of this name. */
    Color next(String name) {
        String library = COLOURS.keySet().stream().filter(name::startsWith).findFirst().orElse("");
        int before = met.merge(library, 1, Integer::sum) - 1;
        Color colour = COLOURS.getOrDefault(library, OTHER);
        return new Color(lighter(colour.getRed(), before), lighter(colour.getGreen(), before), lighter(colour.getBlue(), before));
    }

    private static int lighter(int part, int steps) {
        int lighter = part;
        for (int i = 0; i < steps; i++) {
            lighter += (255 - lighter) * 2 / 5;
        }
        return lighter;
    }
}
