// SPDX-License-Identifier: Apache-2.0

/**
 * What a service of systemd takes and says: the descriptors that the service manager passes, the state that the service tells the manager,
 * and entries for the journal.
 *
 * <pre>{@code
 * try (ListenFds passed = ListenFds.take()) {
 *     ServerSocketChannel server = passed.fd("http").toServerSocketChannel();
 *     NotifySocket.ofEnvironment().ready();
 *     serve(server);
 * }
 * }</pre>
 *
 * <p>The protocols are those of sd_listen_fds(3), sd_notify(3) and systemd-journald(8), over AF_UNIX sockets of this library. libsystemd
 * is not used, and any manager that speaks the protocols will do: {@link io.github.unixchannels.process.ChildProcessBuilder} passes
 * descriptors in the same way.
 */
package io.github.unixchannels.service;
