// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.Descriptor;
import java.io.IOException;
import java.net.SocketAddress;

/** Closes a descriptor whose owner the garbage collector has found, and reports it if that is wanted. Knows everything but the owner. */
record ForgottenFd(Descriptor descriptor, Object origin) implements Runnable {

    private static final String LOGGER = "io.github.unixchannels";

    @Override
    public void run() {
        if (!descriptor.enter(Descriptor.USING)) {
            return;
        }
        String report;
        try {
            report = Boolean.getBoolean(OwnedFd.REPORT_PROPERTY) ? report() : null;
        } finally {
            descriptor.close();
            descriptor.leave(Descriptor.USING);
        }
        if (report != null) {
            System.getLogger(LOGGER).log(System.Logger.Level.WARNING, report);
        }
    }

    private String report() {
        return "fd=" + descriptor.fd() + ", " + kind() + " from " + inWords(origin) + ", was forgotten and is closed now; its owner is to be closed";
    }

    /** An origin as text: of a sender's address, what the sender chose is escaped. */
    static String inWords(Object origin) {
        return origin instanceof SocketAddress sender ? UnixAddresses.describe(sender) : origin.toString();
    }

    private String kind() {
        try {
            return FdKinds.inWords(FdKinds.of(descriptor.sys(), descriptor.fd()));
        } catch (IOException e) {
            return "of unknown kind (" + e.getMessage() + ")";
        }
    }
}
