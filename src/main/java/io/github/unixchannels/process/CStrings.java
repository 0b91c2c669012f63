// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.sys.NativeMemory;
import io.github.unixchannels.sys.Syscalls;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** An array of C strings with a null pointer at its end: {@code argv} and {@code environ}. Reachable until the call has returned. */
final class CStrings {

    /** As the Java platform encodes what it gives to a process. */
    private static final Charset NATIVE = nativeCharset();

    private final List<NativeMemory> strings = new ArrayList<>();
    private final NativeMemory pointers;

    CStrings(Syscalls sys, List<String> texts) {
        pointers = NativeMemory.allocate(sys, (texts.size() + 1) * Long.BYTES);
        for (String text : texts) {
            NativeMemory string = of(sys, text);
            pointers.buffer().putLong(strings.size() * Long.BYTES, string.address());
            strings.add(string);
        }
    }

    private static Charset nativeCharset() {
        String name = System.getProperty("sun.jnu.encoding");
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    static NativeMemory of(Syscalls sys, String text) {
        byte[] bytes = text.getBytes(NATIVE);
        NativeMemory string = NativeMemory.allocate(sys, bytes.length + 1);
        string.buffer().put(0, bytes);
        return string;
    }

    long address() {
        return pointers.address();
    }
}
