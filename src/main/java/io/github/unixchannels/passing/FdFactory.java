// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.address.PathBytes;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OwnedNumbers;
import io.github.unixchannels.file.LongPath;
import io.github.unixchannels.message.FdOwnership;
import io.github.unixchannels.selector.EpollChannel;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/** Makes the owners of descriptors. */
public final class FdFactory implements FdOwnership {

    /** The longest name of a memfd: NAME_MAX less "memfd:". */
    private static final int MEMORY_NAME_BYTES = 249;

    /** What a new file permits, less the umask. */
    private static final int NEW_FILE_MODE = 0666;

    private static final byte[] HERE = {'.'};

    private final SelectorProvider provider;
    private final Syscalls sys;

    /** Makes owners whose channels have this provider. */
    public FdFactory(SelectorProvider provider, Syscalls sys) {
        this.provider = provider;
        this.sys = sys;
    }

    SelectorProvider provider() {
        return provider;
    }

    Syscalls sys() {
        return sys;
    }

    /** {@link OwnedFd#open}. */
    public OwnedFd open(Path path, Set<OpenOption> options) throws IOException {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("not a path of the default file system: " + path);
        }
        int flags = OpenFlags.of(options) | Linux.O_CLOEXEC;
        byte[] name = PathBytes.ofCall(path);
        String origin = "open(" + path + ")";
        int fd;
        do {
            fd = PathArguments.open(sys, name.length > 0 ? name : HERE, flags, NEW_FILE_MODE);
        } while (fd == -Errno.EINTR);
        if (fd < 0) {
            throw ErrnoExceptions.file("open", path, fd);
        }
        return own(fd, origin);
    }

    /** The folder of a socket's file whose path the kernel takes in no address; null of another. */
    public OwnedFd openFolderOfLongPath(Path file) throws IOException {
        return LongPath.isTooLong(file) ? own(LongPath.openFolder(sys, file), "the folder of " + file) : null;
    }

    /** {@link OwnedFd#memory}. */
    public OwnedFd memory(String name, long sizeBytes) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("negative size: " + sizeBytes);
        }
        if (bytes.length > MEMORY_NAME_BYTES) {
            throw new IllegalArgumentException("a name of " + bytes.length + " bytes; at most " + MEMORY_NAME_BYTES + " are possible");
        }
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL in the name at " + name.indexOf('\0'));
        }
        String origin = "memory(" + name + ")";
        int fd = PathArguments.memfdCreate(sys, bytes, Linux.MFD_CLOEXEC | Linux.MFD_ALLOW_SEALING);
        if (fd < 0) {
            throw ErrnoExceptions.io("memfd_create", name, fd);
        }
        OwnedFd owner = own(fd, origin);
        int result = sys.ftruncate(fd, sizeBytes);
        if (result < 0) {
            owner.close();
            throw ErrnoExceptions.io("ftruncate", name + ", " + sizeBytes, result);
        }
        return owner;
    }

    /** {@link OwnedFd#adopt}. */
    public OwnedFd adopt(int fd) throws IOException {
        if (fd < 0) {
            throw new IllegalArgumentException("not the number of a descriptor: " + fd);
        }
        synchronized (FdFactory.class) { // of two who adopt the same number one is refused
            if (OwnedNumbers.isOwned(fd)) {
                throw new IllegalStateException("adopt(" + fd + "): another object of this library owns the number, and would close it too");
            }
            int result = sys.fcntl(fd, Linux.F_SETFD, Linux.FD_CLOEXEC);
            if (result < 0) {
                throw ErrnoExceptions.io("fcntl", "fd=" + fd + ", F_SETFD", result);
            }
            // The caller's until there is an owner: a failure leaves it open.
            return NativeFd.adopted(this, fd, "adopt(" + fd + ")");
        }
    }

    @Override
    public OwnedFd duplicateOf(Channel channel) throws IOException {
        return own(ChannelDescriptors.duplicate(channel, sys), channel);
    }

    /** {@link OwnedFd#takeFrom}. */
    public OwnedFd takeFrom(Channel channel) throws IOException {
        if (channel instanceof EpollChannel ours) {
            ChannelDescriptors.requireTakeable(channel, ours.selectable());
        }
        OwnedFd owner = own(ChannelDescriptors.duplicate(channel, sys), "taken from " + channel);
        boolean closed = false;
        try {
            if (channel instanceof EpollChannel ours) {
                ChannelDescriptors.requireTakeable(channel, ours.selectable());
                channel.close();
            } else {
                LastingClose.close(channel, owner.number(), sys);
            }
            closed = true;
            return owner;
        } finally {
            if (!closed) {
                owner.close();
            }
        }
    }

    /** As the interface says; if no owner can be made, the descriptor is closed. */
    @Override
    public OwnedFd own(int fd, Object origin) {
        return NativeFd.own(this, fd, origin);
    }

    @Override
    public Descriptor descriptorOf(OwnedFd fd) {
        if (fd instanceof NativeFd ours) {
            return ours.descriptor();
        }
        throw new IllegalArgumentException("not a descriptor of this library: " + fd);
    }
}
