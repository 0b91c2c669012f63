// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.support.SocketKind;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is registered where: a selector of another provider takes no channel of this one. */
class RegistrationTest {

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void anotherProvidersSelectorRefusesOurs(SocketKind kind) throws Exception {
        try (Selector ours = kind.provider().openSelector();
                Selector theirs = SocketKind.JDK.provider().openSelector();
                SocketChannel channel = kind.openSocket()) {
            channel.configureBlocking(false);
            assertThrows(IllegalSelectorException.class, () -> channel.register(theirs, OP_READ));

            assertFalse(channel.isRegistered());
            assertEquals(1, channel.register(ours, OP_READ).interestOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegistrationNeedsASelector(SocketKind kind) throws Exception {
        try (SocketChannel channel = kind.openSocket()) {
            channel.configureBlocking(false);
            assertThrows(NullPointerException.class, () -> channel.register(null, OP_READ));
            assertFalse(channel.isRegistered());
        }
    }
}
