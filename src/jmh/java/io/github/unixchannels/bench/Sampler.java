// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

/** Something that can be measured as often as one likes. */
@FunctionalInterface
interface Sampler {

    Sample take() throws Exception;
}
