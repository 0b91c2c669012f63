// SPDX-License-Identifier: Apache-2.0

/**
 * The channels of sockets as {@code java.nio.channels} knows them: the arguments, the order of checks, the modes, and who may interrupt or close
 * an operation. It calls what an operation does ({@code transfer}), how far a socket has come ({@code socket}) and what a selector needs to know
 * ({@code selector}). No system call is made here but accept4(2) and listen(2), and nothing here knows how bytes get into a buffer.
 */
package io.github.unixchannels.channel;
