// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.awaitility.Awaitility.await;

import io.github.unixchannels.support.FaultySyscalls;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferAddressesTest {

    private final FaultySyscalls calls = new FaultySyscalls();
    private final Syscalls sys = calls.syscalls();
    private final BufferAddresses addresses = new BufferAddresses();

    @Test
    void aBufferThatIsUsedAgainIsAskedForOnce() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        long address = sys.addressOf(buffer);

        for (int i = 0; i < 1000; i++) {
            assertEquals(address, addresses.known(sys, buffer));
            assertEquals(address, addresses.of(sys, buffer));
        }

        assertEquals(1 + 1, calls.count("addressOf"));
    }

    @Test
    void everyBufferHasItsOwnAddressHoweverManyThereAre() {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ByteBuffer whole = ByteBuffer.allocateDirect(64);
            buffers.add(whole);
            buffers.add(whole.position(i).slice());
            buffers.add(whole.duplicate());
        }
        for (int round = 0; round < 20; round++) {
            for (ByteBuffer buffer : buffers) {
                long address = sys.addressOf(buffer);
                long known = addresses.known(sys, buffer);
                assertTrue(known == BufferAddresses.UNKNOWN || known == address);
                assertEquals(address, addresses.of(sys, buffer));
            }
        }
    }

    @Test
    void buffersThatAreUsedOnceAreSeldomAskedFor() {
        int asked = 0;
        for (int i = 0; i < 640; i++) {
            asked += addresses.known(sys, ByteBuffer.allocateDirect(1)) != BufferAddresses.UNKNOWN ? 1 : 0;
        }
        assertEquals(10, asked);
        assertEquals(10, calls.count("addressOf"));
    }

    @Test
    void toBeRememberedKeepsNoBufferAlive() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        WeakReference<ByteBuffer> alive = new WeakReference<>(buffer);
        assertEquals(sys.addressOf(buffer), addresses.known(sys, buffer));
        buffer = null;

        await().until(() -> {
            System.gc();
            return alive.refersTo(null);
        });
    }
}
