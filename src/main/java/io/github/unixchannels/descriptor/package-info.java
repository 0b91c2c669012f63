// SPDX-License-Identifier: Apache-2.0

/**
 * The life of a descriptor: who is inside, who waits and what wakes that thread, when the number goes back to the kernel. The calls of a socket are
 * methods of its descriptor. It calls {@code sys} alone, and knows nothing of what is sent or received.
 */
package io.github.unixchannels.descriptor;
