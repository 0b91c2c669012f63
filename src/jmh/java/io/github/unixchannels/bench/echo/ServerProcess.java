// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.echo;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;

/** A server in a process of its own, which ends when its standard input does: at the latest when this process ends. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter questions;

    /**
     * What a server has used so far.
     *
     * @param bytes of Java memory allocated; NaN if it is not in Java
     * @param cpuNanos CPU time of its threads
     * @param otherNanos CPU time of the compiler, and of what else Java has no threads for
     */
    record Usage(double bytes, double cpuNanos, double otherNanos) {}

    private ServerProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader();
        this.questions = process.outputWriter();
    }

    /** Starts it, and waits until one can connect to it. */
    static ServerProcess start(List<String> command) throws IOException {
        ServerProcess server = new ServerProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        String answer = server.answers.readLine();
        if (!EchoServer.READY.equals(answer)) {
            server.process.destroy();
            throw new IllegalStateException(String.join(" ", command) + ": answer=" + answer);
        }
        return server;
    }

    long pid() {
        return process.pid();
    }

    Usage usage() throws IOException {
        questions.newLine();
        questions.flush();
        String[] words = answers.readLine().split(" ");
        return new Usage(Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        questions.close();
        process.waitFor();
    }
}
