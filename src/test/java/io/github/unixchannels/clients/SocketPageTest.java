// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.net.UnixServerSocketFactory;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.MarkdownPage;
import io.github.unixchannels.support.Snippet;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/sockets.md, each with the server that it is for. */
class SocketPageTest {

    private static final int MOST_LINES = 10;

    private static final String IMPORTS = """
            import io.github.unixchannels.net.*;
            import java.io.*;
            import java.net.Socket;
            import java.net.ServerSocket;
            import java.util.*;
            """;

    @TempDir
    private Path folder;

    private List<String> recipes;

    @BeforeEach
    void read() throws IOException {
        recipes = MarkdownPage.read("docs/sockets.md").javaBlocks();
        assertEquals(9, recipes.size());
    }

    @Test
    void noRecipeIsLong() {
        recipes.forEach(recipe -> assertTrue(recipe.lines().count() <= MOST_LINES, recipe));
    }

    private String run(String imports, String methods, String statements) throws Exception {
        return Snippet.run(Snippet.compileFile(folder, "Recipe", """
                %s
                %s
                public class Recipe {
                %s
                    public static void main(String... arguments) throws Exception {
                %s    }
                }
                """.formatted(IMPORTS, imports, methods, statements)));
    }

    /** The recipe, with a path of this machine. */
    private static String at(String path, String recipe, String written) {
        assertTrue(recipe.contains(written), recipe);
        return recipe.replace(written, path);
    }

    @Test
    void postgresIsAskedWhoAsks() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            assertEquals(PostgresServer.user() + "\n",
                    run("import java.sql.*;", "", at(server.path(), recipes.get(0), "/run/postgresql/.s.PGSQL.5432")));
        }
    }

    @Test
    void redisAnswers() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            assertEquals("PONG\n", run("""
                    import redis.clients.jedis.*;
                    import redis.clients.jedis.exceptions.*;
                    """, "", at(server.path(), recipes.get(1), "/run/redis/redis.sock")));
        }
    }

    @Test
    void anHttpServerAnswersBothHttpClients() throws Exception {
        String path = folder.resolve("http").toString();
        String client = """
                import org.apache.hc.client5.http.classic.methods.*;
                import org.apache.hc.client5.http.impl.classic.*;
                import org.apache.hc.client5.http.impl.io.*;
                import org.apache.hc.core5.http.io.entity.*;
                import org.apache.hc.core5.pool.*;
                import org.apache.hc.core5.util.*;
                """;
        try (UnixHttpServer server = UnixHttpServer.start(UnixDomainSocketAddress.of(path))) {
            assertEquals("hello to /hello\n", run(client, "", at(path, recipes.get(2), "/run/app/http.sock")));
            assertEquals("hello to /hello\n", run("import okhttp3.*;", "", at(path, recipes.get(3), "/run/app/http.sock")));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void anHttpServerListens() throws Exception {
        String path = folder.resolve("http").toString();
        String ask = """
                try (Socket socket = new UnixSocketFactory("%s").createSocket("localhost", 0)) {
                    socket.getOutputStream().write("GET /hello HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n".getBytes());
                    System.out.println(new String(socket.getInputStream().readAllBytes()));
                } finally {
                    server.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
                }
                """.formatted(path);

        String response = run("""
                import org.apache.hc.core5.http.impl.bootstrap.*;
                import org.apache.hc.core5.http.io.entity.*;
                """, "", at(path, recipes.get(4), "/run/app/http.sock") + ask);

        assertTrue(response.startsWith("HTTP/1.1 200 ") && response.endsWith("\r\n\r\nhello\n"), response);
    }

    @Test
    void aLogRecordArrives() throws Exception {
        String path = folder.resolve("log").toString();
        try (ServerSocket server = new UnixServerSocketFactory(path).createServerSocket(0)) {
            BackgroundCall<String> received = BackgroundCall.start(() -> {
                try (Socket sender = server.accept()) {
                    return new String(sender.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                }
            });
            run("import java.util.logging.*;", "", at(path, recipes.get(5), "/run/app/log.sock") + """
                    Logger.getLogger("app").setUseParentHandlers(false);
                    Logger.getLogger("app").info("one");
                    handler.close();
                    """);

            String document = received.result();
            assertTrue(document.contains("<message>one</message>") && document.endsWith("</log>\n"), document);
        }
    }

    @Test
    void objectsGoThereAndComeBack() throws Exception {
        String path = folder.resolve("objects").toString();
        try (ServerSocket server = new UnixServerSocketFactory(path).createServerSocket(0)) {
            BackgroundCall<Long> echo = BackgroundCall.start(() -> {
                try (Socket socket = server.accept()) {
                    return socket.getInputStream().transferTo(socket.getOutputStream());
                }
            });

            assertEquals("[one, two]\n", run("", "", at(path, recipes.get(6), "/run/app/objects.sock")));
            assertTrue(echo.result() > 0);
        }
    }

    @Test
    void aRemoteObjectIsFound() throws Exception {
        String rmi = "import java.rmi.*; import java.rmi.registry.*; import java.rmi.server.*;";
        String greeting = """
                public interface Greeting extends Remote {
                    String greet() throws RemoteException;
                }
                """;
        String call = """
                System.out.println(((Greeting) found).greet());
                UnicastRemoteObject.unexportObject(object, true);
                UnicastRemoteObject.unexportObject(registry, true);
                """;
        String statements = at(folder.toString(), recipes.get(8), "/run/app");

        assertEquals("hello\n", run(rmi, greeting + recipes.get(7), "Greeting object = () -> \"hello\";\n" + statements + call));
    }

    @Test
    void theFilesThePageLinksToExist() throws IOException {
        MarkdownPage.read("docs/sockets.md").requireLinks();
    }
}
