// SPDX-License-Identifier: Apache-2.0

/**
 * Descriptors as objects: who owns one, what it refers to, which channel it becomes, and which one a channel of the Java platform has. It calls
 * {@code channel} and {@code pipe} to make channels. Nothing calls it but the provider.
 */
package io.github.unixchannels.passing;
