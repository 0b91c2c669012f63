// SPDX-License-Identifier: Apache-2.0

/**
 * The calls made: through jffi and the C library, or by machine code of this library. It is the one package that knows jffi, and the one that loads
 * native code. Everything above it speaks through {@code sys.Syscalls}, which a test can fake.
 */
package io.github.unixchannels.sys.jnr;
