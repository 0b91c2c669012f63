// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.Passing;
import io.github.unixchannels.contract.ProviderUnderTest;
import io.github.unixchannels.contract.Providers;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A provider that hands every call on to another one, and keeps what that one keeps. Those that are broken override some of it. */
abstract class Facade implements ProviderUnderTest {

    /** The names of the providers that facades stand before. */
    static final String JDK = "JDK-UNIX-STREAM";
    static final String STREAM = "UNIX-CHANNELS-STREAM";
    static final String SEQPACKET = "UNIX-CHANNELS-SEQPACKET";
    static final String DGRAM = "UNIX-CHANNELS-DGRAM";

    private final ProviderUnderTest behind;
    private final FacadeProvider provider;

    Facade(String behind) {
        this.behind = Providers.named(behind);
        this.provider = new FacadeProvider(this);
    }

    FacadeSelector wrap(Selector selector) {
        return new FacadeSelector(provider, selector);
    }

    FacadeSocket wrap(SocketChannel channel) {
        return new FacadeSocket(provider, channel);
    }

    FacadeServer wrap(ServerSocketChannel channel) {
        return new FacadeServer(provider, channel);
    }

    FacadePassing wrap(Passing passing) {
        return new FacadePassing(passing);
    }

    final ProviderUnderTest behind() {
        return behind;
    }

    /** The name of the provider behind: what that one deviates from is deviated from here. */
    @Override
    public final String name() {
        return behind.name();
    }

    /** An adaptor of the provider behind would name the channel behind. */
    @Override
    public final Set<Capability> capabilities() {
        Set<Capability> capabilities = new HashSet<>(behind.capabilities());
        capabilities.remove(Capability.SOCKET_ADAPTOR);
        return capabilities;
    }

    @Override
    public final FacadeProvider provider() {
        return provider;
    }

    @Override
    public final SocketChannel openSocket() throws IOException {
        return wrap(behind.openSocket());
    }

    @Override
    public final ServerSocketChannel openServer() throws IOException {
        return wrap(behind.openServer());
    }

    /** That of the provider behind: no facade stands before a datagram channel. */
    @Override
    public final DatagramChannel openDatagram() throws IOException {
        return behind.openDatagram();
    }

    @Override
    public final FacadePassing passing() {
        return wrap(behind.passing());
    }

    @Override
    public final SocketAddress freeAddress(Path folder) throws IOException {
        return behind.freeAddress(folder);
    }

    @Override
    public final SocketAddress refusingAddress(Path folder) throws IOException {
        return behind.refusingAddress(folder);
    }
}
