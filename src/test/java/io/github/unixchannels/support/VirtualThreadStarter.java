// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.lang.reflect.Method;

/** Virtual threads, for tests that are compiled for a Java version that has none. */
public final class VirtualThreadStarter {

    private static final Method OF_VIRTUAL = method(Thread.class, "ofVirtual");

    private VirtualThreadStarter() {}

    /** Whether this JVM has virtual threads: from Java 21 on. */
    public static boolean isAvailable() {
        return OF_VIRTUAL != null;
    }

    /** A virtual thread, not started. */
    public static Thread unstarted(Runnable task) {
        ParkingPollers.keep();
        try {
            Object builder = OF_VIRTUAL.invoke(null);
            return (Thread) Class.forName("java.lang.Thread$Builder").getMethod("unstarted", Runnable.class).invoke(builder, task);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Method method(Class<?> owner, String name) {
        try {
            return owner.getMethod(name);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }
}
