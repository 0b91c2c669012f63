// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench;

/** How rows are called. */
final class Names {

    /** How the rows of this library begin. */
    static final String OURS = "unix-channels ";

    static final String OURS_SEQPACKET = OURS + "SEQPACKET";
    static final String OURS_STREAM = OURS + "STREAM";
    static final String OURS_DGRAM = OURS + "DGRAM";
    static final String OURS_TCP = OURS + "selector, TCP of the JDK";
    static final String OURS_UNIX_ALONE = OURS + "selector, STREAM";
    static final String OURS_UNIX_BESIDE_TCP = OURS + "selector, STREAM, beside TCP of the JDK";
    static final String JDK_TCP = "JDK selector, TCP of the JDK";
    static final String JDK_STREAM = "JDK STREAM";
    static final String JUNIXSOCKET_SEQPACKET = "junixsocket SEQPACKET";
    static final String C_SEQPACKET = "C SEQPACKET";
    static final String C_STREAM = "C STREAM";
    static final String C_DGRAM = "C DGRAM";
    static final String ONE_THREAD = ", process of one thread";

    /** Of descriptors: taken out of what was received, and closed. */
    static final String TAKEN = ", taken";

    static final String NOT_TAKEN = ", not taken";

    /** Of messages: sent and received by one system call each way for many. */
    static final String IN_BATCHES = ", in batches";

    private Names() {}

    static String of(Library library) {
        return switch (library) {
            case OURS_SEQPACKET -> OURS_SEQPACKET;
            case OURS_STREAM -> OURS_STREAM;
            case JDK_STREAM -> JDK_STREAM;
            case JUNIXSOCKET_SEQPACKET -> JUNIXSOCKET_SEQPACKET;
            case JUNIXSOCKET_STREAM -> "junixsocket STREAM";
        };
    }

    /** The row of C that does the same. */
    static String twin(Library library) {
        return switch (library) {
            case OURS_SEQPACKET, JUNIXSOCKET_SEQPACKET -> C_SEQPACKET;
            case OURS_STREAM, JDK_STREAM, JUNIXSOCKET_STREAM -> C_STREAM;
        };
    }
}
