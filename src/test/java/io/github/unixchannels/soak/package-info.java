// SPDX-License-Identifier: Apache-2.0
/** Two processes that exchange messages of all types for a long time: {@link io.github.unixchannels.soak.ProcessPairTest}. */
package io.github.unixchannels.soak;
