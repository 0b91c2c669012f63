// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.util.Arrays;

/**
 * A flow of bytes: each lane's arrive in their order, however they are cut. The upper bits of a byte are its lane, the lower are a hash of
 * its place in the lane. Thread safe.
 */
final class ByteFlow extends Flow {

    private static final int HASH_BITS = 5;
    private static final int HASH_MASK = (1 << HASH_BITS) - 1;

    private static final class Lane {
        long written;
        long attempted;
        long received;

        /** How much of the last write went is not known. */
        boolean unsure;
    }

    private final Lane[] lanes = new Lane[LANES];
    private boolean broken;

    ByteFlow(int id, Verdict verdict) {
        super(id, verdict);
        Arrays.setAll(lanes, i -> new Lane());
    }

    /** The next bytes of a lane, which are about to be written; null if it is not known where the lane has come to. */
    synchronized byte[] begin(int lane, int count) {
        Lane own = lanes[lane];
        if (own.unsure) {
            return null;
        }
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = at(lane, own.written + i);
        }
        own.attempted = own.written + count;
        return bytes;
    }

    /** So many of them went. */
    synchronized void wrote(int lane, long count) {
        lanes[lane].written += count;
        lanes[lane].attempted = lanes[lane].written;
        if (lanes[lane].received > lanes[lane].written) {
            broken("lane " + lane + ": more bytes arrived than were written: " + lanes[lane].received + " of " + lanes[lane].written);
        }
    }

    /** All of them, some or none went. */
    synchronized void unsure(int lane) {
        lanes[lane].unsure = true;
    }

    /** Bytes were received, by who holds {@link #reading} alone. */
    synchronized void received(byte[] bytes) {
        if (isLossy() || broken) {
            return;
        }
        for (int i = 0; i < bytes.length; i++) {
            int index = (bytes[i] ^ key()) >> HASH_BITS & LANES - 1;
            Lane lane = lanes[index];
            if (bytes[i] != at(index, lane.received) || lane.received >= lane.attempted) {
                broken = true;
                broken("byte " + i + " of " + bytes.length + " is not number " + lane.received + " of lane " + index + ", of which "
                        + lane.attempted + " were written");
                return;
            }
            lane.received++;
        }
    }

    @Override
    synchronized boolean hasUnreceived() {
        return Arrays.stream(lanes).anyMatch(lane -> lane.written > lane.received);
    }

    @Override
    synchronized long missing() {
        long missing = 0;
        for (int i = 0; i < LANES && !isLossy() && !broken; i++) {
            if (lanes[i].received < lanes[i].written) {
                missing += lanes[i].written - lanes[i].received;
                broken("lane " + i + ": " + lanes[i].received + " of " + lanes[i].written + " bytes arrived");
            }
        }
        return missing;
    }

    private int key() {
        return id * 0x9d & 0xff;
    }

    private byte at(int lane, long place) {
        long mixed = (place * 0x9e3779b97f4a7c15L) ^ id * 0x632be59bd9b4e019L ^ lane * 0x7f4a7c15L;
        mixed ^= mixed >>> 29;
        mixed *= 0xbf58476d1ce4e5b9L;
        return (byte) ((lane << HASH_BITS | (int) (mixed >>> 40) & HASH_MASK) ^ key());
    }
}
