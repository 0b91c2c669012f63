// SPDX-License-Identifier: Apache-2.0
/** Peers that mean harm, and peers that are killed: nothing hangs, nothing is left open, and memory stays bounded. */
package io.github.unixchannels.hostile;
