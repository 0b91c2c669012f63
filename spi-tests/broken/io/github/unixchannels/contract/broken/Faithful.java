// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

/** Facades that nothing is broken in. */
final class Faithful {

    private Faithful() {}

    /** Before the Java platform's own channels. */
    public static final class Stream extends Facade {
        public Stream() {
            super(JDK);
        }
    }

    /** Before channels that carry messages. */
    public static final class Messages extends Facade {
        public Messages() {
            super(SEQPACKET);
        }
    }
}
