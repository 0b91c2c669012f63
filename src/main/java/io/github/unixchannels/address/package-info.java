// SPDX-License-Identifier: Apache-2.0

/**
 * Address families, their socket addresses as objects and as bytes of the kernel, and the bytes of paths. It calls {@code sys} alone. Which address a
 * socket has is not known here, only which addresses its family takes.
 */
package io.github.unixchannels.address;
