// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.ProcessCalls;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostProcesses;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * One posix_spawn(3). The C library starts the process by a clone(2) that shares memory and stops the calling thread, with all signals
 * blocked, and makes nothing but system calls before exec(2): this is safe in a process of many threads.
 *
 * <p>What the child inherits is first duplicated to numbers above all that the child is to have, so that no dup2(2) in the child meets a
 * number that another one still needs.
 */
final class Spawn {

    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SIGNAL_SET_BYTES = 128;
    private static final int STANDARD_STREAMS = 3;

    /** How far above the highest open descriptor others may open some before the child runs, where the child cannot close all. */
    private static final int MARGIN = 1024;

    private final ProcessCalls calls = HostProcesses.get();
    private final Syscalls sys = HostSyscalls.get();
    private final NativeMemory actions = NativeMemory.allocate(sys, ProcessCalls.STRUCT_BYTES);
    private final NativeMemory attributes = NativeMemory.allocate(sys, ProcessCalls.STRUCT_BYTES);
    private final List<Integer> duplicates = new ArrayList<>();
    private final String program;

    private Spawn(String program) {
        this.program = program;
    }

    /** Starts a process and returns its number. */
    static int start(
            List<String> command, Map<String, String> environment, Path directory, StandardStreams streams,
            SortedMap<Integer, OwnedFd> inherited)
            throws IOException {
        Spawn spawn = new Spawn(command.get(0));
        try {
            return spawn.run(command, environment, directory, streams, inherited);
        } finally {
            spawn.duplicates.forEach(spawn.sys::close);
        }
    }

    private int run(
            List<String> command, Map<String, String> environment, Path directory, StandardStreams streams,
            SortedMap<Integer, OwnedFd> inherited)
            throws IOException {
        requireDone("posix_spawn_file_actions_init", calls.fileActionsInit(actions.address()));
        try {
            requireDone("posix_spawnattr_init", calls.attributesInit(attributes.address()));
            try {
                resetSignals();
                addDescriptors(streams, inherited);
                return spawn(command, environment, addDirectory(directory));
            } finally {
                calls.attributesDestroy(attributes.address());
            }
        } finally {
            calls.fileActionsDestroy(actions.address());
            Reference.reachabilityFence(actions);
            Reference.reachabilityFence(attributes);
        }
    }

    /** The JVM and those that started it may have blocked or ignored some. */
    private void resetSignals() throws IOException {
        NativeMemory signals = NativeMemory.allocate(sys, SIGNAL_SET_BYTES);
        requireDone("posix_spawnattr_setsigmask", calls.attributesSetSigmask(attributes.address(), signals.address()));
        for (int i = 0; i < Long.BYTES; i++) {
            signals.buffer().put(i, (byte) -1);
        }
        requireDone("posix_spawnattr_setsigdefault", calls.attributesSetSigdefault(attributes.address(), signals.address()));
        requireDone("posix_spawnattr_setflags", calls.attributesSetFlags(attributes.address(), SETSIGDEF | SETSIGMASK));
        Reference.reachabilityFence(signals);
    }

    private void addDescriptors(StandardStreams streams, SortedMap<Integer, OwnedFd> inherited) throws IOException {
        int beyond = inherited.isEmpty() ? STANDARD_STREAMS : inherited.lastKey() + 1;
        for (int number = 0; number < beyond; number++) {
            OwnedFd fd = number < STANDARD_STREAMS ? streams.end(number) : inherited.get(number);
            int result = fd == null
                    ? calls.fileActionsAddClose(actions.address(), number)
                    : calls.fileActionsAddDup2(actions.address(), duplicate(fd, number, beyond), number);
            requireDone("posix_spawn_file_actions", result);
        }
        if (calls.fileActionsAddCloseFrom(actions.address(), beyond) == -Errno.ENOSYS) {
            int end = highestOpen() + MARGIN;
            for (int number = beyond; number < end; number++) {
                requireDone("posix_spawn_file_actions_addclose", calls.fileActionsAddClose(actions.address(), number));
            }
        }
    }

    private int duplicate(OwnedFd fd, int number, int beyond) throws IOException {
        try (OwnedFd held = fd.duplicate()) {
            int duplicate = sys.fcntl(held.number(), Linux.F_DUPFD_CLOEXEC, beyond);
            if (duplicate < 0) {
                throw ErrnoExceptions.io("fcntl", fd + ", F_DUPFD_CLOEXEC", duplicate, "for " + number + " of the child");
            }
            duplicates.add(duplicate);
            return duplicate;
        }
    }

    private static int highestOpen() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.mapToInt(each -> Integer.parseInt(each.getFileName().toString())).max().orElse(0);
        }
    }

    private NativeMemory addDirectory(Path directory) throws IOException {
        if (directory == null) {
            return null;
        }
        NativeMemory path = CStrings.of(sys, directory.toString());
        int result = calls.fileActionsAddChdir(actions.address(), path.address());
        if (result == -Errno.ENOSYS) {
            throw new UnsupportedOperationException("the directory of a child needs glibc 2.29 or musl 1.1.24");
        }
        requireDone("posix_spawn_file_actions_addchdir_np", result);
        return path;
    }

    private int spawn(List<String> command, Map<String, String> environment, NativeMemory directory) throws IOException {
        List<String> variables = new ArrayList<>();
        environment.forEach((name, value) -> variables.add(name + "=" + value));
        NativeMemory pid = NativeMemory.allocate(sys, Integer.BYTES);
        NativeMemory name = CStrings.of(sys, program);
        CStrings arguments = new CStrings(sys, command);
        CStrings environ = new CStrings(sys, variables);
        int result = calls.posixSpawnp(
                pid.address(), name.address(), actions.address(), attributes.address(), arguments.address(), environ.address());
        Reference.reachabilityFence(arguments);
        Reference.reachabilityFence(environ);
        Reference.reachabilityFence(name);
        Reference.reachabilityFence(directory);
        requireDone("posix_spawn", result);
        ByteBuffer started = pid.buffer();
        return started.getInt(0);
    }

    private void requireDone(String call, int result) throws IOException {
        if (result < 0) {
            throw ErrnoExceptions.io(call, program, result);
        }
    }
}
