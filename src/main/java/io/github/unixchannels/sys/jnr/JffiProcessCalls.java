// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ProcessCalls;

/** The functions of processes, through the C library: bound when a program starts its first process. */
final class JffiProcessCalls implements ProcessCalls {

    /** pidfd_open(2) has this number on every architecture; glibc has had a function for it since 2.36. */
    private static final int SYS_PIDFD_OPEN = 434;

    private static final Type INT = Type.SINT32;
    private static final Type LONG = Type.SINT64;
    private static final Type PTR = Type.POINTER;

    private final LibcFunction spawnp = new LibcFunction("posix_spawnp", INT, PTR, PTR, PTR, PTR, PTR, PTR);
    private final LibcFunction actionsInit = new LibcFunction("posix_spawn_file_actions_init", INT, PTR);
    private final LibcFunction actionsDestroy = new LibcFunction("posix_spawn_file_actions_destroy", INT, PTR);
    private final LibcFunction addDup2 = new LibcFunction("posix_spawn_file_actions_adddup2", INT, PTR, INT, INT);
    private final LibcFunction addClose = new LibcFunction("posix_spawn_file_actions_addclose", INT, PTR, INT);
    private final LibcFunction addChdir = optional("posix_spawn_file_actions_addchdir_np", INT, PTR, PTR);
    private final LibcFunction addCloseFrom = optional("posix_spawn_file_actions_addclosefrom_np", INT, PTR, INT);
    private final LibcFunction attrInit = new LibcFunction("posix_spawnattr_init", INT, PTR);
    private final LibcFunction attrDestroy = new LibcFunction("posix_spawnattr_destroy", INT, PTR);
    private final LibcFunction attrSetFlags = new LibcFunction("posix_spawnattr_setflags", INT, PTR, INT);
    private final LibcFunction attrSetSigmask = new LibcFunction("posix_spawnattr_setsigmask", INT, PTR, PTR);
    private final LibcFunction attrSetSigdefault = new LibcFunction("posix_spawnattr_setsigdefault", INT, PTR, PTR);
    private final LibcFunction waitid = new LibcFunction("waitid", INT, INT, INT, PTR, INT);
    private final LibcFunction kill = new LibcFunction("kill", INT, INT, INT);
    private final LibcFunction clockGettime = new LibcFunction("clock_gettime", INT, INT, PTR);
    private final LibcFunction syscall = new LibcFunction("syscall", LONG, LONG, LONG, LONG);

    JffiProcessCalls() {}

    private static LibcFunction optional(String name, Type result, Type... parameters) {
        return Library.getDefault().getSymbolAddress(name) == 0 ? null : new LibcFunction(name, result, parameters);
    }

    @Override
    public int posixSpawnp(long pid, long program, long actions, long attributes, long arguments, long environment) {
        return -(int) spawnp.call(pid, program, actions, attributes, arguments, environment);
    }

    @Override
    public int fileActionsInit(long actions) {
        return -(int) actionsInit.call(actions);
    }

    @Override
    public int fileActionsDestroy(long actions) {
        return -(int) actionsDestroy.call(actions);
    }

    @Override
    public int fileActionsAddDup2(long actions, int fd, int newFd) {
        return -(int) addDup2.call(actions, fd, newFd);
    }

    @Override
    public int fileActionsAddClose(long actions, int fd) {
        return -(int) addClose.call(actions, fd);
    }

    @Override
    public int fileActionsAddChdir(long actions, long path) {
        return addChdir == null ? -Errno.ENOSYS : -(int) addChdir.call(actions, path);
    }

    @Override
    public int fileActionsAddCloseFrom(long actions, int fd) {
        return addCloseFrom == null ? -Errno.ENOSYS : -(int) addCloseFrom.call(actions, fd);
    }

    @Override
    public int attributesInit(long attributes) {
        return -(int) attrInit.call(attributes);
    }

    @Override
    public int attributesDestroy(long attributes) {
        return -(int) attrDestroy.call(attributes);
    }

    @Override
    public int attributesSetFlags(long attributes, int flags) {
        return -(int) attrSetFlags.call(attributes, flags);
    }

    @Override
    public int attributesSetSigmask(long attributes, long signals) {
        return -(int) attrSetSigmask.call(attributes, signals);
    }

    @Override
    public int attributesSetSigdefault(long attributes, long signals) {
        return -(int) attrSetSigdefault.call(attributes, signals);
    }

    @Override
    public int waitid(int idType, int id, long info, int options) {
        return (int) waitid.call(idType, id, info, options);
    }

    @Override
    public int kill(int pid, int signal) {
        return (int) kill.call(pid, signal);
    }

    @Override
    public int pidfdOpen(int pid, int flags) {
        return (int) syscall.call(SYS_PIDFD_OPEN, pid, flags);
    }

    @Override
    public int clockGettime(int clock, long time) {
        return (int) clockGettime.call(clock, time);
    }
}
