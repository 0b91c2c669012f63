// SPDX-License-Identifier: Apache-2.0

/**
 * One read, write, send or receive: from the buffers of the caller to one system call and back, with the waiting and the bytes that no
 * buffer had room for; and streams of bytes on such reads and writes. It calls the headers and ancillary data of {@code message}, the state
 * of the {@code socket} and the {@code descriptor}. It knows no channel, no lock of a channel and no order of checks.
 */
package io.github.unixchannels.transfer;
