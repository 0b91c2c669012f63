// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The file of a socket, and how the socket is to own the file: {@link UnixServerSocketChannel#bindFile(SocketFile)},
 * {@link UnixDatagramChannel#bindFile(SocketFile)}.
 *
 * <pre>{@code
 * SocketFile file = SocketFile.of(Path.of("/run/app/app.sock"))
 *         .mode("rw-rw----")
 *         .group("app")
 *         .replaceStale()
 *         .removeOnClose();
 * UnixServerSocketChannel server = UnixServerSocketChannel.open(UnixProtocolFamily.STREAM, file);
 * }</pre>
 *
 * <p>Each method returns a new description; nothing is done before a channel is bound. What is not asked for is not done: without any of
 * these methods, the file is as {@code bind} of the path makes it.
 *
 * <p>Who may write to the file may connect, and send datagrams: unix(7). Immutable.
 */
public final class SocketFile {

    /**
     * An address of a socket's file, with a path of any length: {@link SocketFile#openAddress}.
     */
    public static final class Address implements Closeable {

        private final OwnedFd folder;
        private final UnixDomainSocketAddress socketAddress;

        private Address(OwnedFd folder, UnixDomainSocketAddress socketAddress) {
            this.folder = folder;
            this.socketAddress = socketAddress;
        }

        /**
         * The address to connect or send to, of this library's channels and of others, until this is closed.
         *
         * @return the path, or a name in {@code /proc/self/fd} if the path is too long
         */
        public UnixDomainSocketAddress socketAddress() {
            return socketAddress;
        }

        /** Closes the descriptor of the folder, if there is one. What is connected stays connected. */
        @Override
        public void close() {
            if (folder != null) {
                folder.close();
            }
        }
    }

    private static final Set<PosixFilePermission> OWNER_AND_GROUP = PosixFilePermissions.fromString("rw-rw----");

    private final Path path;
    private final Set<PosixFilePermission> mode;
    private final String group;
    private final boolean createsFolder;
    private final boolean replacesStale;
    private final boolean removedOnClose;
    private final boolean longPath;

    private SocketFile(
            Path path, Set<PosixFilePermission> mode, String group, boolean createsFolder, boolean replacesStale, boolean removedOnClose,
            boolean longPath) {
        this.path = path;
        this.mode = mode;
        this.group = group;
        this.createsFolder = createsFolder;
        this.replacesStale = replacesStale;
        this.removedOnClose = removedOnClose;
        this.longPath = longPath;
    }

    /**
     * The file at a path.
     *
     * @param path of the default file system
     * @return the description, which asks for nothing
     * @throws IllegalArgumentException if the path is of another file system, or does not end with the name of a file
     */
    public static SocketFile of(Path path) {
        UnixDomainSocketAddress.of(path); // checks the file system
        String name = String.valueOf(path.getFileName());
        if (path.getNameCount() == 0 || name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("not the path of a file: " + path);
        }
        return new SocketFile(path, null, null, false, false, false, false);
    }

    /**
     * Sets the permissions of the file. At no instant does the file permit more: the mode is set on the socket, from which bind(2) takes
     * the mode of the file. The umask does not count.
     *
     * @param permissions as in {@code "rw-rw----"}: {@link PosixFilePermissions#fromString}
     * @return a new description
     * @throws IllegalArgumentException if the text is none of permissions
     */
    public SocketFile mode(String permissions) {
        return mode(PosixFilePermissions.fromString(permissions));
    }

    /**
     * As {@link #mode(String)}.
     *
     * @param permissions copied
     * @return a new description
     */
    public SocketFile mode(Set<PosixFilePermission> permissions) {
        Set<PosixFilePermission> copy = permissions.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(permissions));
        return new SocketFile(path, copy, group, createsFolder, replacesStale, removedOnClose, longPath);
    }

    /**
     * Sets the group of the file. Only a privileged process can give a file to a group of which the process is no member. Without a
     * {@linkplain #mode(String) mode}, the mode is {@code rw-rw----}. The permissions of the group come into effect after the group did.
     *
     * @param nameOrNumber as chown(1) takes the group: a name, or if there is no such name, a number
     * @return a new description
     */
    public SocketFile group(String nameOrNumber) {
        Objects.requireNonNull(nameOrNumber);
        return new SocketFile(path, mode, nameOrNumber, createsFolder, replacesStale, removedOnClose, longPath);
    }

    /**
     * Makes the folder of the file, with mode 0700 less the umask, unless the folder exists. A folder that exists must belong to this user
     * and be writable by nobody else; a symbolic link in its place is refused. The folder above must exist. The folder is never removed.
     *
     * <p>A folder of mode 0700 lets no other user reach the file, with any mode and group of the file. For a group, use a folder
     * that the group can search.
     *
     * @return a new description
     */
    public SocketFile createFolder() {
        return new SocketFile(path, mode, group, true, replacesStale, removedOnClose, longPath);
    }

    /**
     * Replaces the file of a server that has ended without removing its file. The file must be a socket, to which no process of this
     * system has a socket bound (ECONNREFUSED). Everything else is left, and binding fails.
     *
     * <p>Servers that start at the same time are kept apart by a lock, flock(2), of a file next to the socket's, whose name has
     * {@code .lock} at the end. The server has the lock until it is closed, so that a second server fails at once. The file of the lock
     * stays for good: to remove it would let two servers lock two files of the same name.
     *
     * @return a new description
     */
    public SocketFile replaceStale() {
        return new SocketFile(path, mode, group, createsFolder, true, removedOnClose, longPath);
    }

    /**
     * Removes the file when the channel is closed, and when the JVM shuts down, if the file at the path still is the one that was made
     * (same device and inode). The file stays if the socket's descriptor was duplicated or taken from the channel
     * ({@link OwnedFd#duplicateOf}, {@link OwnedFd#takeFrom}, {@link AncillaryData#descriptor(java.nio.channels.Channel)}), for another
     * process may serve the socket then; and if the JVM ends without shutdown hooks (SIGKILL).
     *
     * @return a new description
     */
    public SocketFile removeOnClose() {
        return new SocketFile(path, mode, group, createsFolder, replacesStale, true, longPath);
    }

    /**
     * Permits a path of more than 108 bytes, which the kernel takes in no address. The socket is then bound to
     * {@code /proc/self/fd/N/name}, where descriptor N is the folder. Such a name peers see as the address of this socket, and it means
     * nothing to them. The name of the file itself must fit, and {@code /proc} must be there. A shorter path is bound as it is.
     *
     * @return a new description
     */
    public SocketFile longPath() {
        return new SocketFile(path, mode, group, createsFolder, replacesStale, removedOnClose, true);
    }

    /**
     * Opens an address for clients. Of a path of more than 108 bytes it is {@code /proc/self/fd/N/name}, where descriptor N is the
     * folder. A shorter path is the address itself, and nothing is opened. System call: open(2) with O_PATH.
     *
     * <pre>{@code
     * try (SocketFile.Address server = SocketFile.of(path).openAddress()) {
     *     channel.connect(server.socketAddress());
     * }
     * }</pre>
     *
     * @return the address, to be closed
     * @throws UnsupportedOperationException if this platform is not supported
     * @throws java.nio.file.FileSystemException if the folder cannot be opened
     * @throws IOException if there is no descriptor left
     */
    public Address openAddress() throws IOException {
        OwnedFd folder = UnixSelectorProvider.provider().openFolderOfLongPath(path);
        return folder == null
                ? new Address(null, UnixDomainSocketAddress.of(path))
                : new Address(folder, UnixDomainSocketAddress.of(Path.of("/proc/self/fd/" + folder.number()).resolve(path.getFileName())));
    }

    /**
     * Where the file is.
     *
     * @return the path
     */
    public Path path() {
        return path;
    }

    /**
     * The permissions that the file is to have.
     *
     * @return the permissions, those that a group brings included; empty if they are as {@code bind} makes them
     */
    public Optional<Set<PosixFilePermission>> permissions() {
        return Optional.ofNullable(mode == null && group != null ? OWNER_AND_GROUP : mode);
    }

    /**
     * The group that the file is to have.
     *
     * @return a name or a number; empty if it is as {@code bind} makes it
     */
    public Optional<String> group() {
        return Optional.ofNullable(group);
    }

    /**
     * Whether the folder is made: {@link #createFolder}.
     *
     * @return true if so
     */
    public boolean createsFolder() {
        return createsFolder;
    }

    /**
     * Whether the file of a server that has ended is replaced: {@link #replaceStale}.
     *
     * @return true if so
     */
    public boolean replacesStale() {
        return replacesStale;
    }

    /**
     * Whether the file is removed when the channel is closed: {@link #removeOnClose}.
     *
     * @return true if so
     */
    public boolean isRemovedOnClose() {
        return removedOnClose;
    }

    /**
     * Whether the path may be longer than the kernel takes: {@link #longPath}.
     *
     * @return true if so
     */
    public boolean permitsLongPath() {
        return longPath;
    }

    /** The path, and what was asked for. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("SocketFile[").append(path);
        permissions().ifPresent(set -> text.append(' ').append(PosixFilePermissions.toString(set)));
        group().ifPresent(name -> text.append(" group=").append(name));
        text.append(createsFolder ? " createFolder" : "").append(replacesStale ? " replaceStale" : "");
        text.append(removedOnClose ? " removeOnClose" : "").append(longPath ? " longPath" : "");
        return text.append(']').toString();
    }
}
