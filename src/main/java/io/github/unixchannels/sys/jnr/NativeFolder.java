// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;

/**
 * The folder that jffi writes its native part to, and loads it from. jffi's own choice is {@code java.io.tmpdir} and, where nothing can be
 * written to or loaded from that, the working directory, which may be anybody's. Here it is the first that is fit of
 * {@code java.io.tmpdir}, {@code $XDG_RUNTIME_DIR} and {@code user.home}, and never another.
 */
final class NativeFolder {

    /** The system property that jffi takes its folder from: if set, jffi looks nowhere else. */
    static final String PROPERTY = "jffi.extract.dir";

    /** Where jffi's native part lies ready to be loaded. */
    static final String READY_PROPERTY = "jffi.boot.library.path";

    private static final String NO_FOLDER = "/dev/null";

    /** Has the sticky bit on every system; to look it up takes a starting JVM milliseconds. */
    private static final String USUAL = "/tmp";

    private static final int LEAST_BYTES = 1 << 20;
    private static final int WRITABLE_BY_ALL = 0002;
    private static final int STICKY = 01000;

    private NativeFolder() {}

    /**
     * Sets jffi's property, if the user did not. Where no folder is fit, jffi gets none: it loads its native part if that lies ready, and
     * else fails.
     *
     * @return the property that was set, to be cleared once jffi is loaded; null if none was
     */
    static String choose() {
        if (System.getProperty(PROPERTY) != null) {
            return null;
        }
        String temporary = System.getProperty("java.io.tmpdir");
        System.setProperty(PROPERTY, isFit(temporary) ? temporary : other());
        return PROPERTY;
    }

    private static String other() {
        for (String folder : new String[] {System.getenv("XDG_RUNTIME_DIR"), System.getProperty("user.home")}) {
            if (isFit(folder)) {
                return folder;
            }
        }
        return NO_FOLDER;
    }

    private static boolean isFit(String folder) {
        return folder != null && unfitness(new File(folder)) == null;
    }

    /** Why native code should not, or could not, be written to a folder and loaded from it; null if it can be. */
    static String unfitness(File folder) {
        if (!folder.isAbsolute()) {
            return "it is relative to the working directory";
        }
        if (!folder.getPath().equals(USUAL) && isWritableByAll(folder)) {
            return "everybody can replace files in it";
        }
        try {
            File probe = File.createTempFile("jffi", null, folder);
            try {
                // access(2) of a file that may be executed fails where the file system is mounted noexec.
                if (!probe.setExecutable(true) || !probe.canExecute()) {
                    return "nothing in it can be executed (noexec)";
                }
                return folder.getUsableSpace() < LEAST_BYTES ? "no space is left in it" : null;
            } finally {
                probe.delete();
            }
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private static boolean isWritableByAll(File folder) {
        try {
            int mode = (int) Files.getAttribute(folder.toPath(), "unix:mode");
            return (mode & WRITABLE_BY_ALL) != 0 && (mode & STICKY) == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return false; // statx(2) is refused to the JDK, or the folder is not there, which the probe tells
        }
    }
}
