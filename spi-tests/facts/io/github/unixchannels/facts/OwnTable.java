// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;

/**
 * A table of descriptors that only one thread has. The other threads of a JVM open and close descriptors when they like: a compiler
 * thread, for one, reads how much memory there is.
 */
public final class OwnTable {

    private static final int CLONE_FILES = 0x400;

    private OwnTable() {}

    /**
     * Gives the calling thread a copy of the table that the threads of this process share. System call: unshare(2) with CLONE_FILES.
     *
     * @return false if that is not permitted, as in some containers
     */
    public static boolean make() {
        CallContext context = CallContext.getCallContext(Type.SINT32, new Type[] {Type.SINT32}, CallingConvention.DEFAULT, false);
        long unshare = Library.getDefault().getSymbolAddress("unshare");
        return unshare != 0 && (int) Invoker.getInstance().invokeN1(context, unshare, CLONE_FILES) == 0;
    }
}
