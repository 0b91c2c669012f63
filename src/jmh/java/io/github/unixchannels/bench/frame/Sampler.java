// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

/** Something that can be measured as often as one likes. */
@FunctionalInterface
public interface Sampler {

    Sample take() throws Exception;
}
