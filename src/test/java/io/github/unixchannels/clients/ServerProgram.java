// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A server of this machine that runs in a temporary folder, as a user that is not root. The server ends when this object is closed, and when
 * this JVM ends in whatever way.
 */
final class ServerProgram implements Closeable {

    private static final int LONGEST_SECONDS = 60;
    private static final String UNPRIVILEGED = "nobody";
    private static final int UNPRIVILEGED_GROUP = 65534; // its name differs between distributions

    /** Starts its arguments, and ends them when the standard input ends. */
    private static final String UNTIL_INPUT_ENDS = "\"$@\" & server=$!; read -r never; kill -INT \"$server\"; wait \"$server\"";

    private final Path folder;
    private Process process;

    private ServerProgram(Path folder) {
        this.folder = folder;
    }

    /** Where a program is, in one of these folders or on the path. Skips the test if there is no such program, and says so. */
    static String find(String name, Path... folders) throws IOException {
        List<Path> places = new ArrayList<>(List.of(folders));
        for (String place : System.getenv().getOrDefault("PATH", "").split(":")) {
            places.add(Path.of(place));
        }
        return places.stream()
                .map(place -> place.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> Assumptions.abort(name + " is not installed"));
    }

    /** A folder that the server's user owns, and no server yet. */
    static ServerProgram inNewFolder() throws IOException {
        Path folder = Files.createTempDirectory("server");
        if (isRoot()) {
            UserPrincipal user = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED);
            Files.setOwner(folder, user);
        }
        return new ServerProgram(folder);
    }

    Path folder() {
        return folder;
    }

    /** Runs a program as the server's user until the program ends. */
    void run(String... command) throws IOException, InterruptedException {
        Process once = builder("run", List.of(command)).start();
        once.getOutputStream().close();
        try {
            assertTrue(once.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS), () -> command[0] + " has not ended");
        } finally {
            once.destroyForcibly();
        }
        assertEquals(0, once.exitValue(), () -> log("run"));
    }

    /**
     * Starts the server, and waits until it has logged that it takes connections: its socket is there before.
     *
     * @param ready a part of what it logs then
     */
    void start(String ready, String... command) throws IOException {
        List<String> watched = new ArrayList<>(List.of("/bin/sh", "-c", UNTIL_INPUT_ENDS, "server"));
        watched.addAll(List.of(command));
        process = builder("server", watched).start();
        BackgroundCall.soon().until(() -> log("server").contains(ready) || !process.isAlive());
        assertTrue(process.isAlive(), () -> log("server"));
    }

    private ProcessBuilder builder(String log, List<String> command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED_GROUP, "--clear-groups"));
        }
        whole.addAll(command);
        return new ProcessBuilder(whole)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log + ".log").toFile());
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.getOutputStream().close();
            try {
                assertTrue(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS), () -> "the server has not ended: " + log("server"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                process.destroyForcibly();
            }
        }
        delete(folder);
    }

    private static void delete(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
