// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import io.github.unixchannels.support.AbstractNames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** PostgreSQL with a new database, which listens at a path and at an abstract name, and takes the user that the kernel names. */
final class PostgresServer implements Closeable {

    private static final String SOCKET = "/.s.PGSQL.5432";
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final ServerProgram program;
    private final String abstractName = "@" + AbstractNames.uniqueText();

    private PostgresServer(ServerProgram program) {
        this.program = program;
    }

    /** Starts a server, or skips the test if none is installed. */
    static PostgresServer start() throws IOException, InterruptedException {
        String postgres = ServerProgram.find("postgres", debianFolders());
        String initdb = ServerProgram.find("initdb", debianFolders());
        PostgresServer server = new PostgresServer(ServerProgram.inNewFolder());
        try {
            server.start(postgres, initdb);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static Path[] debianFolders() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return new Path[0];
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin")).toArray(Path[]::new);
        }
    }

    private void start(String postgres, String initdb) throws IOException, InterruptedException {
        Path folder = program.folder();
        String data = folder.resolve("data").toString();
        program.run(initdb, "--pgdata=" + data, "--auth=peer", "--username=" + user(), "--locale=C", "--encoding=UTF8", "--no-sync");
        program.start("eady to accept connections", postgres, "-D", data, "-k", folder + "," + abstractName, "-c", "listen_addresses=",
                "-c", "fsync=off", "-c", "shared_buffers=4MB", "-c", "max_connections=40", "-c", "timezone=UTC");
    }

    /** The user of this process. */
    static String user() {
        return System.getProperty("user.name");
    }

    String path() {
        return program.folder() + SOCKET;
    }

    String abstractName() {
        return abstractName + SOCKET;
    }

    /** Both addresses. */
    List<String> addresses() {
        return List.of(path(), abstractName());
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
