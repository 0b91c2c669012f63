// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.process;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.sys.CallMemory;
import io.github.unixchannels.sys.ErrnoExceptions;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The descriptors 0, 1 and 2 of a child, and what this process has of them. */
final class StandardStreams {

    private static final Path NULL_DEVICE = Path.of("/dev/null");

    /** The child's ends, at their numbers; this process closes them once the child has them. */
    private final OwnedFd[] ends = new OwnedFd[3];

    private OutputStream input = OutputStream.nullOutputStream();
    private final ChildOutput[] outputs = new ChildOutput[2];

    private StandardStreams() {}

    /**
     * Opens what a child is to have at 0, 1 and 2.
     *
     * @param redirects three; null for the third: where the second goes
     */
    static StandardStreams open(Redirect[] redirects) throws IOException {
        StandardStreams streams = new StandardStreams();
        try {
            for (int number = 0; number < streams.ends.length; number++) {
                streams.ends[number] = streams.end(number, redirects[number]);
            }
            return streams;
        } catch (Throwable e) {
            streams.closeEnds();
            streams.closeStreams();
            throw e;
        }
    }

    private OwnedFd end(int number, Redirect redirect) throws IOException {
        if (redirect == null) {
            return ends[number - 1].duplicate();
        }
        return switch (redirect.type()) {
            case PIPE -> pipe(number);
            case INHERIT -> inherited(number);
            case READ -> OwnedFd.open(redirect.file().toPath(), StandardOpenOption.READ);
            case WRITE -> OwnedFd.open(
                    redirect.file().toPath(), StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            case APPEND -> OwnedFd.open(redirect.file().toPath(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        };
    }

    /** This process's own descriptor of that number; the null device if there is none. */
    private static OwnedFd inherited(int number) throws IOException {
        Syscalls sys = HostSyscalls.get();
        int fd = sys.fcntl(number, Linux.F_DUPFD_CLOEXEC, 0);
        return fd >= 0
                ? OwnedFd.adopt(fd)
                : OwnedFd.open(NULL_DEVICE, number == 0 ? StandardOpenOption.READ : StandardOpenOption.WRITE);
    }

    private OwnedFd pipe(int number) throws IOException {
        List<OwnedFd> pipe = pipe();
        OwnedFd ours = pipe.get(number == 0 ? 1 : 0);
        OwnedFd theirs = pipe.get(number == 0 ? 0 : 1);
        try {
            if (number == 0) {
                input = new BufferedOutputStream(Channels.newOutputStream(ours.toPipeSink()));
            } else {
                outputs[number - 1] = new ChildOutput(ours.toPipeSource());
            }
            return theirs;
        } catch (Throwable e) {
            ours.close();
            theirs.close();
            throw e;
        }
    }

    /** pipe2(2), with ends that wait: the child's is an ordinary one. */
    private static List<OwnedFd> pipe() throws IOException {
        Syscalls sys = HostSyscalls.get();
        List<OwnedFd> ends = new ArrayList<>(2);
        int read;
        int write;
        CallMemory memory = CallMemory.acquire(sys);
        try {
            int at = memory.valueOffset();
            int result = sys.pipe2(memory.structs().address() + at, Linux.O_CLOEXEC);
            if (result < 0) {
                throw ErrnoExceptions.io("pipe2", "O_CLOEXEC", result);
            }
            read = memory.structs().buffer().getInt(at);
            write = memory.structs().buffer().getInt(at + Integer.BYTES);
        } finally {
            memory.release();
        }
        try {
            ends.add(OwnedFd.adopt(read));
            ends.add(OwnedFd.adopt(write));
            return ends;
        } catch (Throwable e) {
            if (ends.isEmpty()) {
                sys.close(read);
            } else {
                ends.get(0).close();
            }
            sys.close(write);
            throw e;
        }
    }

    /** The child's end of a number. */
    OwnedFd end(int number) {
        return ends[number];
    }

    void closeEnds() {
        for (OwnedFd end : ends) {
            if (end != null) {
                end.close();
            }
        }
    }

    /** Of a child that was not started. */
    void closeStreams() {
        closeInput();
        for (ChildOutput output : outputs) {
            if (output != null) {
                output.abandon();
            }
        }
    }

    /** Of a child that has ended: nothing is written to it any more, and what it wrote is kept here, not in the pipe. */
    void processEnded() {
        closeInput();
        for (ChildOutput output : outputs) {
            if (output != null) {
                output.processEnded();
            }
        }
    }

    private void closeInput() {
        try {
            input.close();
        } catch (IOException e) {
            // What was not written has no reader.
        }
    }

    OutputStream input() {
        return input;
    }

    InputStream output() {
        return outputs[0] == null ? InputStream.nullInputStream() : outputs[0];
    }

    InputStream error() {
        return outputs[1] == null ? InputStream.nullInputStream() : outputs[1];
    }
}
