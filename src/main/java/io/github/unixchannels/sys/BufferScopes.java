// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.List;

/**
 * Whether the memory of a direct buffer can be given back while a program still has the buffer: that of an arena can, when the arena is
 * closed. Closing does not wait for a thread in native code, so the kernel never gets an address of such memory.
 *
 * <p>{@code java.lang.foreign} is found by reflection: the library is compiled for versions of Java that do not have it. Where neither it
 * nor its incubator is present, no memory can be given back.
 */
public final class BufferScopes {

    private static final MethodHandle SEGMENT;
    private static final MethodHandle SCOPE;

    /** {@code MemorySegment.address()}, where it returns a number: from JDK 20 on. */
    private static final MethodHandle ADDRESS;

    /** The classes of the scopes of ordinary direct buffers, of the global arena and of an automatic one. */
    private static final Class<?> ORDINARY;

    private static final Class<?> GLOBAL;
    private static final Class<?> AUTOMATIC;

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    /** A mapped buffer up to this size is asked for as a whole: what is asked for costs by the page. */
    private static final int MOST_ASKED_BYTES = 1 << 20;

    static {
        Class<?> type = segmentType();
        MethodHandle segment = null;
        MethodHandle scope = null;
        MethodHandle address = null;
        if (type != null) {
            try {
                segment = segmentOf(type).asType(MethodType.methodType(Object.class, ByteBuffer.class));
                scope = noArguments(type, "scope", "session").asType(MethodType.methodType(Object.class, Object.class));
                address = addressOf(type);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
        SEGMENT = segment;
        SCOPE = scope;
        ADDRESS = address;
        ORDINARY = segment == null ? null : scopeOf(ByteBuffer.allocateDirect(1)).getClass();
        GLOBAL = arenaScope("global");
        AUTOMATIC = arenaScope("ofAuto");
    }

    private BufferScopes() {}

    private static Class<?> segmentType() {
        for (String name : List.of("java.lang.foreign.MemorySegment", "jdk.incubator.foreign.MemorySegment")) {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException e) {
                continue;
            }
        }
        return null;
    }

    private static MethodHandle segmentOf(Class<?> type) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        try {
            return lookup.findStatic(type, "ofBuffer", MethodType.methodType(type, Buffer.class));
        } catch (NoSuchMethodException e) { // of the incubator
            return lookup.findStatic(type, "ofByteBuffer", MethodType.methodType(type, ByteBuffer.class));
        }
    }

    private static MethodHandle addressOf(Class<?> type) throws ReflectiveOperationException {
        Method method = type.getMethod("address");
        return method.getReturnType() != long.class
                ? null
                : MethodHandles.publicLookup().unreflect(method).asType(MethodType.methodType(long.class, Object.class));
    }

    /** The method has had two names. */
    private static MethodHandle noArguments(Class<?> type, String name, String formerName) throws ReflectiveOperationException {
        Method method;
        try {
            method = type.getMethod(name);
        } catch (NoSuchMethodException e) {
            method = type.getMethod(formerName);
        }
        return MethodHandles.publicLookup().unreflect(method);
    }

    private static Class<?> arenaScope(String factory) {
        try {
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            return arena.getMethod("scope").invoke(arena.getMethod(factory).invoke(null)).getClass();
        } catch (ReflectiveOperationException e) {
            return ORDINARY; // no such arena in this version
        }
    }

    private static Object scopeOf(ByteBuffer direct) {
        try {
            Object segment = (Object) SEGMENT.invokeExact(direct);
            return (Object) SCOPE.invokeExact(segment);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Whether the memory of a direct buffer can be given back; never changes. A scope that is not known can be closed.
     *
     * @param start of the buffer, as {@link #startOf} returns it
     */
    static boolean isCloseable(ByteBuffer start) {
        if (SEGMENT == null) {
            return false;
        }
        Class<?> scope = scopeOf(start).getClass();
        return scope != ORDINARY && scope != GLOBAL && scope != AUTOMATIC;
    }

    /** No bytes at the first byte of a direct buffer (index 0): its address and scope without its position, which another thread may move. */
    static ByteBuffer startOf(ByteBuffer direct) {
        return direct.slice(0, 0);
    }

    /** The address of a direct buffer's first byte (index 0). */
    static long addressOf(Syscalls sys, ByteBuffer start) {
        if (ADDRESS == null) {
            return sys.addressOf(start);
        }
        try {
            Object segment = (Object) SEGMENT.invokeExact(start);
            return (long) ADDRESS.invokeExact(segment);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Checks that the calling thread can use the memory of a direct buffer, which is not read-only. It reads no byte of that memory: a
     * byte that a shortened file no longer has would be a fault.
     *
     * @throws IllegalStateException if the memory was given back
     * @throws WrongThreadException if the memory is another thread's, on versions of Java that have such memory
     */
    public static void requireAccessible(ByteBuffer direct) {
        if (SEGMENT != null) {
            direct.put(0, NO_BYTES, 0, 0);
        }
    }

    /**
     * Throws what a copy to or from a direct buffer met. Where the buffer is a mapped file that was shortened, compiled code notes the fault
     * and throws it later, when the thread next enters the JVM (SharedRuntime::handle_unsafe_access), which may be after the bytes were sent.
     * Pages that were copied are resident, those that are not there are not. Of a buffer that is not mapped this is a look at a field.
     *
     * @param index where the bytes are in the buffer
     * @throws InternalError if a part of the memory was not there
     */
    public static void requireCopied(ByteBuffer direct, int index, int lengthBytes) {
        boolean small = direct.capacity() <= MOST_ASKED_BYTES;
        if (((MappedByteBuffer) (small ? direct : direct.slice(index, lengthBytes))).isLoaded()) {
            return;
        }
        enterJvm();
        if (!((MappedByteBuffer) direct.slice(index, lengthBytes)).isLoaded()) {
            throw new InternalError("a part of a mapped file is not there");
        }
    }

    /** Allocates what compiled code too leaves to the JVM (OptoRuntime::multianewarray2_C). */
    private static void enterJvm() {
        Reference.reachabilityFence(new byte[8][1]);
    }
}
