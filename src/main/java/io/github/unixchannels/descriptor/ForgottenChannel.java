// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.OwnedFd;
import java.util.function.Supplier;

/**
 * Closes the descriptor of a channel that the garbage collector has found, and reports it if that is wanted. Nothing leads from here to the
 * channel.
 *
 * <p>Only datagram channels of AF_UNIX, and the channels of sockets of {@code java.net}, are closed without the report: a channel that is
 * watched costs a phantom reference.
 */
public record ForgottenChannel(Descriptor descriptor, Supplier<String> description) implements Runnable {

    private static final String LOGGER = "io.github.unixchannels";

    /** Whether forgotten channels of all kinds are closed and reported. Read once, so that channels cost nothing otherwise. */
    public static final boolean REPORTED = Boolean.getBoolean(OwnedFd.REPORT_PROPERTY);

    /**
     * Has a channel closed, and reported, once it is unreachable. The last thing that a constructor does: until there is a channel, the
     * number is the caller's.
     *
     * @param description what it is, told with the descriptor open; nothing may lead from it to the channel
     */
    public static void watch(Object channel, Descriptor descriptor, Supplier<String> description) {
        Unreachable.watch(channel, new ForgottenChannel(descriptor, description));
    }

    @Override
    public void run() {
        if (!descriptor.enter(Descriptor.USING)) {
            return;
        }
        String report;
        try {
            report = "fd=" + descriptor.fd() + ", " + description.get() + ", was forgotten and is closed now; the channel is to be closed";
        } finally {
            descriptor.close();
            descriptor.leave(Descriptor.USING);
        }
        System.getLogger(LOGGER).log(System.Logger.Level.WARNING, report);
    }
}
