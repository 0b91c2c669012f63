// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.address;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A path's name in the bytes that the kernel knows it by, and back.
 *
 * <p>Java decodes names by {@code sun.jnu.encoding}, which need not be able to express them all. Where it is not, the bytes go by way
 * of a {@code file:} URI, which carries those of an absolute path as they are; a relative path is put below the root for the way.
 */
public final class PathBytes {

    private static final Charset NAMES = charset();
    private static final Path ROOT = Path.of("/");
    private static final boolean DEFAULT_IS_WORKING_FOLDER = isDefaultWorkingFolder();

    private PathBytes() {}

    /** The bytes of a path of the default file system. */
    public static byte[] of(Path path) {
        String name = path.toString();
        byte[] bytes = name.getBytes(NAMES);
        if (isAscii(name) || new String(bytes, NAMES).equals(name) && name.indexOf('\ufffd') < 0) {
            return bytes;
        }
        if (path.isAbsolute()) {
            return decode(path.toUri().getRawPath());
        }
        byte[] belowRoot = decode(ROOT.resolve(path).toUri().getRawPath());
        return Arrays.copyOfRange(belowRoot, 1, belowRoot.length);
    }

    /**
     * The bytes that name a path in a system call. A relative path is resolved where {@code java.nio.file} resolves it: against the folder
     * that {@code user.dir} named when the JVM started, if that is not the process's working directory.
     */
    public static byte[] ofCall(Path path) {
        return of(DEFAULT_IS_WORKING_FOLDER || path.isAbsolute() ? path : path.toAbsolutePath());
    }

    /** Whether the kernel knows an address by another path than it has here: see {@link #ofCall}. */
    public static boolean isResolved(SocketAddress address) {
        return !DEFAULT_IS_WORKING_FOLDER && address instanceof UnixDomainSocketAddress unix && !unix.getPath().isAbsolute();
    }

    /** As the file system decides it when the JVM starts. Without /proc nothing else is known than that they are the same, as usual. */
    private static boolean isDefaultWorkingFolder() {
        try {
            return Path.of("").toAbsolutePath().equals(Files.readSymbolicLink(Path.of("/proc/self/cwd")));
        } catch (IOException | SecurityException e) {
            return true;
        }
    }

    /** The path that the kernel knows by these bytes. */
    public static Path path(byte[] bytes) {
        String name = new String(bytes, NAMES);
        if (isAscii(name) || name.indexOf('\ufffd') < 0) {
            return Path.of(name);
        }
        if (bytes[0] == '/') {
            return Path.of(URI.create("file://" + encode(bytes)));
        }
        Path belowRoot = Path.of(URI.create("file:///" + encode(bytes)));
        return belowRoot.subpath(0, belowRoot.getNameCount());
    }

    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** A slash at the end says that there is a folder of that name at present, and is not of the name. */
    private static byte[] decode(String rawPath) {
        byte[] bytes = new byte[rawPath.length()];
        int n = 0;
        for (int i = 0; i < rawPath.length(); i++) {
            if (rawPath.charAt(i) == '%') {
                bytes[n++] = (byte) Integer.parseInt(rawPath, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[n++] = (byte) rawPath.charAt(i);
            }
        }
        return Arrays.copyOf(bytes, n > 1 && bytes[n - 1] == '/' ? n - 1 : n);
    }

    private static String encode(byte[] bytes) {
        StringBuilder uri = new StringBuilder();
        for (byte b : bytes) {
            boolean plain = b == '/' || b == '.' || b == '-' || b == '_'
                    || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
            if (plain) {
                uri.append((char) b);
            } else {
                uri.append(String.format("%%%02X", b & 0xff));
            }
        }
        return uri.toString();
    }

    private static Charset charset() {
        String name = System.getProperty("sun.jnu.encoding");
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}
