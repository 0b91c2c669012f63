// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/** {@code struct ucred { pid_t pid; uid_t uid; gid_t gid; }}, unix(7): three ints, of which uid and gid are unsigned. */
public final class UcredLayout {

    public static final int PID = 0;
    public static final int UID = 4;
    public static final int GID = 8;
    public static final int BYTES = 12;

    private UcredLayout() {}
}
