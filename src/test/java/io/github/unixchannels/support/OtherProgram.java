// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program that is not ours and talks in lines. It is killed when it is closed, and when it takes longer than a test may. */
public final class OtherProgram implements Closeable {

    private static final int LONGEST_SECONDS = 30;

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private OtherProgram(Process process, Path errors) {
        this.process = process;
        this.output = process.inputReader();
        this.errors = errors;
        process.onExit().orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).whenComplete((ended, late) -> {
            if (late != null) { // of a program that has ended, this would close the output before a test has read it
                process.destroyForcibly();
            }
        });
    }

    /** Starts it; the last argument may be the text of a program. */
    public static OtherProgram start(String... command) throws IOException {
        Path errors = Files.createTempFile("program", ".err");
        try {
            return new OtherProgram(new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
        } catch (IOException e) {
            Files.delete(errors);
            throw e;
        }
    }

    /** Skips the test unless this command runs here and ends well. */
    public static void assume(String... command) throws IOException, InterruptedException {
        String reason = String.join(" ", command) + " does not run here";
        try (OtherProgram program = start(command)) {
            Assumptions.assumeTrue(program.process.waitFor() == 0, reason);
        } catch (IOException missing) {
            Assumptions.abort(reason + ": " + missing.getMessage());
        }
    }

    /** Gives it a line, its words with tabs between them. */
    public void say(String... words) throws IOException {
        process.outputWriter().append(String.join("\t", words)).append('\n').flush();
    }

    /** Waits for a line of its output. */
    public String hear() throws IOException {
        String line = output.readLine();
        assertNotNull(line, this::errors);
        return line;
    }

    /** Gives it a line and waits for one of its output. */
    public String ask(String... words) throws IOException {
        say(words);
        return hear();
    }

    /** Ends its input, as it would end at a terminal. */
    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits for it to end well. */
    public void awaitSuccess() throws InterruptedException {
        assertEquals(0, process.waitFor(), this::errors);
    }

    /** Ends it by SIGKILL, and waits for that. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private String errors() {
        try {
            return "it ended, or was killed after " + LONGEST_SECONDS + " s, and printed: " + Files.readString(errors);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try (output) {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // What it did not read is of no use any more.
        } finally {
            Files.delete(errors);
        }
    }
}
