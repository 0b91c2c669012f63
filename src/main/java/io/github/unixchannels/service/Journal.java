// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.ErrnoException;
import io.github.unixchannels.OwnedFd;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * The journal of systemd: systemd-journald(8), by its native protocol.
 *
 * <p>Each entry is one datagram, sent from a socket that is open for that time. An entry that is too long for a datagram goes as a sealed
 * memfd whose descriptor is sent. The journal does not answer: an entry that was sent was taken by the kernel.
 *
 * <p>Immutable and thread safe.
 */
public final class Journal {

    private static final String SOCKET = "/run/systemd/journal/socket";

    private final SocketAddress address;

    /** The journal of this machine: {@code /run/systemd/journal/socket}. Whether there is a journal the first {@link #send} tells. */
    public Journal() {
        this(UnixDomainSocketAddress.of(SOCKET));
    }

    /**
     * A journal at another address: of a namespace of journald, {@code /run/systemd/journal.NAME/socket}, or another receiver of the
     * protocol.
     *
     * @param address a path or an abstract name
     */
    public Journal(SocketAddress address) {
        this.address = Objects.requireNonNull(address);
    }

    /**
     * Sends an entry. System calls: socket(2), sendto(2), close(2); of an entry that is too long also memfd_create(2), write(2), fcntl(2)
     * with F_ADD_SEALS, and sendmsg(2).
     *
     * <p>This waits while the journal's queue is full. A thread that has been interrupted sends all the same, unless the thread has to
     * wait.
     *
     * @param entry remains as it is, and can be sent again
     * @throws IllegalArgumentException if the entry has no fields
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws java.nio.channels.UnsupportedAddressTypeException if the address is no AF_UNIX address
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted meanwhile; the interrupt status stays set
     * @throws java.net.PortUnreachableException if nobody receives at the address any more (ECONNREFUSED)
     * @throws IOException if there is no socket at the address (ENOENT), there is no descriptor or no memory left, or anything else fails
     */
    public void send(JournalEntry entry) throws IOException {
        ByteBuffer fields = entry.encode();
        OneDatagram.sendThoughInterrupted(() -> {
            try {
                OneDatagram.send(fields, address, null);
            } catch (SocketException e) {
                if (!isTooLong(e)) {
                    throw e;
                }
                sendSealed(fields);
            }
        });
    }

    /** By the send buffer, or by what the kernel takes in one piece. */
    private static boolean isTooLong(SocketException e) {
        String error = ErrnoException.nameOf(e);
        return error.equals("EMSGSIZE") || error.equals("ENOBUFS");
    }

    private void sendSealed(ByteBuffer fields) throws IOException {
        try (OwnedFd memory = OwnedFd.memory("journal-entry", 0); AncillaryData ancillary = AncillaryData.create()) {
            try (FileChannel file = memory.duplicate().toFileChannel()) {
                while (fields.hasRemaining()) {
                    file.write(fields);
                }
            }
            memory.seal(OwnedFd.Seal.SHRINK, OwnedFd.Seal.GROW, OwnedFd.Seal.WRITE, OwnedFd.Seal.SEAL);
            OneDatagram.send(ByteBuffer.allocate(0), address, ancillary.descriptor(memory));
        }
    }

    /** Describes the journal: its address. */
    @Override
    public String toString() {
        return Journal.class.getName() + "[" + address + "]";
    }
}
