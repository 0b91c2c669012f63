// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import java.io.IOException;
import java.nio.channels.Selector;

/** An agent that comes before ours and opens a selector; as a program it prints whose selectors are. */
final class EarlySelector {

    private EarlySelector() {}

    public static void premain(String arguments) throws IOException {
        Selector.open().close();
    }

    public static void main(String[] arguments) throws IOException {
        try (Selector selector = Selector.open()) {
            System.out.println(selector.provider().getClass().getSimpleName());
        }
    }
}
