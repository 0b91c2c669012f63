// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;

/** Arenas of java.lang.foreign, for tests that are compiled for a Java version that has none. */
final class Arenas {

    private Arenas() {}

    static boolean areAvailable() {
        return Runtime.version().feature() >= 22;
    }

    static AutoCloseable openShared() {
        return (AutoCloseable) call(null, type("Arena"), "ofShared");
    }

    static ByteBuffer allocate(AutoCloseable arena, int bytes) {
        Object segment = call(arena, type("SegmentAllocator"), "allocate", (long) bytes);
        return (ByteBuffer) call(segment, type("MemorySegment"), "asByteBuffer");
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName("java.lang.foreign." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Object call(Object target, Class<?> type, String name, Object... arguments) {
        try {
            Method method = arguments.length == 0 ? type.getMethod(name) : type.getMethod(name, long.class);
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
