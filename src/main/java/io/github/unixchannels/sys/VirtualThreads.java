// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Whether the current thread is virtual, on Java versions that know the question (21 and later) and on those that do not. */
public final class VirtualThreads {

    private static final int FIRST_WITH_VIRTUAL = 19;

    private static final MethodHandle IS_VIRTUAL = find();

    private VirtualThreads() {}

    public static boolean isCurrentVirtual() {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new AssertionError(e); // Thread.isVirtual throws nothing
        }
    }

    private static MethodHandle find() {
        if (Runtime.version().feature() < FIRST_WITH_VIRTUAL) {
            return null;
        }
        try {
            return MethodHandles.lookup().findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
