// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The platform's HTTP client and its HTTP server, which open their selectors by {@link Selector#open}: many requests at a time. */
final class HttpExchanges {

    private static final int REQUESTS = 1_000;
    private static final int AT_A_TIME = 32;

    private HttpExchanges() {}

    public static void main(String[] arguments) throws Exception {
        ExecutorService workers = Executors.newCachedThreadPool();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", HttpExchanges::echo);
        server.setExecutor(workers);
        server.start();
        URI uri = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getAddress().getPort() + "/");
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME);
        List<Callable<Boolean>> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            String body = ("request " + i + "\n").repeat(i + 1);
            requests.add(() -> body.equals(send(client, uri, body)));
        }
        int right = 0;
        for (Future<Boolean> answer : callers.invokeAll(requests)) {
            right += answer.get() ? 1 : 0;
        }
        System.out.println(right + " of " + REQUESTS + " answers are what was asked");
        // One for the client, one for the server; both are idle now.
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> selectingThreads() == 2);
        System.out.println("both are in our selector");
        try (Selector selector = Selector.open()) {
            System.out.println(selector.getClass().getSimpleName());
        }
        callers.shutdown();
        server.stop(0);
        workers.shutdown();
        System.exit(0); // the client of Java 17 cannot be closed
    }

    private static String send(HttpClient client, URI uri, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private static void echo(HttpExchange exchange) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long selectingThreads() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack).anyMatch(frame ->
                        frame.getClassName().equals("io.github.unixchannels.selector.EpollSelector")
                                && frame.getMethodName().equals("doSelect")))
                .count();
    }
}
