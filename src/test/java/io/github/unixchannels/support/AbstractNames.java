// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.AbstractSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Abstract names that nobody else in this network namespace has. */
public final class AbstractNames {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private AbstractNames() {}

    public static AbstractSocketAddress unique() {
        return AbstractSocketAddress.of(uniqueText());
    }

    /** The name as text, some 30 characters of ASCII. */
    public static String uniqueText() {
        return "unix-channels-test." + ProcessHandle.current().pid() + "." + COUNT.incrementAndGet();
    }
}
