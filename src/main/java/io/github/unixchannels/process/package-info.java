// SPDX-License-Identifier: Apache-2.0

/**
 * Child processes that inherit descriptors: an end of a socket pair, a listening socket, a file, memory, a pipe.
 *
 * <p>{@link ProcessBuilder} closes every descriptor from 3 up in the child. {@link io.github.unixchannels.process.ChildProcessBuilder}
 * gives the child the descriptors of the caller's choice at the numbers of the caller's choice, and closes every other:
 *
 * <pre>{@code
 * ChildProcessBuilder builder = new ChildProcessBuilder("python3", "worker.py", "3");
 * try (UnixSocketChannel worker = builder.pair(UnixProtocolFamily.SEQPACKET, 3)) {
 *     ChildProcess child = builder.start();
 *     worker.write(request);
 *     worker.read(reply);
 * }
 * }</pre>
 */
package io.github.unixchannels.process;
