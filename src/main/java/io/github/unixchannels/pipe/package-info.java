// SPDX-License-Identifier: Apache-2.0

/**
 * Channels of descriptors that are no sockets: the ends of pipes, and what can only be waited for or read byte by byte. It calls the buffers of
 * {@code transfer} and the scope of an operation in {@code descriptor}, and shares the readiness of a single operation with {@code channel}.
 * Pipes have no addresses, options or ancillary data, so nothing of {@code socket} is needed but the questions to a descriptor.
 */
package io.github.unixchannels.pipe;
