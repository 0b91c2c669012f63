// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.selector;

/** A channel that {@link EpollSelector} selects. */
public interface EpollChannel {

    /** What the selector is to know of this channel; always the same object. */
    Selectable selectable();
}
