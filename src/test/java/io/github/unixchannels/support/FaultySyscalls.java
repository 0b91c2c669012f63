// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The real system calls, with faults: a call that was scripted returns what the script says, in order, without reaching the kernel; or
 * reaches it with other arguments. All calls are recorded by name. Thread safe.
 */
public final class FaultySyscalls {

    /** What a scripted call does instead of the real one. */
    @FunctionalInterface
    public interface Fault {

        /**
         * Stands in for the call.
         *
         * @param real the real call, with whatever arguments
         * @param arguments those of the caller
         */
        Object call(RealCall real, Object[] arguments) throws Throwable;
    }

    /** The call behind the fault. */
    @FunctionalInterface
    public interface RealCall {
        Object with(Object... arguments) throws Throwable;
    }

    private final Syscalls real = HostSyscalls.get();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final Map<String, Fault> lasting = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Syscalls proxy = (Syscalls)
            Proxy.newProxyInstance(Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (p, method, arguments) -> {
                calls.add(method.getName());
                Fault fault = next(method.getName());
                RealCall realCall = replaced -> invoke(method, replaced);
                return fault == null ? realCall.with(arguments) : fault.call(realCall, arguments);
            });

    /** The system calls to give to a provider. */
    public Syscalls syscalls() {
        return proxy;
    }

    /** The owners of descriptors, which have these calls too. */
    public FdOwnership fds() {
        return new FdFactory(UnixSelectorProvider.provider(), proxy);
    }

    /** Makes the next {@code times} calls of that name return an error number, negated. */
    public FaultySyscalls fail(String call, int errno, int times) {
        for (int i = 0; i < times; i++) {
            next(call, (real, arguments) -> isLong(call) ? (Object) (long) -errno : (Object) (-errno));
        }
        return this;
    }

    /** Makes every call of that name return an error number, negated, once what was scripted is used up; 0: ends that. */
    public FaultySyscalls failAlways(String call, int errno) {
        if (errno == 0) {
            lasting.remove(call);
        } else {
            lasting.put(call, (real, arguments) -> isLong(call) ? (Object) (long) -errno : (Object) (-errno));
        }
        return this;
    }

    /** Makes every call of that name that was to wait in the kernel return EINTR, as signals without end would. */
    public FaultySyscalls interruptWaits(String call) {
        lasting.put(call, (real, arguments) -> {
            boolean waits = ((Integer) arguments[arguments.length - 1] & Linux.MSG_DONTWAIT) == 0;
            return !waits ? real.with(arguments) : isLong(call) ? (Object) (long) -Errno.EINTR : (Object) (-Errno.EINTR);
        });
        return this;
    }

    /** Makes one call of that name do something else; faults of one name are used up in order. */
    public FaultySyscalls next(String call, Fault fault) {
        faults.computeIfAbsent(call, name -> new ArrayDeque<>());
        synchronized (faults) {
            faults.get(call).add(fault);
        }
        return this;
    }

    /** The names of all calls so far. */
    public List<String> calls() {
        return new ArrayList<>(calls);
    }

    /** How many calls of that name there were. */
    public long count(String call) {
        return calls.stream().filter(call::equals).count();
    }

    private Fault next(String call) {
        Deque<Fault> scripted = faults.get(call);
        Fault fault = null;
        if (scripted != null) {
            synchronized (faults) {
                fault = scripted.poll();
            }
        }
        return fault != null ? fault : lasting.get(call);
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static boolean isLong(String call) {
        for (Method method : Syscalls.class.getMethods()) {
            if (method.getName().equals(call)) {
                return method.getReturnType() == long.class;
            }
        }
        throw new IllegalArgumentException("no system call is named " + call);
    }
}
