// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import java.io.Closeable;
import java.io.IOException;

/** A Redis that listens at a path and stores nothing. */
final class RedisServer implements Closeable {

    private final ServerProgram program;

    private RedisServer(ServerProgram program) {
        this.program = program;
    }

    /** Starts a server, or skips the test if none is installed. */
    static RedisServer start() throws IOException {
        String redis = ServerProgram.find("redis-server");
        RedisServer server = new RedisServer(ServerProgram.inNewFolder());
        try {
            server.program.start("eady to accept connections", redis, "--port", "0", "--unixsocket", server.path(), "--save", "",
                    "--appendonly", "no", "--protected-mode", "no", "--unixsocketperm", "700");
        } catch (IOException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    String path() {
        return program.folder() + "/redis.sock";
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
