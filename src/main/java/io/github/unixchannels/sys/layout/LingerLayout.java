// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/** {@code struct linger { int l_onoff; int l_linger; }}, socket(7). */
public final class LingerLayout {

    public static final int ON = 0;
    public static final int SECONDS = 4;
    public static final int BYTES = 8;

    private LingerLayout() {}
}
