// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import java.io.File;

/** What is said when jffi cannot be loaded: why, and what would help. */
final class LoadingFailure {

    private static final String WHAT = "unix-channels cannot load jffi, which calls the C library for it: ";

    private LoadingFailure() {}

    static UnsupportedOperationException exception(String reason, String remedy) {
        return new UnsupportedOperationException(WHAT + reason + "; " + remedy);
    }

    /** The exception for a failure of any kind, of jffi's static initializers too. */
    static UnsupportedOperationException exception(Throwable failure) {
        if (failure instanceof UnsupportedOperationException known && String.valueOf(known.getMessage()).startsWith(WHAT)) {
            return known;
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        UnsupportedOperationException exception = exception(root.toString(), remedy(root));
        exception.initCause(failure);
        return exception;
    }

    private static String remedy(Throwable root) {
        String text = root.toString();
        if (root instanceof NoClassDefFoundError || root instanceof ClassNotFoundException) {
            return "put jffi-....jar on the class path or the module path";
        }
        if (text.contains("could not locate stub library")) {
            return "put jffi-...-native.jar on the class path or the module path, or name the folder of libjffi with -D"
                    + NativeFolder.READY_PROPERTY;
        }
        if (text.contains("IllegalCallerException")) {
            return "allow native access with --enable-native-access=ALL-UNNAMED, or of the modules io.github.unixchannels and"
                    + " org.jnrproject.jffi";
        }
        String folder = System.getProperty(NativeFolder.PROPERTY, System.getProperty("java.io.tmpdir"));
        String unfit = NativeFolder.unfitness(new File(folder));
        return unfit == null
                ? "docs/startup.md says what jffi needs"
                : "no native code is loaded from " + folder + " (" + unfit + "): name another folder with -D" + NativeFolder.PROPERTY
                        + ", or the folder of libjffi with -D" + NativeFolder.READY_PROPERTY;
    }
}
