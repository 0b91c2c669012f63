// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.MsghdrLayout;
import io.github.unixchannels.walk.Figures.Figure;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** The real system calls, of which those of walkers fail now and then, or do less than they were asked to. Thread safe. */
final class RandomFaults {

    /** What an error that was thrown in place of a system call says. */
    static final String INJECTED = "injected by the walk";

    private static final int[] SENDING = {
        Errno.EINTR, Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM, Errno.EPIPE, Errno.ECONNRESET
    };
    private static final int[] SENDING_DESCRIPTORS = {
        Errno.EINTR, Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM, Errno.EPIPE, Errno.ECONNRESET, Errno.ETOOMANYREFS
    };
    private static final int[] RECEIVING = {Errno.EINTR, Errno.EAGAIN, Errno.ENOMEM, Errno.ENOBUFS, Errno.ECONNRESET};
    private static final int[] OPENING = {Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS};

    /** The kernel writes the time first, which never lacks room. */
    private static final int TIMESTAMP_BYTES = 32;
    private static final int MOST_FURTHER_BYTES = 200;

    /** The errors of each call that a kernel may answer with at any time, having done nothing. */
    private static final Map<String, int[]> ERRORS = Map.ofEntries(
            Map.entry("send", SENDING),
            Map.entry("sendto", SENDING),
            Map.entry("sendmsg", SENDING_DESCRIPTORS),
            Map.entry("sendmmsg", SENDING),
            Map.entry("recv", RECEIVING),
            Map.entry("recvfrom", RECEIVING),
            Map.entry("recvmsg", RECEIVING),
            Map.entry("recvmmsg", RECEIVING),
            Map.entry("read", new int[] {Errno.EINTR, Errno.EAGAIN, Errno.ENOMEM, Errno.EIO}),
            Map.entry("write", new int[] {Errno.EINTR, Errno.EAGAIN, Errno.ENOMEM, Errno.EIO}),
            Map.entry("socket", OPENING),
            Map.entry("socketpair", OPENING),
            Map.entry("pipe2", OPENING),
            Map.entry("eventfd", OPENING),
            Map.entry("epollCreate1", OPENING),
            Map.entry("memfdCreate", OPENING),
            Map.entry("accept4", new int[] {
                Errno.EINTR, Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS, Errno.ECONNABORTED
            }),
            Map.entry("connect", new int[] {Errno.EAGAIN, Errno.ECONNREFUSED, Errno.ENOMEM}),
            Map.entry("bind", new int[] {Errno.EADDRINUSE, Errno.ENOMEM}),
            Map.entry("epollCtl", new int[] {Errno.ENOSPC, Errno.ENOMEM}),
            Map.entry("epollWait", new int[] {Errno.EINTR, 0}),
            Map.entry("poll", new int[] {Errno.EINTR, Errno.ENOMEM}),
            Map.entry("dup3", new int[] {Errno.EBUSY, Errno.EMFILE}),
            Map.entry("mapAnonymous", new int[] {Errno.ENOMEM}));

    /** Calls that are made in the middle of what must be brought to an end: no error is thrown in their place. */
    private static final Set<String> NEVER_THROWN = Set.of("close", "shutdown", "munmap", "madvise", "addressOf", "view", "write", "epollCtl");

    private static final boolean ORIGINS = Boolean.getBoolean("walk.origins");

    private final Map<Integer, Throwable> origins = new ConcurrentHashMap<>();
    private final int oneIn;
    private final Figures figures;
    private final Syscalls real = HostSyscalls.get();
    private final Syscalls faulty = (Syscalls) Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> call(method, arguments));
    private final Set<Integer> injected = ConcurrentHashMap.newKeySet();
    private volatile boolean truncatedControl;
    private volatile boolean over;

    RandomFaults(int oneIn, Figures figures) {
        this.oneIn = oneIn;
        this.figures = figures;
    }

    /** Without faults these are the host's own calls, so that half of the walks take the way that users take. */
    Syscalls syscalls() {
        return oneIn == 0 ? real : faulty;
    }

    /** No call fails any more. */
    void end() {
        over = true;
    }

    /** Whether a system call of this walk was made to fail with that error. */
    boolean wasInjected(int errno) {
        return injected.contains(errno);
    }

    boolean wasAnyInjected() {
        return !injected.isEmpty();
    }

    boolean wasControlTruncated() {
        return truncatedControl;
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        Walker walker = over ? null : Walker.current();
        if (walker != null && walker.faultRandom.nextInt(oneIn) == 0) {
            Object result = faulty(method, arguments, walker.faultRandom);
            if (result != null) {
                figures.count(Figure.FAULTS);
                return result;
            }
        }
        Object result = real(method, arguments);
        if (ORIGINS && result instanceof Integer number && number > 2) {
            origins.put(number, new Throwable(method.getName() + " by " + Walker.current()));
        }
        return result;
    }

    /** Where a number came from last; null if that is not known: {@code -Dwalk.origins=true}, of walks with faults. */
    Throwable origin(int number) {
        return origins.get(number);
    }

    /** What the call does in place of what it was asked to; null if nothing fits. */
    private Object faulty(Method method, Object[] arguments, SplittableRandom random) throws Throwable {
        String name = method.getName();
        if ((name.equals("read") || name.equals("write")) && (long) arguments[2] == Long.BYTES) {
            return null; // of an eventfd, which has neither to wait nor anything that can fail
        }
        if (random.nextInt(20) == 0 && !NEVER_THROWN.contains(name)) {
            injected.add(0);
            figures.count(Figure.FAULTS);
            throw random.nextBoolean() ? new OutOfMemoryError(INJECTED) : new StackOverflowError(INJECTED);
        }
        if (random.nextInt(3) == 0) {
            Object less = less(name, method, arguments, random);
            if (less != null) {
                return less;
            }
        }
        int[] errors = ERRORS.get(name);
        if (errors == null || name.equals("epollCtl") && (int) arguments[1] == Linux.EPOLL_CTL_DEL) {
            return null; // what takes nothing cannot fail
        }
        int errno = errors[random.nextInt(errors.length)];
        injected.add(errno);
        return method.getReturnType() == long.class ? (Object) (long) -errno : (Object) (-errno);
    }

    /** Less than was asked for: fewer bytes, fewer messages, or less room for what comes with a message. */
    private Object less(String name, Method method, Object[] arguments, SplittableRandom random) throws Throwable {
        Object[] changed = arguments.clone();
        switch (name) {
            case "write", "read" -> {
                if ((long) changed[2] <= 1) {
                    return null;
                }
                changed[2] = random.nextLong(1, (long) changed[2]);
            }
            case "send", "recv" -> {
                if ((long) changed[2] <= 1 || !isStream((int) changed[0])) {
                    return null;
                }
                changed[2] = random.nextLong(1, (long) changed[2]);
            }
            case "sendmmsg" -> changed[2] = random.nextInt(1, (int) changed[2] + 1);
            case "recvmsg" -> {
                ByteBuffer header = real.view((long) changed[1], MsghdrLayout.BYTES);
                long room = header.getLong(MsghdrLayout.CONTROL_LENGTH);
                if (room <= TIMESTAMP_BYTES) {
                    return null;
                }
                truncatedControl = true;
                header.putLong(MsghdrLayout.CONTROL_LENGTH, TIMESTAMP_BYTES + random.nextLong(MOST_FURTHER_BYTES) & -Long.BYTES);
            }
            default -> {
                return null;
            }
        }
        return real(method, changed);
    }

    private static boolean isStream(int fd) {
        return SocketTypes.isStream(fd);
    }

    private Object real(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
