// SPDX-License-Identifier: Apache-2.0
/**
 * Walks: from a seed, several threads do random operations on all kinds of channels, selectors and descriptors, while system calls fail,
 * threads are interrupted, channels are closed and numbers of descriptors are used again; and every observation is held against the rules.
 *
 * <p>A {@link io.github.unixchannels.walk.Walk} is one of them, of some tens of milliseconds. {@link
 * io.github.unixchannels.walk.WalkTest} takes some hundreds, {@link io.github.unixchannels.walk.WalkRun} as many as it is told.
 */
package io.github.unixchannels.walk;
