// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

/**
 * The functions of the C library that start a process and wait for its end, and what else a process asks rarely: one method a function,
 * under the function's own name, with the conventions of {@link Syscalls}.
 *
 * <p>The structs behind {@code actions} and {@code attributes} are the C library's own. {@link #STRUCT_BYTES} hold either, in glibc (80 and
 * 336 bytes) and in musl (80 and 336).
 */
public interface ProcessCalls {

    /** Room for a {@code posix_spawn_file_actions_t} or a {@code posix_spawnattr_t}. */
    int STRUCT_BYTES = 512;

    /**
     * posix_spawnp(3): starts a process, looking for a program without a slash in its name along PATH.
     *
     * @param pid the address of an int, which receives the process
     * @return 0, or the error number negated, of exec(2) too
     */
    int posixSpawnp(long pid, long program, long actions, long attributes, long arguments, long environment);

    /** posix_spawn_file_actions_init(3). */
    int fileActionsInit(long actions);

    /** posix_spawn_file_actions_destroy(3). */
    int fileActionsDestroy(long actions);

    /** posix_spawn_file_actions_adddup2(3). */
    int fileActionsAddDup2(long actions, int fd, int newFd);

    /** posix_spawn_file_actions_addclose(3). */
    int fileActionsAddClose(long actions, int fd);

    /** posix_spawn_file_actions_addchdir_np(3): glibc 2.29, musl 1.1.24. -ENOSYS where the C library has no such function. */
    int fileActionsAddChdir(long actions, long path);

    /** posix_spawn_file_actions_addclosefrom_np(3): glibc 2.34. -ENOSYS where the C library has no such function. */
    int fileActionsAddCloseFrom(long actions, int fd);

    /** posix_spawnattr_init(3). */
    int attributesInit(long attributes);

    /** posix_spawnattr_destroy(3). */
    int attributesDestroy(long attributes);

    /** posix_spawnattr_setflags(3). */
    int attributesSetFlags(long attributes, int flags);

    /** posix_spawnattr_setsigmask(3). */
    int attributesSetSigmask(long attributes, long signals);

    /** posix_spawnattr_setsigdefault(3). */
    int attributesSetSigdefault(long attributes, long signals);

    /** waitid(2); {@code info} is the address of a {@code siginfo_t}. */
    int waitid(int idType, int id, long info, int options);

    /** kill(2). */
    int kill(int pid, int signal);

    /** pidfd_open(2), Linux 5.3. */
    int pidfdOpen(int pid, int flags);

    /** clock_gettime(2); {@code time} is the address of a {@code struct timespec}, two longs. */
    int clockGettime(int clock, long time);
}
