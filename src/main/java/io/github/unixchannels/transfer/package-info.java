// SPDX-License-Identifier: Apache-2.0
/**
 * The buffers of an operation: what remained in them when the operation began, where the kernel may reach them, and copies between them and
 * native memory. It calls the iovecs of {@code message} and the memory and the errors of {@code sys}. It makes no transfer, and knows no
 * channel and no descriptor.
 */
package io.github.unixchannels.transfer;
