// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

/** Numbers of the kernel's interface that the library itself does not use; the others are in {@code io.github.unixchannels.sys.Linux}. */
final class Uapi {

    static final int AF_UNSPEC = 0;
    static final int F_GETFD = 1;
    static final int FD_CLOEXEC = 1;
    static final int SIOCOUTQ = 0x5411;

    static final int SO_REUSEADDR = 2;
    static final int SO_TYPE = 3;
    static final int SO_ERROR = 4;
    static final int SO_PASSCRED = 16;
    static final int SO_TIMESTAMP = 29;
    static final int SO_ACCEPTCONN = 30;
    static final int SO_PEERSEC = 31;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_PASSSEC = 34;
    static final int SO_PROTOCOL = 38;
    static final int SO_DOMAIN = 39;
    static final int SO_PEEK_OFF = 42;
    static final int SO_PEERGROUPS = 59;

    /** Since Linux 6.5. */
    static final int SO_PASSPIDFD = 76;

    /** Since Linux 6.5. */
    static final int SO_PEERPIDFD = 77;

    /** Since Linux 6.16. */
    static final int SO_PASSRIGHTS = 83;

    /** Since Linux 6.17. */
    static final int SO_INQ = 84;

    static final int SCM_RIGHTS = 1;
    static final int SCM_CREDENTIALS = 2;
    static final int SCM_SECURITY = 3;
    static final int SCM_PIDFD = 4;

    static final int MSG_PEEK = 0x2;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_EOR = 0x80;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private Uapi() {}
}
