// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

/**
 * What one operation took, once.
 *
 * @param nanos how long
 * @param allocatedBytes how much Java memory; NaN where there is no Java
 */
record Sample(double nanos, double allocatedBytes) {}
