// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.nio.channels.SelectableChannel;

/** A channel that stands before another one. */
interface FacadeChannel {

    /** The channel that does the work. */
    SelectableChannel behind();
}
