// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

/** How rows are called. */
public final class Names {

    /** How the rows of this library begin. */
    public static final String OURS = "unix-channels ";

    public static final String OURS_SEQPACKET = OURS + "SEQPACKET";
    public static final String OURS_STREAM = OURS + "STREAM";
    public static final String OURS_DGRAM = OURS + "DGRAM";
    public static final String JDK_STREAM = "JDK STREAM";
    public static final String JUNIXSOCKET_SEQPACKET = "junixsocket SEQPACKET";
    public static final String JUNIXSOCKET_STREAM = "junixsocket STREAM";
    public static final String C_SEQPACKET = "C SEQPACKET";
    public static final String C_STREAM = "C STREAM";
    public static final String C_DGRAM = "C DGRAM";
    public static final String ONE_THREAD = ", process of one thread";

    /** Of messages: sent or received by one system call for many. */
    public static final String IN_BATCHES = ", in batches";

    private Names() {}
}
