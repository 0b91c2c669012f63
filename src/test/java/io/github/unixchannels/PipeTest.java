// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The provider's pipe. What its ends do is shown of those that came from elsewhere. */
@ExtendWith(NothingLeaks.class)
class PipeTest {

    private final UnixSelectorProvider provider = UnixSelectorProvider.provider();

    @Test
    void itsEndsAreOfThisProviderAndBringNoOtherSelectorIn() throws IOException {
        Pipe pipe = provider.openPipe();
        Pipe.SinkChannel sink = pipe.sink();
        try (Pipe.SourceChannel source = pipe.source(); Selector selector = provider.openSelector()) {
            assertSame(provider, source.provider());
            assertSame(provider, sink.provider());
            int before = OpenDescriptors.count();
            source.configureBlocking(false);
            SelectionKey key = source.register(selector, SelectionKey.OP_READ);
            assertEquals(0, selector.selectNow());

            sink.write(ByteBuffer.allocate(3));

            assertEquals(1, selector.select());
            assertTrue(key.isReadable());
            assertEquals(3, source.read(ByteBuffer.allocate(10)));
            assertEquals(0, source.read(ByteBuffer.allocate(10)));
            assertEquals(before, OpenDescriptors.count());
            sink.close();
            assertEquals(-1, source.read(ByteBuffer.allocate(10)));
        }
    }

    @Test
    void aFullDescriptorTableIsAnExceptionThatSaysSo() {
        FaultySyscalls faulty = new FaultySyscalls().fail("pipe2", Errno.EMFILE, 1);

        IOException e = assertThrows(IOException.class, () -> new UnixSelectorProvider(faulty::syscalls).openPipe());

        assertEquals("pipe2(O_CLOEXEC | O_NONBLOCK): Too many open files (EMFILE)", e.getMessage());
    }
}
