// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

/**
 * The descriptors that travel with the plain reads and writes of a channel, for code that knows {@link java.nio.channels.SocketChannel} or
 * streams only. {@link UnixSocketChannel#passDescriptors} makes the object.
 *
 * <p><b>To send</b>: what was {@linkplain #attach attached} goes with the first byte of the next write of the channel.
 *
 * <p><b>To receive</b>: what comes with a read waits here, in its order, until it is {@linkplain #take taken}. A read never goes beyond bytes
 * that descriptors came with, so what is here after a read belongs to bytes of that read or of reads before. At most as many wait as
 * were asked for. What comes beyond is closed at once, and counted: a peer cannot fill this process's table of descriptors.
 *
 * <p>Own code does better with {@link UnixSocketChannel#send(java.nio.ByteBuffer, AncillaryData)} and
 * {@link UnixSocketChannel#receive(java.nio.ByteBuffer, AncillaryData)}, where bytes and descriptors are of one call.
 *
 * <pre>{@code
 *   try (UnixSocketChannel.Pair pair = UnixSocketChannel.pair(UnixProtocolFamily.STREAM);
 *           PassedDescriptors sent = pair.first().passDescriptors(0);
 *           PassedDescriptors received = pair.second().passDescriptors(16);
 *           OwnedFd memory = OwnedFd.memory("example", 4096)) {
 *       sent.attach(memory);
 *       pair.first().write(ByteBuffer.wrap("a descriptor".getBytes()));
 *       pair.second().read(ByteBuffer.allocate(100));
 *       try (OwnedFd fd = received.take()) {
 *           System.out.println(fd.kind()); // prints REGULAR_FILE
 *       }
 *   }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public abstract class PassedDescriptors implements AutoCloseable {

    /** Initializes an object; {@link UnixSocketChannel#passDescriptors} makes those of this library. */
    protected PassedDescriptors() {}

    /**
     * Attaches a descriptor to the next write that sends a byte. The receiver gets a descriptor of its own, of the same open file. A write
     * that sends nothing keeps what is attached: because there is no room, because its time is over, or because nothing remains in its
     * buffers. A write that fails otherwise drops what is attached.
     *
     * @param descriptor borrowed until that write: it must stay open, and the caller closes it
     * @return this object
     * @throws IllegalArgumentException if it is another library's
     * @throws IllegalStateException if {@value AncillaryData#MAX_DESCRIPTORS} are attached already, or this object is closed
     */
    public abstract PassedDescriptors attach(OwnedFd descriptor);

    /**
     * Takes the descriptor that has waited longest.
     *
     * @return the descriptor, which belongs to the caller from now on; null if none waits
     */
    public abstract OwnedFd take();

    /**
     * Returns how many descriptors wait to be taken.
     *
     * @return 0 or more
     */
    public abstract int count();

    /**
     * Returns how many descriptors were closed because too many waited.
     *
     * @return 0 or more, since this object was made
     */
    public abstract long refusedCount();

    /**
     * Ends it: reads and writes of the channel are plain again, what waits is closed, and what is attached is dropped. The channel stays
     * open. Has no effect the second time. Closing the channel closes nothing that waits here.
     */
    @Override
    public abstract void close();
}
