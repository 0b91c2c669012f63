// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

import static java.nio.channels.SelectionKey.OP_READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.unixchannels.support.SelectorAxis;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class RegistrationTest {

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JDK")
    void anotherProvidersSelectorRefusesOurs(SelectorAxis axis) throws Exception {
        try (Selector ours = axis.openSelector();
                Selector theirs = SelectorAxis.JDK.openSelector();
                SocketChannel ourChannel = axis.openChannel()) {
            assertThrows(IllegalSelectorException.class, () -> ourChannel.register(theirs, OP_READ));

            assertFalse(ourChannel.isRegistered());
            assertEquals(1, ourChannel.register(ours, OP_READ).interestOps());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegistrationNeedsASelector(SelectorAxis axis) throws Exception {
        try (SocketChannel channel = axis.openChannel()) {
            assertThrows(NullPointerException.class, () -> channel.register(null, OP_READ));
            assertFalse(channel.isRegistered());
        }
    }
}
