// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.net.UnixSocketFactory;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** OkHttp, which connects sockets that our factory made, and HttpCore's server. */
@ExtendWith(NothingLeaks.class)
class OkHttpTest {

    private static final int THREADS = 16;

    @TempDir
    private Path folder;

    private UnixHttpServer server;
    private OkHttpClient client;

    @BeforeAll
    static void openWhatTheJdkKeeps() throws Exception {
        UnixHttpServer.openWhatTheJdkKeeps();
    }

    private void start(SocketAddress address) throws IOException {
        server = UnixHttpServer.start(address);
        client = new OkHttpClient.Builder()
                .socketFactory(new UnixSocketFactory(address))
                .fastFallback(false)
                .connectionPool(new ConnectionPool(THREADS, 1, TimeUnit.MINUTES))
                .build();
    }

    private void start() throws IOException {
        start(UnixDomainSocketAddress.of(folder.resolve("http")));
    }

    @AfterEach
    void end() {
        if (client != null) {
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
        if (server != null) {
            server.close();
        }
    }

    private String get(String path) throws IOException {
        try (Response response = client.newCall(request(path)).execute()) {
            return response.body().string();
        }
    }

    private static Request request(String path) {
        return new Request.Builder().url("http://localhost" + path).build();
    }

    private byte[] echo(RequestBody body) throws IOException {
        Request post = new Request.Builder().url("http://localhost/echo").post(body).build();
        try (Response response = client.newCall(post).execute()) {
            assertEquals(body.contentLength() < 0, "chunked".equals(response.header("Transfer-Encoding")));
            return response.body().bytes();
        }
    }

    /** A body whose length is not told before. */
    private static RequestBody chunked(byte[] body) {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return null;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.write(body);
            }
        };
    }

    @Test
    void oneConnectionServesManyRequests() throws Exception {
        start();
        for (int i = 0; i < 100; i++) {
            assertEquals("hello to /hello?" + i, get("/hello?" + i));
        }
        assertEquals(1, server.connections());
    }

    @Test
    void anAbstractNameIsReached() throws Exception {
        start(AbstractNames.unique());

        assertEquals("hello to /hello", get("/hello"));
    }

    @Test
    void bodiesTravelWholeAndInChunks() throws Exception {
        start();
        byte[] body = new byte[3 << 20];
        new Random(1).nextBytes(body);

        assertArrayEquals(body, echo(RequestBody.create(body)));
        assertArrayEquals(body, echo(chunked(body)));
        assertEquals(1, server.connections());
    }

    @Test
    void aThousandRequestsOfSixteenThreads() throws Exception {
        start();
        List<BackgroundCall<Integer>> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            threads.add(BackgroundCall.start(() -> {
                byte[] body = new byte[10_000];
                for (int i = 0; i < 64; i++) {
                    random.nextBytes(body);
                    assertArrayEquals(body, echo(i % 2 == 0 ? chunked(body) : RequestBody.create(body)));
                }
                return 64;
            }));
        }
        int requests = 0;
        for (BackgroundCall<Integer> thread : threads) {
            requests += thread.result();
        }
        assertEquals(1024, requests);
        assertTrue(server.connections() <= THREADS, () -> server.connections() + " connections");
    }

    @Test
    void aResponseThatDoesNotComeInTimeIsAnException() throws Exception {
        start();
        OkHttpClient impatient = client.newBuilder().readTimeout(Duration.ofMillis(50)).build();

        assertThrows(SocketTimeoutException.class, () -> impatient.newCall(request("/never")).execute());
        assertEquals("hello to /hello", get("/hello"));
    }

    @Test
    void aCancelledCallEnds() throws Exception {
        start();
        Call never = client.newCall(request("/never"));
        BackgroundCall<Response> call = BackgroundCall.start(never::execute);
        BackgroundCall.soon().until(() -> server.connections() == 1);
        call.awaitBlocked();
        never.cancel();

        assertTrue(call.failure() instanceof IOException);
    }
}
