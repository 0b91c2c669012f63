// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A child of this process that closes nothing, as a ProcessBuilder's does: it has what is not close-on-exec. */
public final class NativeChild {

    private static final int TEXT = 256;
    private static final int MEMORY_BYTES = 4096;

    /** A line of {@code ls -l /proc/self/fd}. */
    private static final Pattern LINE = Pattern.compile(".* (\\d+) -> (.*)");

    private NativeChild() {}

    /** What such a child inherits beyond files and folders, which a JVM opens when it likes: number and target of each. */
    public static Set<String> descriptors() throws IOException {
        Path list = Files.createTempFile("descriptors", ".txt");
        try {
            run("ls -l /proc/self/fd > " + list);
            Set<String> descriptors = new TreeSet<>();
            for (String line : Files.readAllLines(list)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches() && isNoFile(matcher.group(2))) {
                    descriptors.add(matcher.group(1) + " " + matcher.group(2));
                }
            }
            return descriptors;
        } finally {
            Files.delete(list);
        }
    }

    private static boolean isNoFile(String target) {
        return !target.startsWith("/") || target.startsWith("/memfd:") || target.equals("/dev/null");
    }

    /** posix_spawn(3) of {@code sh -c command}, and waitpid(2). */
    private static void run(String command) throws IOException {
        NativeMemory memory = NativeMemory.allocate(HostSyscalls.get(), MEMORY_BYTES);
        long shell = text(memory, TEXT, "/bin/sh");
        long option = text(memory, 2 * TEXT, "-c");
        long script = text(memory, 3 * TEXT, command);
        long environment = memory.address() + 5 * Long.BYTES;
        long arguments = memory.address() + Long.BYTES;
        memory.buffer().putLong(8, shell).putLong(16, option).putLong(24, script).putLong(32, 0).putLong(40, 0);
        long failure = call("posix_spawn", memory.address(), shell, 0, 0, arguments, environment);
        int child = memory.buffer().getInt(0);
        if (failure != 0 || call("waitpid", child, memory.address(), 0) != child || memory.buffer().getInt(0) != 0) {
            throw new IOException("posix_spawn(" + command + "): " + failure + ", status=" + memory.buffer().getInt(0));
        }
    }

    private static long text(NativeMemory memory, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        memory.buffer().put(at, bytes).put(at + bytes.length, (byte) 0);
        return memory.address() + at;
    }

    private static int call(String function, long... arguments) {
        Type[] types = new Type[arguments.length];
        Arrays.fill(types, Type.UINT64);
        CallContext context = CallContext.getCallContext(Type.SINT32, types, CallingConvention.DEFAULT, false);
        long address = Library.getDefault().getSymbolAddress(function);
        Invoker invoker = Invoker.getInstance();
        return (int) (arguments.length == 3
                ? invoker.invokeN3(context, address, arguments[0], arguments[1], arguments[2])
                : invoker.invokeN6(context, address, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]));
    }
}
