// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.process.ChildProcess;
import io.github.unixchannels.process.ChildProcessBuilder;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A {@link ServingChild} is started with one end of a pair; the other end passes it the file and receives what it counted. */
final class ChildPassing implements Passing {

    /** The first Java that warns of native access. */
    private static final int NATIVE_ACCESS_WARNS = 24;

    @Override
    public String run(Path file) throws IOException {
        ChildProcessBuilder builder = new ChildProcessBuilder(command()).redirectError(Redirect.INHERIT);
        try (UnixSocketChannel child = builder.pair(UnixProtocolFamily.SEQPACKET, ServingChild.PARENT)) {
            ChildProcess process = builder.start();
            String lines = ask(child, file);
            child.shutdownOutput(); // the child ends when no more can come
            return String.format("a file of %s lines, counted by the child pid=%d, exit=%d", lines, process.pid(), exit(process));
        }
    }

    private static String ask(UnixSocketChannel child, Path file) throws IOException {
        try (OwnedFd opened = OwnedFd.open(file); AncillaryData beside = AncillaryData.create()) {
            child.send(StandardCharsets.UTF_8.encode("how many lines?"), beside.descriptor(opened));
        }
        ByteBuffer reply = ByteBuffer.allocate(100);
        if (child.read(reply) < 0) {
            throw new IOException("the child has gone");
        }
        return StandardCharsets.UTF_8.decode(reply.flip()).toString();
    }

    private static int exit(ChildProcess process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /** The Java program and the class path of this process. */
    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= NATIVE_ACCESS_WARNS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-classpath", classPath(), ServingChild.class.getName()));
        return command;
    }

    /** Maven runs programs in a class loader of its own. */
    private static String classPath() {
        return ChildPassing.class.getClassLoader() instanceof URLClassLoader maven
                ? Arrays.stream(maven.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }
}
