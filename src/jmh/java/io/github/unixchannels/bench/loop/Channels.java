// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.loop;

import io.github.unixchannels.UnixProtocolFamily;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;

/** The channels of one library and one type of socket, and what selects them. */
interface Channels {

    /** Two blocking channels, connected to each other. */
    Ends pair() throws IOException;

    /** A channel, blocking, that is connected to a listener. */
    SelectableChannel client(UnixDomainSocketAddress listener) throws IOException;

    /** What a listener is to be of, for {@link #client}. */
    UnixProtocolFamily family();

    Selector openSelector() throws IOException;
}
