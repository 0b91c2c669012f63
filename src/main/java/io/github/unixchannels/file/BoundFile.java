// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.file;

import io.github.unixchannels.SocketFile;
import io.github.unixchannels.address.UnixAddresses;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Syscalls;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** The file that a socket is bound to, with what the socket's owner asked for, and what is to be undone at the end. Thread safe. */
public final class BoundFile implements Closeable, Runnable {

    private static final int NOT_ASKED = -1;

    /** The permissions of the owner: those of a file whose group is not yet the one that was asked for. */
    private static final int OWNER = 0700;

    private final SocketDescriptor descriptor;
    private final SocketFile file;
    private final Path path;
    private final LockFile lock;
    private FileStatus status;
    private boolean removed;

    private BoundFile(SocketDescriptor descriptor, SocketFile file, Path path, LockFile lock) {
        this.descriptor = descriptor;
        this.file = file;
        this.path = path;
        this.lock = lock;
    }

    /**
     * Binds a socket that is not bound. The caller is inside the descriptor.
     *
     * <p>If it fails, the lock is released, no file of the socket is left, and the socket may be bound to a name that does not exist.
     */
    public static BoundFile bind(SocketDescriptor descriptor, SocketFile file) throws IOException {
        Syscalls sys = descriptor.sys();
        int gid = file.group().isPresent() ? GroupNumber.of(sys, file.group().get()) : NOT_ASKED;
        int mode = file.permissions().isPresent() ? bits(file.permissions().get()) : NOT_ASKED;
        Path path = file.path().toAbsolutePath();
        try (Folder folder = Folder.open(sys, path.getParent(), file.createsFolder())) {
            LockFile lock = file.replacesStale() ? LockFile.acquire(folder, path.getFileName()) : null;
            BoundFile bound = new BoundFile(descriptor, file, path, lock);
            try {
                bound.bind(folder, mode, gid);
                if (file.isRemovedOnClose()) {
                    RemovalAtExit.add(bound);
                }
                return bound;
            } catch (Throwable e) {
                bound.undo(folder, e);
                throw e;
            }
        }
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (PosixFilePermission each : permissions) {
            bits |= 0400 >> each.ordinal();
        }
        return bits;
    }

    private void bind(Folder folder, int mode, int gid) throws IOException {
        Path name = path.getFileName();
        if (mode != NOT_ASKED) {
            int born = gid == NOT_ASKED ? mode : mode & OWNER;
            int result = descriptor.sys().fchmod(descriptor.fd(), born);
            if (result < 0) {
                throw ErrnoExceptions.socket("fchmod", descriptor, result, "the mode cannot be set before the socket is bound");
            }
        }
        UnixDomainSocketAddress target = target(folder, name);
        int result = bind(target);
        if (result == -Errno.EADDRINUSE && file.replacesStale()) {
            StaleSocket.remove(folder, name, target, path);
            result = bind(target);
        }
        if (result < 0) {
            throw ErrnoExceptions.socket("bind", UnixAddresses.describe(address()), result);
        }
        try (SocketEntry entry = SocketEntry.open(folder, name, path)) {
            status = entry.status();
            if (mode != NOT_ASKED) {
                entry.setAccess(mode, gid);
            }
        }
    }

    /** The address under which the kernel finds the file. */
    private UnixDomainSocketAddress target(Folder folder, Path name) {
        boolean tooLong = file.permitsLongPath() && LongPath.isTooLong(file.path());
        return tooLong ? UnixDomainSocketAddress.of(folder.shortPath(name)) : address();
    }

    private int bind(UnixDomainSocketAddress target) throws IOException {
        CallMemory memory = CallMemory.acquire(descriptor.sys());
        try {
            return descriptor.bind(memory, UnixAddresses.encode(target, memory.structs().buffer(), memory.addressOffset()));
        } finally {
            memory.release();
        }
    }

    /** The socket's own address: the path as it was asked for. */
    public UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(file.path());
    }

    private void undo(Folder folder, Throwable failure) {
        try {
            if (status != null) {
                folder.remove(path.getFileName(), status);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        } finally {
            unlock();
        }
    }

    /** Removes the file in any case, and releases the lock: the socket is of no use. */
    public void undo(Throwable failure) {
        RemovalAtExit.forget(this);
        try {
            removeNow();
        } catch (IOException e) {
            failure.addSuppressed(e);
        } finally {
            unlock();
        }
    }

    /**
     * The channel's end: removes the file if that was asked for, closes the descriptor, and lets others start. In this order: while the
     * descriptor is open, no other file has the inode's number.
     */
    @Override
    public void close() throws IOException {
        try {
            remove();
        } finally {
            descriptor.close();
            unlock();
        }
    }

    /** What is done if the channel is forgotten. */
    @Override
    public void run() {
        try {
            close();
        } catch (IOException e) {
            // Nobody is there to be told.
        }
    }

    /** Removes the file once, if that was asked for, the file still is this socket's, and the socket has no other descriptor. */
    void remove() throws IOException {
        RemovalAtExit.forget(this);
        if (file.isRemovedOnClose() && !descriptor.isShared()) {
            removeNow();
        }
    }

    private void removeNow() throws IOException {
        synchronized (this) {
            if (removed) {
                return;
            }
            removed = true;
        }
        try (Folder folder = Folder.open(descriptor.sys(), path.getParent(), false)) {
            folder.remove(path.getFileName(), status);
        } catch (NoSuchFileException gone) {
            // with its folder
        }
    }

    private void unlock() {
        if (lock != null) {
            lock.release();
        }
    }
}
