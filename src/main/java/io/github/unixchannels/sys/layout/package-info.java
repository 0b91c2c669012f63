// SPDX-License-Identifier: Apache-2.0

/**
 * The structs of the kernel, one class each: the declaration in C as comment, and the offsets by name. It calls nothing. No bare offset stands
 * anywhere else.
 */
package io.github.unixchannels.sys.layout;
