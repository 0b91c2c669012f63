// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.awaitility.Awaitility.await;

import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferAddressesTest {

    private final Syscalls sys = HostSyscalls.get();
    private final BufferAddresses addresses = new BufferAddresses();

    @Test
    void theAddressIsThatOfTheFirstByteWhateverThePosition() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        long address = sys.addressOf(buffer);

        for (int i = 0; i < 1000; i++) {
            assertEquals(address, addresses.of(sys, buffer.position(i % 16)));
        }
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
                assertEquals(sys.addressOf(buffer), addresses.of(sys, buffer));
            }
        }
    }

    @Test
    void toBeRememberedKeepsNoBufferAlive() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        WeakReference<ByteBuffer> alive = new WeakReference<>(buffer);
        assertEquals(sys.addressOf(buffer), addresses.of(sys, buffer));
        buffer = null;

        await().until(() -> {
            System.gc();
            return alive.refersTo(null);
        });
    }
}
