// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.Set;

/**
 * One kind of channel of one provider: all that the suite has to know of it. Found by {@link java.util.ServiceLoader}.
 *
 * <p>An implementation is stateless. Channels and selectors that it opens are the caller's to close.
 */
public interface ProviderUnderTest {

    /** A name for reports, as {@code JDK-TCP}: letters, digits and dashes. The rules a provider {@link Deviates} from name it so. */
    String name();

    /** What it can do; a rule that {@link Requires} more is skipped. */
    Set<Capability> capabilities();

    /** Whether its sockets are of the family AF_UNIX, of whatever class its addresses are. */
    default boolean isUnix() {
        return capabilities().contains(Capability.UNIX_ADDRESSES);
    }

    /** The provider that its channels come from. */
    SelectorProvider provider();

    /** The provider that its selectors come from. If it is another, only the rules about selectors and keys are tested. */
    default SelectorProvider selectorProvider() {
        return provider();
    }

    /**
     * Opens, starts or loads what this provider, once it is used, keeps for the rest of the process, so that it does not count as left
     * over. To open and close one of each does so for most.
     */
    default void openWhatIsKept() throws IOException {
        if (capabilities().contains(Capability.CONNECTIONS)) {
            openSocket().close();
            openServer().close();
        }
        if (capabilities().contains(Capability.DATAGRAMS)) {
            openDatagram().close();
        }
        if (capabilities().contains(Capability.DESCRIPTORS)) {
            passing().beside().close();
        }
        openSelector().close();
    }

    /** Opens a selector that takes its channels. */
    default Selector openSelector() throws IOException {
        return selectorProvider().openSelector();
    }

    /** Opens a channel, unconnected and in blocking mode. For those that are capable of {@link Capability#CONNECTIONS}. */
    default SocketChannel openSocket() throws IOException {
        throw new UnsupportedOperationException(name() + " has no socket channels");
    }

    /** Opens a server channel, unbound and in blocking mode. For the same. */
    default ServerSocketChannel openServer() throws IOException {
        throw new UnsupportedOperationException(name() + " has no server channels");
    }

    /** Opens a datagram channel, unbound and in blocking mode. For those that are capable of {@link Capability#DATAGRAMS}. */
    default DatagramChannel openDatagram() throws IOException {
        throw new UnsupportedOperationException(name() + " has no datagram channels");
    }

    /** How its channels send and receive what travels beside a message. For those that are capable of {@link Capability#DESCRIPTORS}. */
    default Passing passing() {
        throw new UnsupportedOperationException(name() + " sends nothing beside messages");
    }

    /**
     * An address that is free, for a server or a datagram channel to bind to.
     *
     * @param folder an empty folder with a short path, for those whose addresses are paths
     */
    SocketAddress freeAddress(Path folder) throws IOException;

    /** An address of this provider's kind at which nobody listens or receives, so that connecting is refused if it can be. */
    SocketAddress refusingAddress(Path folder) throws IOException;
}
