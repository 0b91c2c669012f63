// SPDX-License-Identifier: Apache-2.0

/**
 * The seam between this library and the kernel: calls, error numbers and constants under their own names, and the memory that calls need. It
 * calls {@code sys.layout}, and the one exception of the API that carries an error number. What a call is good for is not known here.
 */
package io.github.unixchannels.sys;
