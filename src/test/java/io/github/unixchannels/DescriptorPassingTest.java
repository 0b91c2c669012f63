// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In which words a send of descriptors is refused. */
@ExtendWith(NothingLeaks.class)
class DescriptorPassingTest {

    private final Syscalls sys = HostSyscalls.get();

    @ParameterizedTest
    @EnumSource(names = "STREAM")
    void onAStreamDescriptorsNeedAByteToRideOn(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family); OwnedFd fd = eventfd(); AncillaryData sent = AncillaryData.create()) {
            sent.descriptor(fd);

            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ends.first().send(bytes(0), sent));

            assertTrue(e.getMessage().contains("at least one byte"), e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedDescriptorIsNotSentAndNeitherIsItsMessage(UnixProtocolFamily family) throws IOException {
        try (MessageEnds ends = MessageEnds.open(family);
                OwnedFd open = eventfd();
                AncillaryData sent = AncillaryData.create()) {
            OwnedFd closed = eventfd();
            sent.descriptor(open).descriptor(closed);
            closed.close();

            IOException e = assertThrows(IOException.class, () -> ends.first().send(bytes(3), sent));

            assertTrue(e.getMessage().contains("descriptor 2 of 2") && e.getMessage().contains("EBADF"), e.getMessage());
            ends.second().channel().configureBlocking(false);
            assertEquals(0, ends.second().read(ByteBuffer.allocate(10)));
        }
    }

    private OwnedFd eventfd() throws IOException {
        return OwnedFd.adopt(sys.eventfd(0, Linux.EFD_CLOEXEC));
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length);
    }
}
