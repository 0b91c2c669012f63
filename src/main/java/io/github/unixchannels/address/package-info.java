// SPDX-License-Identifier: Apache-2.0

/**
 * Socket addresses as objects and as bytes of the kernel, and the bytes of paths. It calls {@code sys} alone. Whether a socket may have an address is
 * not asked here.
 */
package io.github.unixchannels.address;
