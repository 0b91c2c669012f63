// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.leaking;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/** Opens a socket that it never closes. */
public final class LeakingDescriptors extends Leaking {

    private static final List<DatagramChannel> LEAKED = new ArrayList<>();

    @Override
    public String name() {
        return "LEAKING-DESCRIPTORS";
    }

    @Override
    void leak() throws IOException {
        LEAKED.add(DatagramChannel.open());
    }

    static void end() throws IOException {
        for (DatagramChannel channel : LEAKED) {
            channel.close();
        }
    }
}
