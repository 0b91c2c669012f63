// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with an argument is told before what is wrong with the channel. */
class ArgumentContract extends ContractTest {

    /** Channels in every state in which the operation itself is refused. */
    private List<SocketChannel> unconnectedAndClosed() throws IOException {
        SocketChannel closedBefore = socket();
        SocketChannel closedAfter = pair().client();
        closedBefore.close();
        closedAfter.close();
        return List.of(socket(), closedBefore, closedAfter);
    }

    @Test
    void c114_connectRefusesNullAndForeignAddressesInWhateverState() throws IOException {
        for (SocketChannel channel : unconnectedAndClosed()) {
            assertRefusesAddresses(channel);
        }
        assertRefusesAddresses(pair().accepted());
        if (provider.capabilities().contains(Capability.PENDING_BACKLOG)) {
            assertRefusesAddresses(ConnectContract.fillBacklog(this, unboundServer().bind(freeAddress(), 1)));
        }
    }

    private void assertRefusesAddresses(SocketChannel channel) {
        assertThrows(NullPointerException.class, () -> channel.connect(null), channel::toString);
        for (SocketAddress foreign : ChannelStateContract.foreignAddresses(provider)) {
            assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(foreign), channel::toString);
        }
    }

    @Test
    void c115_aNullBufferAndARangeOutsideTheArrayAreRefusedInWhateverState() throws IOException {
        ByteBuffer[] two = {ByteBuffer.allocate(1), ByteBuffer.allocate(1)};
        for (SocketChannel channel : unconnectedAndClosed()) {
            assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer) null), channel::toString);
            assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer) null), channel::toString);
            assertThrows(NullPointerException.class, () -> channel.read((ByteBuffer[]) null), channel::toString);
            assertThrows(NullPointerException.class, () -> channel.write((ByteBuffer[]) null), channel::toString);
            assertThrows(IndexOutOfBoundsException.class, () -> channel.read(two, 1, 2), channel::toString);
            assertThrows(IndexOutOfBoundsException.class, () -> channel.write(two, 1, 2), channel::toString);
        }
    }
}
