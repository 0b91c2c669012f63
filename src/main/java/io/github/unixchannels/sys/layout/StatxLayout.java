// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.layout;

/**
 * {@code struct statx}, statx(2), as far as it is read here.
 *
 * <pre>
 *   0      20    24    28      30       32     40     48      136         140         144   256
 *   +------+-----+-----+-------+--------+------+------+-------+-----------+-----------+-----+
 *   |      | uid | gid | mode  |        | ino  | size |       | dev_major | dev_minor |     |
 *   +------+-----+-----+-------+--------+------+------+-------+-----------+-----------+-----+
 * </pre>
 */
public final class StatxLayout {

    /** {@code __u32 stx_uid}. */
    public static final int UID = 20;

    /** {@code __u32 stx_gid}. */
    public static final int GID = 24;

    /** {@code __u16 stx_mode}: the type and the permissions. */
    public static final int MODE = 28;

    /** {@code __u64 stx_ino}. */
    public static final int INODE = 32;

    /** {@code __u64 stx_size}, in bytes. */
    public static final int SIZE = 40;

    /** {@code __u32 stx_dev_major}. */
    public static final int DEVICE_MAJOR = 136;

    /** {@code __u32 stx_dev_minor}. */
    public static final int DEVICE_MINOR = 140;

    public static final int BYTES = 256;

    private StatxLayout() {}
}
