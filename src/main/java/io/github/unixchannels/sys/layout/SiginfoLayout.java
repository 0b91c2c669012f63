// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * What waitid(2) reports, on 64-bit Linux:
 *
 * <pre>
 * struct siginfo {
 *     int   si_signo;   // SIGCHLD, or 0: nothing to report
 *     int   si_errno;
 *     int   si_code;    // CLD_EXITED, CLD_KILLED, CLD_DUMPED
 *     int   pad;
 *     pid_t si_pid;
 *     uid_t si_uid;
 *     int   si_status;  // the exit status, or the signal
 *     ...               // 128 bytes altogether
 * };
 * </pre>
 */
public final class SiginfoLayout {

    public static final int CODE = 8;
    public static final int STATUS = 24;
    public static final int BYTES = 128;

    /** {@code si_code} of a process that called exit(2). Any other ended by a signal. */
    public static final int CLD_EXITED = 1;

    private SiginfoLayout() {}
}
