// SPDX-License-Identifier: Apache-2.0

/**
 * What goes with the bytes of a message: headers, control messages, descriptors and credentials in both directions, batches. It calls
 * {@code address} for names, and {@code descriptor}, which it enters for the time of a send. It makes no system call.
 */
package io.github.unixchannels.message;
